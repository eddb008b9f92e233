// Metrics and events as a backend got them, decoded by the collector's receiver.
import { fromBinary } from '@bufbuild/protobuf';
import { gunzipSync } from 'node:zlib';
import { expect } from 'vitest';
import type { LogRow, MetricPoint } from '../../../collector/model.ts';
import { takeLogs } from '../../../collector/receiver/logs.ts';
import { takeMetrics } from '../../../collector/receiver/metrics.ts';
import { ExportLogsServiceRequestSchema } from '../../../collector/receiver/proto/opentelemetry/proto/collector/logs/v1/logs_service_pb.ts';
import { ExportMetricsServiceRequestSchema } from '../../../collector/receiver/proto/opentelemetry/proto/collector/metrics/v1/metrics_service_pb.ts';
import type { RecordedRequest } from '../../support/loopback-backend.ts';

type Requests = readonly RecordedRequest[];

function bodyOf({ headers, body }: RecordedRequest): Uint8Array {
  return headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body;
}

export function pointsOf(requests: Requests): readonly MetricPoint[] {
  return requests
    .filter(({ path }) => path === '/v1/metrics')
    .flatMap((one) => takeMetrics(fromBinary(ExportMetricsServiceRequestSchema, bodyOf(one))).rows);
}

export function eventsOf(requests: Requests): readonly LogRow[] {
  return requests
    .filter(({ path }) => path === '/v1/logs')
    .flatMap((one) => takeLogs(fromBinary(ExportLogsServiceRequestSchema, bodyOf(one))).rows);
}

/** What the series of a counter add up to, as a reader has it; it never goes back, and its times rise. */
export function risen(points: readonly MetricPoint[], name: string, temporality: string): number {
  const series = new Map<string, MetricPoint[]>();
  for (const point of points.filter((one) => one.name === name)) {
    const key = JSON.stringify(point.attributes);
    series.set(key, [...(series.get(key) ?? []), point]);
  }
  let sum = 0;
  for (const own of series.values()) {
    const values = own.map(({ value }) => value ?? NaN);
    const times = own.map(({ timeUnixNano }) => timeUnixNano);
    expect(times).toEqual([...new Set(times)].sort((one, other) => (one < other ? -1 : 1)));
    if (temporality === 'cumulative') {
      expect(values[0]).toBe(0);
      expect(values).toEqual([...values].sort((one, other) => one - other));
      sum += values.at(-1) ?? NaN;
    } else sum += values.reduce((more, value) => more + value, 0);
  }
  return sum;
}
