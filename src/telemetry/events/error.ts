// In: a completed thing. Out: an event of its failure, and of each attempt of a request that was made again.
// Always: what the user stopped or denied is no failure; a model that was not reached at all is one of the turn.
import type { AgentRun, Completed, Generation, ToolCall, Turn, TurnScope } from '../../session/model.ts';
import type { ContentPolicy } from '../../privacy/policy.ts';
import { constant, optionalName, safeName, writtenName, type SafeText } from '../../privacy/safe-text.ts';
import { agentSpan } from '../agent-span.ts';
import { generationSpan } from '../generation-span.ts';
import type { Place } from '../place.ts';
import { Common, GenAi, Native, Turnspan } from '../semconv.ts';
import type { SafeAttributes, SpanInput } from '../span.ts';
import { toolSpan } from '../tool-span.ts';
import type { TraceOf } from '../trace-context.ts';
import { turnSpan } from '../turn-span.ts';
import { eventOf, withoutContent, type EventRecord, type Severity } from './event.ts';
import { Event } from './names.ts';
import { textOf, textOfResult } from './texts.ts';

export function errorEvents(completed: Completed, content: ContentPolicy, traceOf: TraceOf): EventRecord[] {
  switch (completed.kind) {
    case 'turn':
      return ofTurn(completed.turn, content, traceOf);
    case 'generation':
      return ofGeneration(completed.generation, completed, traceOf);
    case 'tool-call':
      return ofToolCall(completed.toolCall, completed, content, traceOf);
    case 'agent-run':
      return ofAgent(completed.agentRun, completed.scope, content, traceOf);
    case 'compaction':
      return [];
  }
}

/** The convention's word for an error without a name. */
const OTHER = constant('_OTHER');

function ofTurn(turn: Turn, content: ContentPolicy, traceOf: TraceOf): EventRecord[] {
  const { scope, status, retries } = turn;
  if (status !== 'failed' && retries.length === 0) return [];
  const span = turnSpan(turn, withoutContent, traceOf);
  const attempts = ofAttempts(retries, span, scope.clientVersion);
  if (status !== 'failed') return attempts;
  const failure = error(span, scope.clientVersion, {
    source: constant('turn'),
    severity: 'error',
    at: turn.endedAt,
    ids: [scope.turnId],
    type: optionalName(turn.error) ?? OTHER,
    attributes: {
      [Common.httpStatus]: turn.errorStatus,
      [Event.errorMessage]: messageOf(textOf(turn.output), content),
    },
  });
  return [...attempts, failure];
}

function ofGeneration(generation: Generation, place: Place, traceOf: TraceOf): EventRecord[] {
  if (generation.retries.length === 0) return [];
  const span = generationSpan(generation, place, withoutContent, traceOf);
  return ofAttempts(generation.retries, span, place.scope.clientVersion);
}

function ofAttempts(
  retries: Generation['retries'],
  span: SpanInput,
  clientVersion: string | undefined,
): EventRecord[] {
  return retries.map(({ uuid, timestamp, status, attempt, waitMs }) =>
    error(span, clientVersion, {
      source: constant('request'),
      severity: 'warn',
      at: timestamp,
      ids: [uuid],
      type: status === undefined ? OTHER : safeName(String(status)),
      attributes: {
        [Common.httpStatus]: status,
        [Turnspan.retryAttempt]: attempt,
        [Turnspan.retryWaitMs]: waitMs,
      },
    }),
  );
}

function ofToolCall(
  toolCall: ToolCall,
  place: Place,
  content: ContentPolicy,
  traceOf: TraceOf,
): EventRecord[] {
  if (toolCall.outcome !== 'failed') return [];
  const span = toolSpan(toolCall, place, withoutContent, traceOf);
  return [
    error(span, place.scope.clientVersion, {
      source: constant('tool'),
      severity: 'warn',
      at: toolCall.endedAt,
      ids: [toolCall.id],
      type: constant('tool_error'),
      attributes: {
        [GenAi.toolName]: writtenName(toolCall.name) ?? constant('unknown'),
        [Native.toolUseId]: safeName(toolCall.id),
        [Event.errorMessage]: messageOf(
          textOfResult(toolCall.result) ?? textOfResult(toolCall.details),
          content,
        ),
      },
    }),
  ];
}

function ofAgent(run: AgentRun, scope: TurnScope, content: ContentPolicy, traceOf: TraceOf): EventRecord[] {
  if (run.outcome !== 'failed') return [];
  return [
    error(agentSpan(run, scope, withoutContent, traceOf), scope.clientVersion, {
      source: constant('agent'),
      severity: 'error',
      at: run.endedAt,
      ids: [run.owner.agentId, run.owner.runId],
      type: optionalName(run.error) ?? OTHER,
      attributes: {
        [GenAi.agentName]: writtenName(run.type),
        [Event.errorMessage]: messageOf(textOf(run.output), content),
      },
    }),
  ];
}

interface Failure {
  readonly source: SafeText;
  readonly severity: Severity;
  readonly at: number;
  readonly ids: readonly string[];
  readonly type: SafeText;
  readonly attributes: SafeAttributes;
}

function error(span: SpanInput, clientVersion: string | undefined, failure: Failure): EventRecord {
  const { source, severity, at, ids, type, attributes } = failure;
  return eventOf(constant('turnspan.error'), span, clientVersion, {
    at,
    severity,
    ids: [source, ...ids],
    attributes: { [Event.errorSource]: source, [Common.errorType]: type, ...attributes },
  });
}

function messageOf(text: string | undefined, content: ContentPolicy): SafeText | undefined {
  return text === undefined || text === '' ? undefined : content.text(text);
}
