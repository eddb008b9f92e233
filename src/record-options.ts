// In: a content level, what the user calls the sender and wants on each record, the traces of the turns. Out: what decides a
// span or an event beside the transcript.
// Always: the same for the worker, the export and the library.
import { contentPolicy, type ContentLevel } from './privacy/policy.ts';
import { configured, safeName } from './privacy/safe-text.ts';
import type { ResourceSettings } from './config/resource.ts';
import { Common, Turnspan } from './telemetry/semconv.ts';
import { createSources } from './telemetry/source.ts';
import type { SpanOptions } from './telemetry/to-span.ts';
import type { TraceOf } from './telemetry/trace-context.ts';
import { version } from './version.ts';

/** `valueLength`: characters that a text may have, where something limits it. */
export function recordOptions(
  content: ContentLevel,
  resource: ResourceSettings,
  traceOf: TraceOf,
  valueLength: number | undefined,
): SpanOptions {
  return {
    content: contentPolicy(content, valueLength),
    sourceOf: createSources(safeName(version), {
      serviceName: resource.serviceName === undefined ? undefined : configured(resource.serviceName),
      attributes: Object.fromEntries(
        Object.entries(resource.attributes).map(([key, value]) => [key, configured(value)]),
      ),
    }),
    marks: {
      [Common.userId]: resource.user === undefined ? undefined : configured(resource.user),
      [Turnspan.tags]: resource.tags?.map(configured),
    },
    traceOf,
  };
}
