// In: a decoded ExportMetricsServiceRequest. Out: its data points as plain rows, and what had to be refused.
// Always: one row a data point, of every metric type; a point with an impossible time is refused by itself.
import type { ExportMetricsServiceRequest } from './proto/opentelemetry/proto/collector/metrics/v1/metrics_service_pb.ts';
import { AggregationTemporality, type Metric } from './proto/opentelemetry/proto/metrics/v1/metrics_pb.ts';
import type { MetricPoint, MetricType, Origin, Taken, Temporality } from '../model.ts';
import { attributesToJson } from './any-value.ts';
import { isStorableTime } from './ids.ts';
import {
  type PointFields,
  exponentialFields,
  histogramFields,
  numberFields,
  summaryFields,
} from './metric-points.ts';
import { originOf, resourceToJson } from './origin.ts';

/** All data points of the request, in its order. */
export function takeMetrics(request: ExportMetricsServiceRequest): Taken<MetricPoint> {
  const rows: MetricPoint[] = [];
  let rejected = 0;
  for (const { resource: message, scopeMetrics } of request.resourceMetrics) {
    const resource = resourceToJson(message);
    for (const { scope, metrics } of scopeMetrics) {
      const origin = originOf(resource, scope);
      for (const metric of metrics) {
        for (const row of toRows(metric, origin)) {
          if (isStorableTime(row.timeUnixNano) && isStorableTime(row.startUnixNano ?? 0n)) rows.push(row);
          else rejected++;
        }
      }
    }
  }
  return { rows, rejected, reason: rejected === 0 ? '' : 'invalid time: after the year 2262' };
}

function toRows(metric: Metric, origin: Origin): MetricPoint[] {
  const { data } = metric;
  switch (data.case) {
    case 'gauge':
      return data.value.dataPoints.map((point) => row('gauge', point, numberFields(point)));
    case 'sum': {
      const { aggregationTemporality, isMonotonic } = data.value;
      return data.value.dataPoints.map((point) =>
        row('sum', point, numberFields(point), aggregationTemporality, isMonotonic),
      );
    }
    case 'histogram': {
      const { aggregationTemporality } = data.value;
      return data.value.dataPoints.map((point) =>
        row('histogram', point, histogramFields(point), aggregationTemporality),
      );
    }
    case 'exponentialHistogram': {
      const { aggregationTemporality } = data.value;
      return data.value.dataPoints.map((point) =>
        row('exponential_histogram', point, exponentialFields(point), aggregationTemporality),
      );
    }
    case 'summary':
      return data.value.dataPoints.map((point) => row('summary', point, summaryFields(point)));
    case undefined: // a type of a newer protocol, or none
      return [];
  }

  function row(
    type: MetricType,
    point: Point,
    fields: PointFields,
    temporality?: number,
    monotonic?: boolean,
  ): MetricPoint {
    return {
      ...origin,
      name: metric.name.toWellFormed(),
      description: metric.description.toWellFormed(),
      unit: metric.unit.toWellFormed(),
      type,
      temporality: temporality === undefined ? null : (TEMPORALITIES[temporality] ?? 'UNSPECIFIED'),
      monotonic: monotonic ?? null,
      startUnixNano: point.startTimeUnixNano || null,
      timeUnixNano: point.timeUnixNano,
      attributes: attributesToJson(point.attributes),
      flags: point.flags,
      ...fields,
    };
  }
}

type Data<Case extends string> = Extract<Metric['data'], { case: Case }>['value'];

/** What the data points of all types have in common. */
type Point = Data<'gauge' | 'sum' | 'histogram' | 'exponentialHistogram' | 'summary'>['dataPoints'][number];

const TEMPORALITIES: Readonly<Partial<Record<number, Temporality>>> = {
  [AggregationTemporality.UNSPECIFIED]: 'UNSPECIFIED',
  [AggregationTemporality.DELTA]: 'DELTA',
  [AggregationTemporality.CUMULATIVE]: 'CUMULATIVE',
};
