// In: the `usage` of a response, as the transcript has it. Out: its tokens.
import type { Usage } from './entry.ts';
import { asObject, field, number, text, tokens } from './fields.ts';

/** What the API reported; `undefined` where nothing is recorded. A count of another shape is 0. */
export function parseUsage(value: unknown): Usage | undefined {
  const usage = asObject(value);
  if (usage === undefined) return undefined;
  const split = asObject(usage['cache_creation']);
  const split5m = split && tokens(split, 'ephemeral_5m_input_tokens');
  const split1h = split && tokens(split, 'ephemeral_1h_input_tokens');
  return {
    inputTokens: tokens(usage, 'input_tokens'),
    outputTokens: tokens(usage, 'output_tokens'),
    cacheReadTokens: tokens(usage, 'cache_read_input_tokens'),
    // Before 2.1.152 the flat number could be 0 while the split held the tokens.
    cacheCreationTokens: Math.max(
      tokens(usage, 'cache_creation_input_tokens'),
      (split5m ?? 0) + (split1h ?? 0),
    ),
    cacheCreation5mTokens: split5m,
    cacheCreation1hTokens: split1h,
    thinkingTokens: number(field(usage, 'output_tokens_details'), 'thinking_tokens'),
    serviceTier: text(usage, 'service_tier'),
    speed: text(usage, 'speed'),
    webSearches: number(field(usage, 'server_tool_use'), 'web_search_requests'),
    inferenceGeo: text(usage, 'inference_geo'),
  };
}
