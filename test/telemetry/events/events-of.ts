// The events of things and of whole sessions, as log records, made as the program makes them.
import type { ReadableLogRecord } from '@opentelemetry/sdk-logs';

import { contentPolicy, type ContentLevel } from '../../../src/privacy/policy.ts';
import { safeName } from '../../../src/privacy/safe-text.ts';
import type { Completed } from '../../../src/session/model.ts';
import { toLogRecords, type EventOptions } from '../../../src/telemetry/events/to-events.ts';
import { createSources } from '../../../src/telemetry/source.ts';
import { ownTraces } from '../../../src/telemetry/trace-context.ts';

export function optionsAt(level: ContentLevel, more: Partial<EventOptions> = {}): EventOptions {
  return {
    content: contentPolicy(level),
    sourceOf: createSources(safeName('0.0.0')),
    marks: {},
    traceOf: ownTraces,
    ...more,
  };
}

export function recordsOf(completed: readonly Completed[], level: ContentLevel): ReadableLogRecord[] {
  const options = optionsAt(level);
  return completed.flatMap((one) => toLogRecords(one, options));
}

/** Milliseconds since the epoch. */
export function timeOf({ hrTime: [seconds, nanoseconds] }: ReadableLogRecord): number {
  return seconds * 1000 + nanoseconds / 1_000_000;
}

export function idOf({ attributes }: ReadableLogRecord): string {
  const id = attributes['turnspan.event.id'];
  return typeof id === 'string' ? id : 'no id';
}
