// In: one completed thing of a session. Out: its span.
// Always: one thing, one span; its ids come from the transcript; which text it carries is the policy's decision.
import type { ReadableSpan } from '@opentelemetry/sdk-trace-node';
import type { Completed } from '../session/model.ts';
import type { ContentPolicy } from '../privacy/policy.ts';
import { agentSpan } from './agent-span.ts';
import { compactionSpan } from './compaction-span.ts';
import { generationSpan } from './generation-span.ts';
import { toSpan, type SafeAttributes } from './span.ts';
import type { SourceOf } from './source.ts';
import { toolSpan } from './tool-span.ts';
import type { TraceOf } from './trace-context.ts';
import { turnSpan } from './turn-span.ts';

/** What decides a span beside the transcript. */
export interface SpanOptions {
  readonly content: ContentPolicy;
  readonly sourceOf: SourceOf;
  /** What every span carries because the user wants it. */
  readonly marks: SafeAttributes;
  readonly traceOf: TraceOf;
}

/** The span of a completed thing. */
export function toReadableSpan(
  completed: Completed,
  { content, sourceOf, marks, traceOf }: SpanOptions,
): ReadableSpan {
  return toSpan(describe(completed, content, traceOf), sourceOf(completed.scope.clientVersion), marks);
}

function describe(completed: Completed, content: ContentPolicy, traceOf: TraceOf) {
  switch (completed.kind) {
    case 'generation':
      return generationSpan(completed.generation, completed, content, traceOf);
    case 'tool-call':
      return toolSpan(completed.toolCall, completed, content, traceOf);
    case 'compaction':
      return compactionSpan(completed.compaction, completed, traceOf);
    case 'agent-run':
      return agentSpan(completed.agentRun, completed.scope, content, traceOf);
    case 'turn':
      return turnSpan(completed.turn, content, traceOf);
  }
}
