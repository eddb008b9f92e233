// Metrics as bytes, read back by the collector's own reader, which has nothing in common with the encoder.
import { fromBinary } from '@bufbuild/protobuf';
import { describe, expect, test } from 'vitest';

import { ExportMetricsServiceRequestSchema } from '../../../collector/receiver/proto/opentelemetry/proto/collector/metrics/v1/metrics_service_pb.ts';
import { takeMetrics } from '../../../collector/receiver/metrics.ts';
import { encodingOf } from '../../../src/delivery/encode.ts';
import { encodeMetrics, METRIC_LIMITS } from '../../../src/delivery/encode-metrics.ts';
import { cumulativeMetrics, deltaMetrics } from '../../../src/telemetry/metrics/points.ts';
import { metricBatch, withBatch } from '../../../src/telemetry/metrics/totals.ts';
import { EXAMPLE_TRANSCRIPT } from '../../support/example-session.ts';
import { completedOf, incrementsOfAll } from './completed-of.ts';

const empty = { beganAt: 1_000, time: 1_000, resources: [] };
const increments = incrementsOfAll(await completedOf([EXAMPLE_TRANSCRIPT]));
const batch = metricBatch(empty, { 'service.name': 'claude-code' }, increments, { now: 2_000, issuedAt: 0 });
const cumulative = cumulativeMetrics(withBatch(empty, batch));

function rowsOf(bytes: Uint8Array) {
  const { rows, rejected } = takeMetrics(fromBinary(ExportMetricsServiceRequestSchema, bytes));
  expect(rejected).toBe(0);
  return rows;
}

describe('metrics as bytes', () => {
  test('say what the points say, in protobuf', () => {
    const [request] = encodeMetrics(cumulative, 'protobuf');
    const rows = rowsOf(request?.bytes ?? new Uint8Array());
    expect(rows).toHaveLength(request?.spans ?? 0);
    const cost = rows.find(
      (row) => row.name === 'turnspan.cost' && row.attributes['turnspan.thread'] === 'main',
    );
    expect(cost).toMatchObject({
      type: 'sum',
      unit: 'USD',
      temporality: 'CUMULATIVE',
      monotonic: true,
      value: 0.264293,
      startUnixNano: 2_000_000_000n,
      timeUnixNano: 2_001_000_000n,
    });
    const opus = rows.find(
      (row) =>
        row.name === 'gen_ai.client.operation.duration' &&
        row.attributes['gen_ai.response.model'] === 'claude-opus-5-5',
    );
    expect(opus).toMatchObject({ type: 'histogram', count: 16n, sum: 82.24, min: 1.911, max: 11.218 });
  });

  test('say so when they are deltas', () => {
    const rows = encodeMetrics(deltaMetrics(batch), 'protobuf').flatMap(({ bytes }) => rowsOf(bytes));
    expect(new Set(rows.map(({ temporality }) => temporality))).toEqual(new Set(['DELTA']));
    expect(new Set(rows.map(({ startUnixNano }) => startUnixNano))).toEqual(new Set([1_000_000_000n]));
  });

  test('are cut between points where there are too many, and none is lost', () => {
    const whole = rowsOf(encodeMetrics(cumulative, 'protobuf')[0]?.bytes ?? new Uint8Array());
    for (const limits of [
      { ...METRIC_LIMITS, spans: 7 },
      { ...METRIC_LIMITS, bytes: 2_000 },
    ]) {
      const parts = encodeMetrics(cumulative, 'protobuf', limits);
      expect(parts.length).toBeGreaterThan(5);
      for (const { bytes, spans } of parts)
        expect(spans <= limits.spans && bytes.length <= limits.bytes).toBe(true);
      expect(parts.flatMap(({ bytes }) => rowsOf(bytes))).toEqual(whole);
    }
  });

  test('tell their encoding, and nothing is no request', () => {
    const [json] = encodeMetrics(cumulative, 'json');
    expect(encodingOf(json?.bytes ?? new Uint8Array())).toBe('json');
    expect(encodingOf(encodeMetrics(cumulative, 'protobuf')[0]?.bytes ?? new Uint8Array())).toBe('protobuf');
    expect(encodeMetrics([], 'json')).toEqual([]);
  });
});
