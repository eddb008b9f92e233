// The shapes that go out over the JSON API: what the page and other readers of the collector see.
// Always: plain JSON; nanoseconds are decimal strings, since a JSON number cannot hold them.
import type { Json, JsonObject, SpanKind, StatusCode } from '../model.ts';

/** A session, or a service whose traces belong to no session. */
export interface GroupView {
  /** Session id, or service name. */
  readonly id: string;
  readonly serviceName: string;
  readonly startUnixNano: string;
  readonly endUnixNano: string;
  readonly traces: number;
  readonly spans: number;
  readonly errors: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
}

/** A turn of a session, or a trace of a service. Without `rootSpanId` its root has not come (yet). */
export interface TurnView {
  readonly traceId: string;
  readonly rootSpanId: string | null;
  readonly number: number | null;
  readonly title: string;
  /** `completed`, `failed`, `interrupted`, `lost`; `null` where the sender tells none. */
  readonly status: string | null;
  readonly startUnixNano: string;
  readonly endUnixNano: string;
  readonly spans: number;
  readonly errors: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
}

export interface EventView {
  readonly name: string;
  readonly timeUnixNano: string;
  readonly attributes: JsonObject;
}

export interface LinkView {
  readonly traceId: string;
  readonly spanId: string;
  readonly traceState: string;
  readonly attributes: JsonObject;
}

/** One span as it was received. */
export interface SpanView {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string | null;
  readonly name: string;
  readonly kind: SpanKind;
  readonly startUnixNano: string;
  readonly endUnixNano: string;
  readonly statusCode: StatusCode;
  readonly statusMessage: string;
  readonly serviceName: string;
  readonly attributes: JsonObject;
  readonly events: readonly EventView[];
  readonly links: readonly LinkView[];
  readonly resource: JsonObject;
  readonly scopeName: string;
  readonly scopeVersion: string;
  readonly scopeAttributes: JsonObject;
  readonly traceState: string;
  readonly flags: number;
  readonly dropped: Json;
}

/** Where a span stands in its trace. `orphan`: its parent is not among the spans; `cycle`: its ancestors form a ring. */
export type Attachment = 'root' | 'child' | 'orphan' | 'cycle';

/** A span in the waterfall: its place in the tree, and its bar in fractions (0 to 1) of the trace's time. */
export interface PlacedSpan extends SpanView {
  readonly depth: number;
  readonly children: number;
  readonly attachment: Attachment;
  readonly left: number;
  readonly width: number;
  readonly startInferred: boolean;
  readonly endInferred: boolean;
}

/** A trace, its spans in tree order: each one before its children, siblings by start. */
export interface TraceView {
  readonly traceId: string;
  readonly startUnixNano: string;
  readonly endUnixNano: string;
  readonly spans: readonly PlacedSpan[];
}

export interface StatsView {
  /** Another value whenever something was kept since the last look. */
  readonly revision: string;
  readonly spans: number;
  readonly duplicateSpans: number;
  /** Duplicates that differ from the span that was kept. */
  readonly changedDuplicates: number;
  readonly metricPoints: number;
  readonly logRecords: number;
  readonly requests: { readonly traces: number; readonly metrics: number; readonly logs: number };
  readonly refusedRequests: number;
  readonly rejectedRecords: number;
}
