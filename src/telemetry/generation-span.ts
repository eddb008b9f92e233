// In: one API response. Out: its span, `chat {model}`.
import type { Generation } from '../session/model.ts';
import type { ContentPolicy } from '../privacy/policy.ts';
import { constant, optionalName, safeName, writtenName } from '../privacy/safe-text.ts';
import { spanId } from './ids.ts';
import { finishReason, inputText, outputText, type FinishReason } from './messages.ts';
import { inDollars } from './in-dollars.ts';
import { commonAttributes, under, type Place } from './place.ts';
import { providerOf } from './provider.ts';
import { retryEvents } from './retry-event.ts';
import { GenAi, Native, Turnspan } from './semconv.ts';
import type { SafeAttributes, SpanInput } from './span.ts';
import type { TraceOf } from './trace-context.ts';

export function generationSpan(
  generation: Generation,
  place: Place,
  content: ContentPolicy,
  traceOf: TraceOf,
): SpanInput {
  const { request } = generation;
  const requested = safeName(generation.requestedModel ?? generation.model ?? 'unknown');
  return {
    spanId: spanId('generation', generation.id),
    name: safeName(`chat ${requested}`),
    kind: 'client',
    startedAt: generation.startedAt,
    endedAt: generation.endedAt,
    attributes: [
      ...commonAttributes(place),
      {
        [GenAi.operation]: constant('chat'),
        [GenAi.provider]: providerOf(generation.messageId),
        [GenAi.requestModel]: requested,
        [GenAi.responseModel]: optionalName(generation.model),
        [GenAi.responseId]: optionalName(generation.messageId),
        [Native.requestId]: optionalName(generation.requestId),
        [GenAi.requestMaxTokens]: request?.maxTokens,
        [GenAi.requestTemperature]: request?.temperature,
        [Turnspan.thinking]: optionalName(request?.thinking),
        [Turnspan.thinkingBudget]: request?.thinkingBudget,
        [Turnspan.requestSource]: writtenName(request?.source),
        [GenAi.finishReasons]:
          generation.stopReason === undefined ? undefined : [constant(finishReason(generation.stopReason))],
        [Turnspan.stopReason]: optionalName(generation.stopReason),
        [Turnspan.effort]: optionalName(generation.effort),
        [Turnspan.startInferred]: generation.startInferred || undefined,
        [Turnspan.endInferred]: generation.endInferred || undefined,
      },
      usageAttributes(generation),
      { [GenAi.cost]: inDollars(generation.cost) },
      {
        [GenAi.inputMessages]: inputText(generation.wholeInput ?? generation.input, content),
        [GenAi.outputMessages]: outputText(generation.output, finishOf(generation), content),
      },
    ],
    events: retryEvents(generation.retries),
    ...under(place, traceOf),
  };
}

/** Anthropic's rule: the convention's input tokens include what was read from and written to the cache. */
function usageAttributes({ usage, usageIncomplete }: Generation): SafeAttributes {
  if (usage === undefined) return { [Turnspan.usageIncomplete]: true };
  return {
    [GenAi.inputTokens]: usage.inputTokens + usage.cacheReadTokens + usage.cacheCreationTokens,
    [GenAi.outputTokens]: usage.outputTokens,
    [GenAi.cacheReadTokens]: usage.cacheReadTokens,
    [GenAi.cacheCreationTokens]: usage.cacheCreationTokens,
    [Turnspan.cacheCreation5m]: usage.cacheCreation5mTokens,
    [Turnspan.cacheCreation1h]: usage.cacheCreation1hTokens,
    [Turnspan.thinkingTokens]: usage.thinkingTokens,
    [Turnspan.serviceTier]: optionalName(usage.serviceTier),
    [Turnspan.speed]: optionalName(usage.speed),
    [Turnspan.webSearches]: usage.webSearches || undefined,
    [Turnspan.usageIncomplete]: usageIncomplete || undefined,
  };
}

/** Clients before 2.1.59 write no stop reason: what came tells it. */
function finishOf({ stopReason, isCutOff, output }: Generation): FinishReason {
  if (stopReason !== undefined) return finishReason(stopReason);
  if (isCutOff) return 'error';
  if (output.some(({ type }) => type === 'tool_use')) return 'tool_call';
  return output.at(-1)?.type === 'text' ? 'stop' : 'error';
}
