// Writes OTLP/JSON by hand, as a sender of it would.

export type Attributes = Readonly<Record<string, unknown>>;

export interface TestSpan {
  readonly id: string;
  readonly parent?: string;
  readonly name?: string;
  readonly kind?: number;
  /** Milliseconds after the base time. */
  readonly start?: number;
  readonly end?: number;
  readonly attributes?: Attributes;
  readonly events?: readonly { name: string; at: number; attributes?: Attributes }[];
  readonly links?: readonly { traceId: string; spanId: string; attributes?: Attributes }[];
  readonly error?: string;
}

/** 2026-03-01T12:00:00Z. */
export const BASE = 1_772_366_400_000;
export const TRACE = '0af7651916cd43dd8448eb211c80319c';

/** An id of 16 hex digits that ends in `n`. */
export function id(n: number): string {
  return n.toString(16).padStart(16, '0');
}

interface Sender {
  readonly traceId?: string;
  readonly resource?: Attributes;
  /** Unix milliseconds of the spans' zero. */
  readonly base?: number;
}

/** A request with the spans of one trace, from one resource and scope. */
export function traceRequest(
  spans: readonly TestSpan[],
  { traceId = TRACE, resource = { 'service.name': 'claude-code' }, base = BASE }: Sender = {},
): object {
  return {
    resourceSpans: [
      {
        resource: { attributes: keyValues(resource) },
        scopeSpans: [
          {
            scope: { name: 'turnspan', version: '0.1.0' },
            spans: spans.map((span) => toOtlp(span, traceId, base)),
          },
        ],
      },
    ],
  };
}

function toOtlp(span: TestSpan, traceId: string, base: number): object {
  const start = span.start ?? 0;
  return {
    traceId,
    spanId: span.id,
    ...(span.parent === undefined ? {} : { parentSpanId: span.parent }),
    name: span.name ?? 'work',
    kind: span.kind ?? 1,
    startTimeUnixNano: nanos(base + start),
    endTimeUnixNano: nanos(base + (span.end ?? start + 10)),
    attributes: keyValues(span.attributes ?? {}),
    events: (span.events ?? []).map(({ name, at, attributes = {} }) => ({
      name,
      timeUnixNano: nanos(base + at),
      attributes: keyValues(attributes),
    })),
    links: (span.links ?? []).map(({ attributes = {}, ...link }) => ({
      ...link,
      attributes: keyValues(attributes),
    })),
    status: span.error === undefined ? {} : { code: 2, message: span.error },
  };
}

export function keyValues(attributes: Attributes): object[] {
  return Object.entries(attributes).map(([key, value]) => ({ key, value: anyValue(value) }));
}

function anyValue(value: unknown): object {
  if (typeof value === 'string') return { stringValue: value };
  if (typeof value === 'boolean') return { boolValue: value };
  if (typeof value === 'number')
    return Number.isInteger(value) ? { intValue: String(value) } : { doubleValue: value };
  if (Array.isArray(value)) return { arrayValue: { values: value.map(anyValue) } };
  return { kvlistValue: { values: keyValues(value as Attributes) } };
}

export function nanos(milliseconds: number): string {
  return (BigInt(Math.round(milliseconds * 1000)) * 1000n).toString();
}
