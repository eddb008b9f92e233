// In: one data point message of each metric type. Out: the fields in which the types differ.
import type {
  Exemplar,
  ExponentialHistogramDataPoint,
  HistogramDataPoint,
  NumberDataPoint,
  SummaryDataPoint,
} from './proto/opentelemetry/proto/metrics/v1/metrics_pb.ts';
import type { Json, JsonObject, MetricPoint } from '../model.ts';
import { attributesToJson, doubleToJson, integerToJson } from './any-value.ts';

export type PointFields = Pick<
  MetricPoint,
  'value' | 'count' | 'sum' | 'min' | 'max' | 'detail' | 'exemplars'
>;

const NOTHING: PointFields = {
  value: null,
  count: null,
  sum: null,
  min: null,
  max: null,
  detail: {},
  exemplars: [],
};

/** A point of a gauge or a sum. */
export function numberFields(point: NumberDataPoint): PointFields {
  return {
    ...NOTHING,
    value: point.value.case === undefined ? null : Number(point.value.value),
    exemplars: point.exemplars.map(exemplarToJson),
  };
}

/** A point of a histogram with explicit bounds. */
export function histogramFields(point: HistogramDataPoint): PointFields {
  return {
    ...distribution(point),
    detail: {
      bucketCounts: point.bucketCounts.map(integerToJson),
      explicitBounds: point.explicitBounds.map(doubleToJson),
    },
  };
}

/** A point of an exponential histogram. */
export function exponentialFields(point: ExponentialHistogramDataPoint): PointFields {
  return {
    ...distribution(point),
    detail: {
      scale: point.scale,
      zeroCount: integerToJson(point.zeroCount),
      zeroThreshold: doubleToJson(point.zeroThreshold),
      positive: bucketsToJson(point.positive),
      negative: bucketsToJson(point.negative),
    },
  };
}

/** A point of a summary. */
export function summaryFields(point: SummaryDataPoint): PointFields {
  return {
    ...NOTHING,
    count: point.count,
    sum: point.sum,
    detail: {
      quantileValues: point.quantileValues.map(({ quantile, value }) => ({
        quantile: doubleToJson(quantile),
        value: doubleToJson(value),
      })),
    },
  };
}

function distribution(point: HistogramDataPoint | ExponentialHistogramDataPoint): PointFields {
  return {
    ...NOTHING,
    count: point.count,
    sum: point.sum ?? null,
    min: point.min ?? null,
    max: point.max ?? null,
    exemplars: point.exemplars.map(exemplarToJson),
  };
}

function bucketsToJson(buckets: ExponentialHistogramDataPoint['positive']): Json {
  return buckets === undefined
    ? null
    : { offset: buckets.offset, bucketCounts: buckets.bucketCounts.map(integerToJson) };
}

function exemplarToJson(exemplar: Exemplar): JsonObject {
  const { value } = exemplar;
  return {
    timeUnixNano: exemplar.timeUnixNano.toString(),
    value:
      value.case === 'asInt'
        ? integerToJson(value.value)
        : value.case === 'asDouble'
          ? doubleToJson(value.value)
          : null,
    traceId: Buffer.from(exemplar.traceId).toString('hex'),
    spanId: Buffer.from(exemplar.spanId).toString('hex'),
    filteredAttributes: attributesToJson(exemplar.filteredAttributes),
  };
}
