// The three signals of OTLP, one shape: which path, how its request becomes rows, who stores them, how success is told.
import { type DescMessage, type MessageShape, create } from '@bufbuild/protobuf';
import {
  ExportLogsServiceRequestSchema,
  ExportLogsServiceResponseSchema,
} from './proto/opentelemetry/proto/collector/logs/v1/logs_service_pb.ts';
import {
  ExportMetricsServiceRequestSchema,
  ExportMetricsServiceResponseSchema,
} from './proto/opentelemetry/proto/collector/metrics/v1/metrics_service_pb.ts';
import {
  ExportTraceServiceRequestSchema,
  ExportTraceServiceResponseSchema,
} from './proto/opentelemetry/proto/collector/trace/v1/trace_service_pb.ts';
import type { LogRow, MetricPoint, SpanRow, Taken } from '../model.ts';
import { type Encoding, decode, encode } from './encoding.ts';
import { takeLogs } from './logs.ts';
import { takeMetrics } from './metrics.ts';
import { takeSpans } from './spans.ts';

export type SignalName = 'traces' | 'metrics' | 'logs';

/** Where received rows go. Each call resolves when they are kept, and rejects when the store cannot keep them. */
export interface Sink {
  writeSpans(rows: readonly SpanRow[]): Promise<void>;
  writeMetricPoints(rows: readonly MetricPoint[]): Promise<void>;
  writeLogRecords(rows: readonly LogRow[]): Promise<void>;
}

/** A decoded request: how many rows it has, how to keep them, and the answer for afterwards. */
export interface Received {
  readonly accepted: number;
  readonly rejected: number;
  readonly reason: string;
  keep(sink: Sink): Promise<void>;
  answer(): Uint8Array;
}

/** A signal's reader: `null` when the bytes are no such request. */
export type Signal = (encoding: Encoding, bytes: Uint8Array) => Received | null;

export const signals: Readonly<Record<SignalName, Signal>> = {
  traces: signal({
    request: ExportTraceServiceRequestSchema,
    response: ExportTraceServiceResponseSchema,
    take: takeSpans,
    write: (sink, rows) => sink.writeSpans(rows),
    partial: (rejected, errorMessage) =>
      create(ExportTraceServiceResponseSchema, { partialSuccess: { rejectedSpans: rejected, errorMessage } }),
  }),
  metrics: signal({
    request: ExportMetricsServiceRequestSchema,
    response: ExportMetricsServiceResponseSchema,
    take: takeMetrics,
    write: (sink, rows) => sink.writeMetricPoints(rows),
    partial: (rejected, errorMessage) =>
      create(ExportMetricsServiceResponseSchema, {
        partialSuccess: { rejectedDataPoints: rejected, errorMessage },
      }),
  }),
  logs: signal({
    request: ExportLogsServiceRequestSchema,
    response: ExportLogsServiceResponseSchema,
    take: takeLogs,
    write: (sink, rows) => sink.writeLogRecords(rows),
    partial: (rejected, errorMessage) =>
      create(ExportLogsServiceResponseSchema, {
        partialSuccess: { rejectedLogRecords: rejected, errorMessage },
      }),
  }),
};

interface Parts<Request extends DescMessage, Response extends DescMessage, Row> {
  readonly request: Request;
  readonly response: Response;
  readonly take: (message: MessageShape<Request>) => Taken<Row>;
  readonly write: (sink: Sink, rows: readonly Row[]) => Promise<void>;
  readonly partial: (rejected: bigint, errorMessage: string) => MessageShape<Response>;
}

function signal<Request extends DescMessage, Response extends DescMessage, Row>(
  parts: Parts<Request, Response, Row>,
): Signal {
  return (encoding, bytes) => {
    const message = decode(parts.request, encoding, bytes);
    if (message === null) return null;
    const { rows, rejected, reason } = parts.take(message);
    return {
      accepted: rows.length,
      rejected,
      reason,
      keep: (sink) => (rows.length === 0 ? Promise.resolve() : parts.write(sink, rows)),
      // Without a partial success the message is empty, as the specification asks.
      answer: () =>
        encode(
          parts.response,
          encoding,
          rejected === 0 ? create(parts.response) : parts.partial(BigInt(rejected), reason),
        ),
    };
  };
}
