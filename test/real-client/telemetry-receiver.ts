// The other end of all telemetry: an OTLP backend on loopback, for Turnspan and for the client's own exporters.
// Out: what came, decoded by the local collector's receiver (protobuf-es), which has nothing in common with our encoder.
import { gunzipSync } from 'node:zlib';
import { decode, encodingOf } from '../../collector/receiver/encoding.ts';
import { takeLogs } from '../../collector/receiver/logs.ts';
import { ExportLogsServiceRequestSchema } from '../../collector/receiver/proto/opentelemetry/proto/collector/logs/v1/logs_service_pb.ts';
import { ExportTraceServiceRequestSchema } from '../../collector/receiver/proto/opentelemetry/proto/collector/trace/v1/trace_service_pb.ts';
import { takeSpans } from '../../collector/receiver/spans.ts';
import type { LogRow, SpanRow } from '../../collector/model.ts';
import { startBackend, type LoopbackBackend, type RecordedRequest } from '../support/loopback-backend.ts';

export interface TelemetryReceiver {
  /** For `OTEL_EXPORTER_OTLP_ENDPOINT`. */
  readonly url: string;
  /** Refuses connections, takes them again, answers otherwise. */
  readonly backend: LoopbackBackend;
  /** Turnspan's, in the order in which they came. */
  spans(): SpanRow[];
  /** The client's own. */
  nativeSpans(): SpanRow[];
  nativeLogs(): LogRow[];
  stop(): Promise<void>;
}

/** Takes everything until told otherwise. Stop it in the end. */
export async function startReceiver(): Promise<TelemetryReceiver> {
  const backend = await startBackend();
  const all = () => backend.requests.filter(({ path }) => path === '/v1/traces').flatMap(spansOf);
  return {
    url: backend.url,
    backend,
    spans: () => all().filter(isOurs),
    nativeSpans: () => all().filter((span) => !isOurs(span)),
    nativeLogs: () => backend.requests.filter(({ path }) => path === '/v1/logs').flatMap(logsOf),
    stop: () => backend.stop(),
  };
}

function isOurs({ scopeName }: SpanRow): boolean {
  return scopeName === 'turnspan';
}

function spansOf(request: RecordedRequest): readonly SpanRow[] {
  const message = decode(ExportTraceServiceRequestSchema, encoding(request), bytes(request));
  if (message === null) throw new Error('a request to /v1/traces that is no OTLP');
  const { rows, rejected, reason } = takeSpans(message);
  if (rejected > 0) throw new Error(`a span that no backend takes: ${reason}`);
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
