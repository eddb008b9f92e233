// The other end of all telemetry: an OTLP backend on loopback, for Turnspan and for the client's own exporters.
// Out: what came, decoded by the local collector's receiver (protobuf-es), which has nothing in common with our encoder.
import { gunzipSync } from 'node:zlib';
import { decode, encodingOf } from '../../collector/receiver/encoding.ts';
import { takeLogs } from '../../collector/receiver/logs.ts';
import { takeMetrics } from '../../collector/receiver/metrics.ts';
import { ExportLogsServiceRequestSchema } from '../../collector/receiver/proto/opentelemetry/proto/collector/logs/v1/logs_service_pb.ts';
import { ExportMetricsServiceRequestSchema } from '../../collector/receiver/proto/opentelemetry/proto/collector/metrics/v1/metrics_service_pb.ts';
import { ExportTraceServiceRequestSchema } from '../../collector/receiver/proto/opentelemetry/proto/collector/trace/v1/trace_service_pb.ts';
import { takeSpans } from '../../collector/receiver/spans.ts';
import type { LogRow, MetricPoint, Origin, SpanRow } from '../../collector/model.ts';
import { startBackend, type LoopbackBackend, type RecordedRequest } from '../support/loopback-backend.ts';

export interface TelemetryReceiver {
  /** For `OTEL_EXPORTER_OTLP_ENDPOINT`. */
  readonly url: string;
  /** Refuses connections, takes them again, answers otherwise. */
  readonly backend: LoopbackBackend;
  /** Turnspan's, in the order in which they came. */
  spans(): SpanRow[];
  points(): MetricPoint[];
  /** The client's own. */
  nativeSpans(): SpanRow[];
  nativeLogs(): LogRow[];
  nativePoints(): MetricPoint[];
  stop(): Promise<void>;
}

/** Takes everything until told otherwise. Stop it in the end. */
export async function startReceiver(): Promise<TelemetryReceiver> {
  const backend = await startBackend();
  const at = (which: string) => backend.requests.filter(({ path }) => path === which);
  const spans = () => at('/v1/traces').flatMap(spansOf);
  const points = () => at('/v1/metrics').flatMap(pointsOf);
  return {
    url: backend.url,
    backend,
    spans: () => spans().filter(isOurs),
    points: () => points().filter(isOurs),
    nativeSpans: () => spans().filter((span) => !isOurs(span)),
    nativeLogs: () => at('/v1/logs').flatMap(logsOf),
    nativePoints: () => points().filter((point) => !isOurs(point)),
    stop: () => backend.stop(),
  };
}

function isOurs({ scopeName }: Origin): boolean {
  return scopeName === 'turnspan';
}

function spansOf(request: RecordedRequest): readonly SpanRow[] {
  const message = decode(ExportTraceServiceRequestSchema, encoding(request), bytes(request));
  if (message === null) throw new Error('a request to /v1/traces that is no OTLP');
  const { rows, rejected, reason } = takeSpans(message);
  if (rejected > 0) throw new Error(`a span that no backend takes: ${reason}`);
  return rows;
}

function pointsOf(request: RecordedRequest): readonly MetricPoint[] {
  const message = decode(ExportMetricsServiceRequestSchema, encoding(request), bytes(request));
  if (message === null) throw new Error('a request to /v1/metrics that is no OTLP');
  const { rows, rejected, reason } = takeMetrics(message);
  if (rejected > 0) throw new Error(`a point that no backend takes: ${reason}`);
  return rows;
}

function logsOf(request: RecordedRequest): readonly LogRow[] {
  const message = decode(ExportLogsServiceRequestSchema, encoding(request), bytes(request));
  return message === null ? [] : takeLogs(message).rows;
}

function encoding({ headers }: RecordedRequest) {
  return encodingOf(headers['content-type']) ?? 'application/x-protobuf';
}

function bytes({ headers, body }: RecordedRequest): Uint8Array {
  return headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body;
}
