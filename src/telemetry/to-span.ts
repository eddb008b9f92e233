// In: one completed thing of a session. Out: its span.
// Always: one thing, one span; its ids come from the transcript; which text it carries is the policy's decision.
import type { ReadableSpan } from '@opentelemetry/sdk-trace-node';
import type { Completed } from '../session/model.ts';
import type { ContentPolicy } from '../privacy/policy.ts';
import { agentSpan } from './agent-span.ts';
import { compactionSpan } from './compaction-span.ts';
import type { Dialect } from './dialects/dialect.ts';
import { generationSpan } from './generation-span.ts';
import { toSpan, type SafeAttributes, type SpanInput } from './span.ts';
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
  /** What one backend reads beside the base attributes. */
  readonly dialect?: Dialect | undefined;
  /** Characters that a text may have, where something limits it. */
  readonly valueLength?: number | undefined;
}

/** The span of a completed thing. */
export function toReadableSpan(completed: Completed, options: SpanOptions): ReadableSpan {
  const { content, sourceOf, marks, traceOf, dialect } = options;
  const base = describe(completed, content, traceOf);
  const input = dialect === undefined ? base : inDialect(dialect, completed, base, options);
  return toSpan(input, sourceOf(completed.scope.clientVersion), marks);
}

/** Behind the base: where a span may have only so many attributes, those of the dialect are dropped first. */
function inDialect(
  dialect: Dialect,
  completed: Completed,
  base: SpanInput,
  { content, marks, valueLength }: SpanOptions,
): SpanInput {
  const attributes = [...base.attributes, marks].reduce((all, part) => Object.assign(all, part), {});
  const more = dialect(completed, { attributes, failed: base.failed === true, valueLength }, content);
  return { ...base, attributes: [...base.attributes, marks, more] };
}

function describe(completed: Completed, content: ContentPolicy, traceOf: TraceOf): SpanInput {
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
