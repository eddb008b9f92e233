// Langfuse: what its ingestion reads under `langfuse.*`, before anything else.
// Always: tokens stand in exactly one usage type, and add up to what the API counted; usage and cost are on generations
// alone. Session, user and version are read from the base and the resource, so they are on every span already.
// Left out: `completion_start_time` (no transcript has the time of the first token), and `public` and `release`, which a
// later span without them would reset.
import type { ContentPolicy } from '../../privacy/policy.ts';
import { constant, safeName, type SafeText } from '../../privacy/safe-text.ts';
import type { Completed, Generation } from '../../session/model.ts';
import { inDollars } from '../in-dollars.ts';
import { Common, GenAi, Turnspan } from '../semconv.ts';
import type { SafeAttributes, SafeValue } from '../span.ts';
import { chatText, conversationOf } from './conversation.ts';
import type { BaseSpan, Dialect } from './dialect.ts';
import { metadataBelow } from './metadata.ts';
import { safeJson } from './safe-json.ts';

export const langfuse: Dialect = (one, base, content) => ({
  'langfuse.observation.type': TYPES[one.kind],
  // One name for all turns: Langfuse adds up cost and latency by it.
  'langfuse.trace.name': constant('claude-code'),
  'langfuse.trace.tags': base.attributes[Turnspan.tags],
  'langfuse.observation.level': levelOf(one, base.failed),
  'langfuse.observation.status_message': statusMessage(one, base),
  ...inputAndOutput(one, base.attributes, content),
  ...(one.kind === 'generation' ? ofGeneration(one.generation, base) : {}),
  ...metadataBelow('langfuse.observation.metadata', base.attributes),
  ...(one.kind === 'turn' ? metadataBelow('langfuse.trace.metadata', base.attributes) : {}),
});

/** `ObservationTypeMapper` takes small letters alone. */
const TYPES = {
  turn: constant('agent'),
  'agent-run': constant('agent'),
  generation: constant('generation'),
  'tool-call': constant('tool'),
  compaction: constant('span'),
} as const satisfies Record<Completed['kind'], SafeText>;

/** What ended otherwise than it should have, without having failed, is a warning. */
function levelOf(one: Completed, failed: boolean): SafeText {
  if (failed) return constant('ERROR');
  return isUnusual(one) ? constant('WARNING') : constant('DEFAULT');
}

function isUnusual(one: Completed): boolean {
  switch (one.kind) {
    case 'turn':
      return one.turn.status !== 'completed';
    case 'agent-run':
      return one.agentRun.outcome !== 'completed';
    case 'tool-call':
      return one.toolCall.outcome !== 'succeeded';
    case 'generation':
      return one.generation.isCutOff;
    case 'compaction':
      return false;
  }
}

/** Why the level is what it is, as a name: the words of a tool that failed are its output. */
function statusMessage(one: Completed, { attributes, failed }: BaseSpan): SafeValue {
  if (failed) return attributes[Common.errorType];
  return isUnusual(one) ? endOf(one) : undefined;
}

function endOf(one: Completed): SafeText | undefined {
  switch (one.kind) {
    case 'turn':
      return constant(one.turn.status);
    case 'agent-run':
      return constant(one.agentRun.outcome);
    case 'tool-call':
      return constant(one.toolCall.outcome);
    case 'generation':
      return constant('cut off');
    case 'compaction':
      return undefined;
  }
}

/** Langfuse knows tool calls in messages as the API has them, and not in the parts of the conventions. */
function inputAndOutput(one: Completed, base: SafeAttributes, content: ContentPolicy): SafeAttributes {
  const told = conversationOf(one);
  return {
    'langfuse.observation.input':
      told === undefined ? base[GenAi.toolArguments] : chatText(told.input, content),
    'langfuse.observation.output':
      told === undefined
        ? base[GenAi.toolResult]
        : chatText([{ role: 'assistant', blocks: told.output }], content),
  };
}

function ofGeneration(generation: Generation, { attributes, valueLength }: BaseSpan): SafeAttributes {
  return {
    'langfuse.observation.model.name': modelName(generation),
    'langfuse.observation.model.parameters': safeJson(
      {
        max_tokens: generation.request?.maxTokens,
        temperature: generation.request?.temperature,
        effort: nameIn(attributes[Turnspan.effort]),
        thinking: nameIn(attributes[Turnspan.thinking]),
        thinking_budget: generation.request?.thinkingBudget,
        service_tier: nameIn(attributes[Turnspan.serviceTier]),
        // `fast` has prices of its own there.
        speed: nameIn(attributes[Turnspan.speed]),
      },
      valueLength,
    ),
    'langfuse.observation.usage_details': usageDetails(generation, valueLength),
    // Only the total: of other kinds than input and output it adds up nothing.
    'langfuse.observation.cost_details': safeJson({ total: inDollars(generation.cost) }, valueLength),
  };
}

function nameIn(value: SafeValue): SafeText | undefined {
  return typeof value === 'string' ? value : undefined;
}

/**
 * The name that Langfuse finds prices by: without the client's mark of a long context. Where we give no cost of our own also
 * without the day, because its names of new models have none.
 */
function modelName({ model, requestedModel, cost }: Generation): SafeText | undefined {
  const name = (model ?? requestedModel)?.replace(/\[[^\]]*\]$/, '');
  if (name === undefined) return undefined;
  return safeName(cost === undefined ? name.replace(/-\d{8}$/, '') : name);
}

/** Nothing is subtracted from these: each token is in one of them. */
function usageDetails({ usage }: Generation, valueLength: number | undefined): SafeText | undefined {
  if (usage === undefined) return undefined;
  const { cacheCreation5mTokens = 0, cacheCreation1hTokens = 0 } = usage;
  // Clients before the split, and whatever it leaves out.
  const unsplit = Math.max(0, usage.cacheCreationTokens - cacheCreation5mTokens - cacheCreation1hTokens);
  return safeJson(
    {
      input: usage.inputTokens,
      output: usage.outputTokens,
      input_cached_tokens: usage.cacheReadTokens || undefined,
      input_cache_creation_5m: cacheCreation5mTokens || undefined,
      input_cache_creation_1h: cacheCreation1hTokens || undefined,
      input_cache_creation: unsplit || undefined,
    },
    valueLength,
  );
}
