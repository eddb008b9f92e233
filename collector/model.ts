// The plain values that the rooms of the collector hand to each other: the receiver makes them, the store keeps them.
// Always: ids are lower-case hex, times are Unix nanoseconds as bigint, attributes are JSON that can be stored as it is.

export type Json = string | number | boolean | null | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json;
}

export type SpanKind = 'UNSPECIFIED' | 'INTERNAL' | 'SERVER' | 'CLIENT' | 'PRODUCER' | 'CONSUMER';
export type StatusCode = 'UNSET' | 'OK' | 'ERROR';

/** Who sent a record: OTLP's resource and instrumentation scope. */
export interface Origin {
  readonly resource: JsonObject;
  readonly scopeName: string;
  readonly scopeVersion: string;
  readonly scopeAttributes: JsonObject;
}

export interface SpanEvent {
  readonly name: string;
  readonly timeUnixNano: bigint;
  readonly attributes: JsonObject;
}

export interface SpanLink {
  readonly traceId: string;
  readonly spanId: string;
  readonly traceState: string;
  readonly attributes: JsonObject;
}

export interface SpanRow extends Origin {
  readonly traceId: string;
  readonly spanId: string;
  /** `null` for a root. */
  readonly parentSpanId: string | null;
  readonly traceState: string;
  /** W3C trace flags and OTLP's "is remote" bits, as they came. */
  readonly flags: number;
  readonly name: string;
  readonly kind: SpanKind;
  readonly startUnixNano: bigint;
  readonly endUnixNano: bigint;
  readonly statusCode: StatusCode;
  readonly statusMessage: string;
  readonly attributes: JsonObject;
  readonly events: readonly SpanEvent[];
  readonly links: readonly SpanLink[];
  /** What the sender dropped before sending, as it says. */
  readonly dropped: { readonly attributes: number; readonly events: number; readonly links: number };
}

export type MetricType = 'gauge' | 'sum' | 'histogram' | 'exponential_histogram' | 'summary';
export type Temporality = 'UNSPECIFIED' | 'DELTA' | 'CUMULATIVE';

export interface MetricPoint extends Origin {
  readonly name: string;
  readonly description: string;
  readonly unit: string;
  readonly type: MetricType;
  /** `null` where the type has none. */
  readonly temporality: Temporality | null;
  readonly monotonic: boolean | null;
  /** `null` when the sender gave none. */
  readonly startUnixNano: bigint | null;
  readonly timeUnixNano: bigint;
  /** Of gauges and sums. `null` for the others, and where no value was recorded. */
  readonly value: number | null;
  /** Of histograms and summaries. */
  readonly count: bigint | null;
  readonly sum: number | null;
  readonly min: number | null;
  readonly max: number | null;
  /** Buckets, bounds, scale or quantiles of the types that have them, under OTLP's own names. */
  readonly detail: JsonObject;
  readonly attributes: JsonObject;
  readonly exemplars: readonly Json[];
  readonly flags: number;
}

export interface LogRow extends Origin {
  readonly timeUnixNano: bigint | null;
  readonly observedUnixNano: bigint | null;
  readonly severityNumber: number;
  readonly severityText: string;
  readonly eventName: string;
  readonly body: Json;
  readonly attributes: JsonObject;
  readonly traceId: string | null;
  readonly spanId: string | null;
  readonly flags: number;
}

/** Rows of one request that can be stored, and how many could not be taken and why (the first reason). */
export interface Taken<Row> {
  readonly rows: readonly Row[];
  readonly rejected: number;
  readonly reason: string;
}
