// In: the variables of OpenTelemetry's attribute limits. Out: how much a span and a log record may hold.
// Always: a limit of the model goes before the general one; what cannot be read costs a warning, and the next best
// counts. What nobody sets is not there, and then nothing is counted: the specification's default of 128 attributes is
// never reached by our spans, and an event or a link is not lost because nobody asked for it.
import { bestOf } from './best-of.ts';
import type { Best, Warn } from './best-of.ts';
import type { Choice } from './choice.ts';

/** Of a span, its events and its links. */
export interface SpanLimits {
  /** Characters of a text, of the span's attributes and of those of its events and links. */
  readonly valueLength?: number | undefined;
  readonly attributes?: number | undefined;
  readonly events?: number | undefined;
  readonly links?: number | undefined;
  readonly eventAttributes?: number | undefined;
  readonly linkAttributes?: number | undefined;
}

/** Of a log record. */
export interface LogRecordLimits {
  readonly valueLength?: number | undefined;
  readonly attributes?: number | undefined;
}

/** Each only where something limits it. */
export interface AttributeLimits {
  readonly spans?: SpanLimits;
  readonly logRecords?: LogRecordLimits;
}

/** Undefined where no variable sets a limit. */
export function readAttributeLimits(
  variables: ReadonlyMap<string, string>,
  warn: Warn,
): AttributeLimits | undefined {
  const spans: SpanLimits = read(SPANS, variables, warn);
  const logRecords: LogRecordLimits = read(LOG_RECORDS, variables, warn);
  if (!isSet(spans) && !isSet(logRecords)) return undefined;
  return { ...(isSet(spans) ? { spans } : {}), ...(isSet(logRecords) ? { logRecords } : {}) };
}

/** The same, where a backend takes no longer texts than `valueLength`: the smaller counts. */
export function withValueLength(
  limits: AttributeLimits | undefined,
  valueLength: number | undefined,
): AttributeLimits | undefined {
  if (valueLength === undefined) return limits;
  const shorter = (own: LogRecordLimits = {}) => Math.min(own.valueLength ?? Infinity, valueLength);
  return {
    spans: { ...limits?.spans, valueLength: shorter(limits?.spans) },
    logRecords: { ...limits?.logRecords, valueLength: shorter(limits?.logRecords) },
  };
}

/** The limits of spans that are set, for people; `from` is a variable. */
export function limitChoices(variables: ReadonlyMap<string, string>): readonly Choice[] {
  return Object.entries(SPANS).flatMap(([limit, names]) => {
    // What cannot be read was told when the limits were read.
    const { value, variable } = limitOf(names, variables, () => {});
    if (value === undefined || variable === undefined) return [];
    return [{ setting: `limits.${limit}`, shown: String(value), from: variable }];
  });
}

/** The parts of the variables' names that say a limit, the one that counts first. */
const SPANS = {
  valueLength: ['SPAN_ATTRIBUTE_VALUE_LENGTH', 'ATTRIBUTE_VALUE_LENGTH'],
  attributes: ['SPAN_ATTRIBUTE_COUNT', 'ATTRIBUTE_COUNT'],
  events: ['SPAN_EVENT_COUNT'],
  links: ['SPAN_LINK_COUNT'],
  eventAttributes: ['EVENT_ATTRIBUTE_COUNT', 'ATTRIBUTE_COUNT'],
  linkAttributes: ['LINK_ATTRIBUTE_COUNT', 'ATTRIBUTE_COUNT'],
};
const LOG_RECORDS = {
  valueLength: ['LOGRECORD_ATTRIBUTE_VALUE_LENGTH', 'ATTRIBUTE_VALUE_LENGTH'],
  attributes: ['LOGRECORD_ATTRIBUTE_COUNT', 'ATTRIBUTE_COUNT'],
};

function read(
  limits: Readonly<Record<string, readonly string[]>>,
  variables: ReadonlyMap<string, string>,
  warn: Warn,
): Readonly<Record<string, number | undefined>> {
  return Object.fromEntries(
    Object.entries(limits).map(([limit, names]) => [limit, limitOf(names, variables, warn).value]),
  );
}

function limitOf(
  names: readonly string[],
  variables: ReadonlyMap<string, string>,
  warn: Warn,
): Best<number | undefined> {
  const full = names.map((name) => `OTEL_${name}_LIMIT`);
  return bestOf<number | undefined>(variables, full, COUNT, undefined, warn);
}

function isSet(limits: SpanLimits | LogRecordLimits): boolean {
  return Object.values(limits).some((limit) => limit !== undefined);
}

const COUNT = {
  expected: 'a whole number of 0 or more',
  parse: (text: string): number | undefined => {
    const value = /^\d+$/.test(text) ? Number(text) : NaN;
    return Number.isSafeInteger(value) ? value : undefined;
  },
};
