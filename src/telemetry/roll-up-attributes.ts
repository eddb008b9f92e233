// In: sums. Out: attributes below a prefix, `turnspan.turn` or `turnspan.agent`.
// Never under `gen_ai.usage.*`: backends add those up over all spans, and would count every token and dollar twice.
import type { RollUp } from '../session/model.ts';
import { inDollars } from './in-dollars.ts';
import type { SafeAttributes } from './span.ts';

export function rollUpAttributes(prefix: 'turnspan.turn' | 'turnspan.agent', sums: RollUp): SafeAttributes {
  return {
    [`${prefix}.generations`]: sums.generations,
    [`${prefix}.tool_calls`]: sums.toolCalls,
    [`${prefix}.tool_failures`]: sums.toolFailures,
    [`${prefix}.agents`]: sums.agents,
    [`${prefix}.retries`]: sums.retries,
    [`${prefix}.input_tokens`]: sums.inputTokens + sums.cacheReadTokens + sums.cacheCreationTokens,
    [`${prefix}.output_tokens`]: sums.outputTokens,
    [`${prefix}.cache_read_tokens`]: sums.cacheReadTokens,
    [`${prefix}.cache_creation_tokens`]: sums.cacheCreationTokens,
    [`${prefix}.usage_incomplete`]: sums.incomplete || undefined,
    [`${prefix}.cost`]: sums.unpriced === sums.generations ? undefined : inDollars(sums.cost),
    [`${prefix}.generations_unpriced`]: sums.unpriced || undefined,
  };
}
