// In: a content level, what the user calls the sender of the spans and wants on each, how much one may hold, the traces of
// the turns, the dialect of the backend. Out: a maker of spans.
// Always: it makes the same span of the same thing, whoever asks: the worker, the export, or the library.
import type { ReadableSpan } from '@opentelemetry/sdk-trace-node';
import type { DialectName } from './config/dialect.ts';
import type { ContentLevel } from './privacy/policy.ts';
import type { ResourceSettings } from './config/resource.ts';
import { recordOptions } from './record-options.ts';
import type { Completed } from './session/model.ts';
import { withinLimits } from './telemetry/attribute-limits.ts';
import { toReadableSpan } from './telemetry/to-span.ts';
import { ownTraces, type TraceOf } from './telemetry/trace-context.ts';

export type SpanMaker = (one: Completed) => ReadableSpan;

/** Makes spans at a content level, with the user's resource attributes. Turns have traces of their own unless `traceOf` says else; base attributes alone without a `dialect`. */
export function spanMaker(
  content: ContentLevel,
  resource: ResourceSettings,
  traceOf: TraceOf = ownTraces,
  dialect?: DialectName,
): SpanMaker {
  const limits = resource.attributeLimits?.spans;
  const options = recordOptions(content, resource, traceOf, limits?.valueLength, dialect);
  const make: SpanMaker = (one) => toReadableSpan(one, options);
  return limits === undefined ? make : (one) => withinLimits(make(one), limits);
}
