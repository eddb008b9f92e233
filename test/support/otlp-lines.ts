// OTLP/JSON requests as they come out, read back as plainly as a test needs them.

/** One span of a request, attributes as plain values. */
export interface PlainSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string | undefined;
  readonly name: string;
  /** Nanoseconds since the epoch. */
  readonly startedAt: bigint;
  readonly endedAt: bigint;
  readonly attributes: ReadonlyMap<string, unknown>;
}

interface Request {
  readonly resourceSpans: { readonly scopeSpans: { readonly spans: JsonSpan[] }[] }[];
}

interface JsonSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: { readonly key: string; readonly value: Record<string, unknown> }[];
}

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
      startedAt: BigInt(span.startTimeUnixNano),
      endedAt: BigInt(span.endTimeUnixNano),
      attributes: new Map(span.attributes.map(({ key, value }) => [key, Object.values(value)[0]])),
    }));
}
