// Our encoder is there for its speed alone: its bytes are those of OpenTelemetry's own serializer.
import { ValueType } from '@opentelemetry/api';
import { ProtobufMetricsSerializer } from '@opentelemetry/otlp-transformer';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { AggregationTemporality, DataPointType } from '@opentelemetry/sdk-metrics';
import type { MetricData, ResourceMetrics } from '@opentelemetry/sdk-metrics';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { encodeMetricRequest } from '../../src/delivery/encode-metric-request.ts';

const text = fc.string({ unit: 'grapheme', maxLength: 200 });
const attributes = fc.dictionary(
  fc.string({ minLength: 1, maxLength: 20 }).filter((key) => key !== '__proto__'),
  fc.oneof(text, fc.integer(), fc.double(), fc.boolean()),
  { maxKeys: 5 },
);
const time = fc.tuple(fc.nat(2 ** 32 - 1), fc.nat(999_999_999));
const descriptor = (valueType: ValueType) =>
  fc.record({ name: text, description: text, unit: text, valueType: fc.constant(valueType) });
const aggregationTemporality = fc.constantFrom(
  AggregationTemporality.CUMULATIVE,
  AggregationTemporality.DELTA,
);
const at = { startTime: time, endTime: time, attributes };

function numbers(valueType: ValueType, value: fc.Arbitrary<number>): fc.Arbitrary<MetricData> {
  const shared = {
    descriptor: descriptor(valueType),
    aggregationTemporality,
    dataPoints: fc.array(fc.record({ ...at, value }), { maxLength: 4 }),
  };
  return fc.oneof(
    fc.record({ ...shared, dataPointType: fc.constant(DataPointType.GAUGE as const) }),
    fc.record({
      ...shared,
      dataPointType: fc.constant(DataPointType.SUM as const),
      isMonotonic: fc.boolean(),
    }),
  );
}

const wholeNumber = fc.oneof(fc.nat(), fc.maxSafeNat(), fc.integer(), fc.constantFrom(0, 2 ** 32, 2 ** 31));
const histogram: fc.Arbitrary<MetricData> = fc.record({
  descriptor: descriptor(ValueType.DOUBLE),
  aggregationTemporality,
  dataPointType: fc.constant(DataPointType.HISTOGRAM as const),
  dataPoints: fc.array(
    fc.record({
      ...at,
      value: fc.record(
        {
          buckets: fc.record({
            boundaries: fc.array(fc.double(), { maxLength: 20 }),
            counts: fc.array(fc.oneof(fc.nat(), fc.maxSafeNat()), { maxLength: 21 }),
          }),
          count: fc.oneof(fc.nat(), fc.maxSafeNat()),
          sum: fc.double(),
          min: fc.double(),
          max: fc.double(),
        },
        { requiredKeys: ['buckets', 'count'] },
      ),
    }),
    { maxLength: 4 },
  ),
});

const metrics: fc.Arbitrary<ResourceMetrics> = fc.record({
  resource: attributes.map((own) => resourceFromAttributes(own)),
  scopeMetrics: fc.array(
    fc.record({
      scope: fc.record({ name: text, version: text }, { requiredKeys: ['name'] }),
      metrics: fc.array(
        fc.oneof(numbers(ValueType.INT, wholeNumber), numbers(ValueType.DOUBLE, fc.double()), histogram),
        { maxLength: 4 },
      ),
    }),
    { maxLength: 2 },
  ),
});

test('any metrics', () => {
  fc.assert(
    fc.property(metrics, (one) => {
      const ours = Buffer.from(encodeMetricRequest(one)).toString('hex');
      expect(ours).toBe(Buffer.from(ProtobufMetricsSerializer.serializeRequest(one) ?? []).toString('hex'));
    }),
    { numRuns: 1000 },
  );
});
