// In: a content level, what the user calls the sender and wants on each record, the traces of the turns. Out: what decides a
// span or an event beside the transcript.
// Always: the same for the worker, the export and the library.
import type { DialectName } from './config/dialect.ts';
import { contentPolicy, type ContentLevel } from './privacy/policy.ts';
import { configured, safeName } from './privacy/safe-text.ts';
import type { ResourceSettings } from './config/resource.ts';
import { dialects } from './telemetry/dialects/list.ts';
import { Common, Turnspan } from './telemetry/semconv.ts';
import { createSources, type ResourceSettings as SourceSettings } from './telemetry/source.ts';
import type { SpanOptions } from './telemetry/to-span.ts';
import type { TraceOf } from './telemetry/trace-context.ts';
import { version } from './version.ts';

/** The user's resource attributes, as telemetry/ takes them: their own words, made to be sent. */
export function sourceSettings(resource: ResourceSettings): SourceSettings {
  return {
    serviceName: resource.serviceName === undefined ? undefined : configured(resource.serviceName),
    attributes: Object.fromEntries(
      Object.entries(resource.attributes).map(([key, value]) => [key, configured(value)]),
    ),
  };
}

/** `valueLength`: characters that a text may have, where something limits it. `dialect`: of spans alone. */
export function recordOptions(
  content: ContentLevel,
  resource: ResourceSettings,
  traceOf: TraceOf,
  valueLength: number | undefined,
  dialect?: DialectName,
): SpanOptions {
  return {
    content: contentPolicy(content, valueLength),
    sourceOf: createSources(safeName(version), sourceSettings(resource)),
    marks: {
      [Common.userId]: resource.user === undefined ? undefined : configured(resource.user),
      [Turnspan.tags]: resource.tags?.map(configured),
    },
    traceOf,
    dialect: dialect === undefined ? undefined : dialects[dialect],
    valueLength,
  };
}
