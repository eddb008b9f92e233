// In: the metrics of one resource. Out: one OTLP metrics request in protobuf.
// Always: byte for byte what `ProtobufMetricsSerializer` of OpenTelemetry makes of the same metrics; a test holds the two together.
// It is here because that one is slow when it is cold, and at a wake-up it always is. Field numbers are those of
// opentelemetry/proto/metrics/v1/metrics.proto (1.x).
import { ValueType } from '@opentelemetry/api';
import { AggregationTemporality, DataPointType } from '@opentelemetry/sdk-metrics';
import type { DataPoint, Histogram, MetricData, ResourceMetrics } from '@opentelemetry/sdk-metrics';
import { writeAttributes, writeResource, writeScope } from './encode-source.ts';
import { ProtobufWriter, tag, Wire } from './protobuf-writer.ts';

/** The request. Exponential histograms are not written: nothing of ours is one. */
export function encodeMetricRequest({ resource, scopeMetrics }: ResourceMetrics): Uint8Array {
  const writer = new ProtobufWriter();
  const start = writer.open(tag(1, Wire.delimited));
  writeResource(writer, resource);
  for (const { scope, metrics } of scopeMetrics) {
    const ofScope = writer.open(tag(2, Wire.delimited));
    writeScope(writer, scope);
    for (const metric of metrics) writeMetric(writer, metric);
    writer.close(ofScope);
  }
  writer.close(start);
  return writer.finish();
}

function writeMetric(writer: ProtobufWriter, metric: MetricData): void {
  const { name, description, unit, valueType } = metric.descriptor;
  const start = writer.open(tag(2, Wire.delimited));
  writer.text(tag(1, Wire.delimited), name);
  if (description) writer.text(tag(2, Wire.delimited), description);
  if (unit) writer.text(tag(3, Wire.delimited), unit);
  switch (metric.dataPointType) {
    case DataPointType.GAUGE: {
      const gauge = writer.open(tag(5, Wire.delimited));
      for (const point of metric.dataPoints) writeNumber(writer, point, valueType);
      writer.close(gauge);
      break;
    }
    case DataPointType.SUM: {
      const sum = writer.open(tag(7, Wire.delimited));
      for (const point of metric.dataPoints) writeNumber(writer, point, valueType);
      writer.integer(tag(2, Wire.varint), TEMPORALITIES[metric.aggregationTemporality]);
      if (metric.isMonotonic) writer.integer(tag(3, Wire.varint), 1);
      writer.close(sum);
      break;
    }
    case DataPointType.HISTOGRAM: {
      const histogram = writer.open(tag(9, Wire.delimited));
      for (const point of metric.dataPoints) writeHistogram(writer, point);
      writer.integer(tag(2, Wire.varint), TEMPORALITIES[metric.aggregationTemporality]);
      writer.close(histogram);
      break;
    }
    case DataPointType.EXPONENTIAL_HISTOGRAM:
      throw new Error(`${name}: exponential histograms are not written`);
  }
  writer.close(start);
}

/** The SDK counts from 0, OTLP has "unspecified" there. */
const TEMPORALITIES = { [AggregationTemporality.DELTA]: 1, [AggregationTemporality.CUMULATIVE]: 2 } as const;

function writeNumber(
  writer: ProtobufWriter,
  { startTime, endTime, value, attributes }: DataPoint<number>,
  valueType: ValueType,
): void {
  const start = writer.open(tag(1, Wire.delimited));
  writer.time(tag(2, Wire.fixed64), startTime);
  writer.time(tag(3, Wire.fixed64), endTime);
  if (valueType === ValueType.INT) writer.fixed64(tag(6, Wire.fixed64), value);
  else writer.double(tag(4, Wire.fixed64), value);
  writeAttributes(writer, tag(7, Wire.delimited), attributes);
  writer.close(start);
}

function writeHistogram(
  writer: ProtobufWriter,
  { startTime, endTime, value: { count, sum, buckets, min, max }, attributes }: DataPoint<Histogram>,
): void {
  const start = writer.open(tag(1, Wire.delimited));
  writer.time(tag(2, Wire.fixed64), startTime);
  writer.time(tag(3, Wire.fixed64), endTime);
  writer.fixed64(tag(4, Wire.fixed64), count);
  if (sum !== undefined) writer.double(tag(5, Wire.fixed64), sum);
  writer.packedFixed64(tag(6, Wire.delimited), buckets.counts);
  writer.packedDouble(tag(7, Wire.delimited), buckets.boundaries);
  writeAttributes(writer, tag(9, Wire.delimited), attributes);
  if (min !== undefined) writer.double(tag(11, Wire.fixed64), min);
  if (max !== undefined) writer.double(tag(12, Wire.fixed64), max);
  writer.close(start);
}
