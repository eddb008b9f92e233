// OTLP/JSON requests as they come out, read back as plainly as a test needs them.

/** One span of a request, attributes as plain values, times in nanoseconds since the epoch. */
export interface PlainSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string | undefined;
  readonly name: string;
  readonly isClient: boolean;
  readonly failed: boolean;
  readonly startedAt: bigint;
  readonly endedAt: bigint;
  readonly attributes: PlainAttributes;
  readonly events: readonly {
    readonly name: string;
    readonly at: bigint;
    readonly attributes: PlainAttributes;
  }[];
  readonly links: readonly {
    readonly traceId: string;
    readonly spanId: string;
    readonly attributes: PlainAttributes;
  }[];
}

/** A string, number, boolean, or for a list `{ values: … }` as OTLP has it. */
export type PlainAttributes = ReadonlyMap<string, unknown>;

interface Request {
  readonly resourceSpans: { readonly scopeSpans: { readonly spans: JsonSpan[] }[] }[];
}

type JsonAttributes = readonly { readonly key: string; readonly value: Record<string, unknown> }[];

interface JsonSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: number;
  readonly status: { readonly code: number };
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: JsonAttributes;
  readonly events: {
    readonly name: string;
    readonly timeUnixNano: string;
    readonly attributes: JsonAttributes;
  }[];
  readonly links: {
    readonly traceId: string;
    readonly spanId: string;
    readonly attributes: JsonAttributes;
  }[];
}

const CLIENT = 3;
const ERROR = 2;

/** The spans of all requests, one request a line. */
export function spansOfLines(text: string): PlainSpan[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .flatMap((line) => (JSON.parse(line) as Request).resourceSpans) // what our own encoder wrote
    .flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans))
    .map((span) => ({
      traceId: span.traceId,
      spanId: span.spanId,
      parentSpanId: span.parentSpanId,
      name: span.name,
      isClient: span.kind === CLIENT,
      failed: span.status.code === ERROR,
      startedAt: BigInt(span.startTimeUnixNano),
      endedAt: BigInt(span.endTimeUnixNano),
      attributes: plain(span.attributes),
      events: span.events.map(({ name, timeUnixNano, attributes }) => ({
        name,
        at: BigInt(timeUnixNano),
        attributes: plain(attributes),
      })),
      links: span.links.map(({ traceId, spanId, attributes }) => ({
        traceId,
        spanId,
        attributes: plain(attributes),
      })),
    }));
}

function plain(attributes: JsonAttributes): PlainAttributes {
  return new Map(attributes.map(({ key, value }) => [key, Object.values(value)[0]]));
}
