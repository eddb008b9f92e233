// In: a content level, what the user calls the sender of the spans and wants on each, how much one may hold, the traces of
// the turns. Out: a maker of spans.
// Always: it makes the same span of the same thing, whoever asks: the worker, the export, or the library.
import type { ReadableSpan } from '@opentelemetry/sdk-trace-node';
import { contentPolicy, type ContentLevel } from './privacy/policy.ts';
import { configured, safeName } from './privacy/safe-text.ts';
import type { ResourceSettings } from './config/resource.ts';
import type { Completed } from './session/model.ts';
import { withinLimits } from './telemetry/attribute-limits.ts';
import { Common, Turnspan } from './telemetry/semconv.ts';
import { createSources } from './telemetry/source.ts';
import { toReadableSpan } from './telemetry/to-span.ts';
import { ownTraces, type TraceOf } from './telemetry/trace-context.ts';
import { version } from './version.ts';

export type SpanMaker = (one: Completed) => ReadableSpan;

/** Makes spans at a content level, with the user's resource attributes. Turns have traces of their own unless `traceOf` says else. */
export function spanMaker(
  content: ContentLevel,
  resource: ResourceSettings,
  traceOf: TraceOf = ownTraces,
): SpanMaker {
  const limits = resource.attributeLimits?.spans;
  const policy = contentPolicy(content, limits?.valueLength);
  const sourceOf = createSources(safeName(version), {
    serviceName: resource.serviceName === undefined ? undefined : configured(resource.serviceName),
    attributes: Object.fromEntries(
      Object.entries(resource.attributes).map(([key, value]) => [key, configured(value)]),
    ),
  });
  const marks = {
    [Common.userId]: resource.user === undefined ? undefined : configured(resource.user),
    [Turnspan.tags]: resource.tags?.map(configured),
  };
  const make: SpanMaker = (one) => toReadableSpan(one, { content: policy, sourceOf, marks, traceOf });
  return limits === undefined ? make : (one) => withinLimits(make(one), limits);
}
