// In: a content level, what the user wants on each record, which events, the traces of the turns. Out: a maker of log records.
// Always: the same records of the same thing; with the span's trace and attributes (telemetry/events/).
import type { ReadableLogRecord } from '@opentelemetry/sdk-logs';
import type { ContentLevel } from './privacy/policy.ts';
import type { ResourceSettings } from './config/resource.ts';
import { recordOptions } from './record-options.ts';
import type { Completed } from './session/model.ts';
import { recordWithinLimits } from './telemetry/attribute-limits.ts';
import type { EventKind } from './telemetry/events/catalog.ts';
import type { SessionEvent } from './telemetry/events/session-events.ts';
import { sessionRecords, toLogRecords } from './telemetry/events/to-events.ts';
import { ownTraces, type TraceOf } from './telemetry/trace-context.ts';

export interface LogMaker {
  readonly of: (one: Completed) => readonly ReadableLogRecord[];
  readonly ofSession: (event: SessionEvent) => readonly ReadableLogRecord[];
}

/** Makes the events of `kinds`, all of them where nothing is said. */
export function logMaker(
  content: ContentLevel,
  resource: ResourceSettings,
  kinds: ReadonlySet<EventKind> | undefined,
  traceOf: TraceOf = ownTraces,
): LogMaker {
  const limits = resource.attributeLimits?.logRecords;
  const options = { ...recordOptions(content, resource, traceOf, limits?.valueLength), kinds };
  const cut = (records: readonly ReadableLogRecord[]): readonly ReadableLogRecord[] =>
    limits === undefined ? records : records.map((record) => recordWithinLimits(record, limits));
  return {
    of: (one) => cut(toLogRecords(one, options)),
    ofSession: (event) => cut(sessionRecords(event, options)),
  };
}
