// In: metrics, resource by resource. Out: OTLP metrics requests as bytes.
// Always: JSON is OpenTelemetry's own, and protobuf byte for byte the same as its (encode-metric-request.ts); one request has one resource; no point is left out, and their order is kept.
import { JsonMetricsSerializer } from '@opentelemetry/otlp-transformer';
import type { MetricData, ResourceMetrics } from '@opentelemetry/sdk-metrics';

import type { Encoding } from '../config/destination.ts';
import { encodeMetricRequest } from './encode-metric-request.ts';
import { REQUEST_LIMITS, type EncodedRequest, type RequestLimits } from './request-parts.ts';

/** All points in requests within the limits; `spans` says and limits how many points a request has. */
export function encodeMetrics(
  metrics: readonly ResourceMetrics[],
  encoding: Encoding,
  limits: RequestLimits = METRIC_LIMITS,
): EncodedRequest[] {
  return metrics.flatMap((one) => encodeWithin(one, encoding, limits));
}

/** A point has two hundred bytes; a backend takes thousands at once. */
export const METRIC_LIMITS: RequestLimits = { bytes: REQUEST_LIMITS.bytes, spans: 4096 };

/** Encoded once, and cut in half where that is too big. */
function encodeWithin(metrics: ResourceMetrics, encoding: Encoding, limits: RequestLimits): EncodedRequest[] {
  const points = pointsIn(metrics);
  if (points === 0) return [];
  if (points <= limits.spans || points === 1) {
    const bytes = encodeWhole(metrics, encoding);
    if (bytes.length <= limits.bytes || points === 1) return [{ bytes, spans: points }];
  }
  const half = Math.ceil(points / 2);
  return [partOf(metrics, 0, half), partOf(metrics, half, points)].flatMap((part) =>
    encodeWithin(part, encoding, limits),
  );
}

function encodeWhole(metrics: ResourceMetrics, encoding: Encoding): Uint8Array {
  if (encoding === 'protobuf') return encodeMetricRequest(metrics);
  const bytes = JsonMetricsSerializer.serializeRequest(metrics);
  if (!bytes) throw new Error('the OpenTelemetry serializer returned nothing');
  return bytes;
}

function pointsIn({ scopeMetrics }: ResourceMetrics): number {
  return scopeMetrics.reduce(
    (sum, { metrics }) => metrics.reduce((more, { dataPoints }) => more + dataPoints.length, sum),
    0,
  );
}

/** The points from one place to another, counted through all metrics. */
function partOf({ resource, scopeMetrics }: ResourceMetrics, from: number, to: number): ResourceMetrics {
  let at = 0;
  const cut = (metric: MetricData): MetricData[] => {
    const start = at;
    at += metric.dataPoints.length;
    const dataPoints = metric.dataPoints.slice(Math.max(0, from - start), Math.max(0, to - start));
    // The cast: points cut out of a metric are of its own kind.
    return dataPoints.length === 0 ? [] : [{ ...metric, dataPoints } as MetricData];
  };
  return {
    resource,
    scopeMetrics: scopeMetrics.map(({ scope, metrics }) => ({ scope, metrics: metrics.flatMap(cut) })),
  };
}
