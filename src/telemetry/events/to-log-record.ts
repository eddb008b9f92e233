// In: an event. Out: a log record in the SDK's own shape (`ReadableLogRecord`), as a value.
// Always: an attribute without a value is left out; the time of observation is the event's own, so that the same event
// gives the same bytes. The body is the name once more: receivers that are older than the field for it drop that.
import type { HrTime } from '@opentelemetry/api';
import { SeverityNumber } from '@opentelemetry/api-logs';
import type { ReadableLogRecord } from '@opentelemetry/sdk-logs';
import { safeName } from '../../privacy/safe-text.ts';
import type { SourceOf } from '../source.ts';
import type { SafeAttributes, SafeValue } from '../span.ts';
import type { EventRecord, Severity } from './event.ts';
import { Event } from './names.ts';

/** Where events come from, as for spans. */
export interface LogRecordOptions {
  readonly sourceOf: SourceOf;
  /** What every event carries because the user wants it. */
  readonly marks: SafeAttributes;
}

/** The log record of an event. */
export function toLogRecord(event: EventRecord, { sourceOf, marks }: LogRecordOptions): ReadableLogRecord {
  const { resource, scope } = sourceOf(event.clientVersion);
  const time = toHrTime(event.at);
  const severity = SEVERITIES[event.severity];
  return {
    hrTime: time,
    hrTimeObserved: time,
    eventName: event.name,
    body: event.name,
    severityNumber: severity.number,
    severityText: severity.text,
    attributes: toAttributes({ [Event.id]: safeName(event.eventId) }, ...event.attributes, marks),
    droppedAttributesCount: 0,
    resource,
    instrumentationScope: scope,
    ...(event.span === undefined ? {} : { spanContext: { ...event.span, traceFlags: SAMPLED } }),
  };
}

const SAMPLED = 1;

const SEVERITIES: Readonly<Record<Severity, { readonly number: SeverityNumber; readonly text: string }>> = {
  info: { number: SeverityNumber.INFO, text: 'INFO' },
  warn: { number: SeverityNumber.WARN, text: 'WARN' },
  error: { number: SeverityNumber.ERROR, text: 'ERROR' },
};

/** A later part may also know that there is nothing. */
function toAttributes(...parts: readonly SafeAttributes[]): ReadableLogRecord['attributes'] {
  const all: Record<string, SafeValue> = {};
  for (const part of parts) Object.assign(all, part);
  const set: ReadableLogRecord['attributes'] = {};
  for (const name in all) {
    const value = all[name];
    if (value !== undefined) set[name] = typeof value === 'object' ? [...value] : value;
  }
  return set;
}

function toHrTime(milliseconds: number): HrTime {
  const whole = Math.round(milliseconds);
  return [Math.floor(whole / 1000), (whole % 1000) * 1_000_000];
}
