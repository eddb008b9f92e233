// In: OTLP/JSON requests, one a line. Out: their spans, as plainly as the readers of this folder need them.
// Always: independent of src/: what is read here is what a backend gets.

export type Value = string | number | boolean | readonly string[];
export type Attributes = Readonly<Record<string, Value>>;

export interface ReadSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string | undefined;
  readonly name: string;
  readonly startedAt: number;
  readonly endedAt: number;
  readonly status: { readonly code?: number; readonly message?: string };
  readonly attributes: Attributes;
  readonly resource: Attributes;
}

interface Line {
  readonly resourceSpans: readonly {
    readonly resource?: { readonly attributes?: readonly KeyValue[] };
    readonly scopeSpans: readonly { readonly spans: readonly JsonSpan[] }[];
  }[];
}

interface JsonSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly status?: ReadSpan['status'];
  readonly attributes?: readonly KeyValue[];
}

interface KeyValue {
  readonly key: string;
  readonly value: Readonly<Record<string, unknown>>;
}

export function readSpans(lines: string): ReadSpan[] {
  return lines
    .split('\n')
    .filter((line) => line !== '')
    .flatMap((line) => (JSON.parse(line) as Line).resourceSpans) // OTLP, by its definition
    .flatMap(({ resource, scopeSpans }) =>
      scopeSpans.flatMap(({ spans }) =>
        spans.map((span) => ({
          traceId: span.traceId,
          spanId: span.spanId,
          parentSpanId: span.parentSpanId === '' ? undefined : span.parentSpanId,
          name: span.name,
          startedAt: Number(BigInt(span.startTimeUnixNano) / 1_000_000n),
          endedAt: Number(BigInt(span.endTimeUnixNano) / 1_000_000n),
          status: span.status ?? {},
          attributes: plain(span.attributes),
          resource: plain(resource?.attributes),
        })),
      ),
    );
}

function plain(attributes: readonly KeyValue[] = []): Attributes {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, valueOf(value)]));
}

function valueOf(value: KeyValue['value']): Value {
  const [kind, content] = Object.entries(value)[0] ?? [];
  switch (kind) {
    case 'intValue':
    case 'doubleValue':
      return Number(content);
    case 'stringValue':
    case 'boolValue':
      return content as string | boolean; // by the name of its field
    case 'arrayValue':
      return (content as { values: readonly KeyValue['value'][] }).values.map((one) => String(valueOf(one)));
    default:
      throw new Error(`a value that backends do not read: ${String(kind)}`);
  }
}
