// In: totals or a batch. Out: metrics in the SDK's own shape (`ResourceMetrics`), as values.
// Always: the same totals give the same points with the same times, so that what is sent twice is the same point twice. The scope
// has no version: with one, an update of Turnspan would make every series a new one that begins with the old one's value.
import { ValueType, type HrTime } from '@opentelemetry/api';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { AggregationTemporality, DataPointType } from '@opentelemetry/sdk-metrics';
import type { MetricData, ResourceMetrics } from '@opentelemetry/sdk-metrics';
import { instrumentByName, type Instrument } from './catalog.ts';
import type { Series } from './series.ts';
import {
  newSeries,
  type MetricBatch,
  type ResourceAttributes,
  type Totals,
  type TotalsMark,
} from './totals.ts';

/**
 * Everything so far, since each series began. `taken`: the totals that a backend has; what has not changed since is left
 * out.
 */
export function cumulativeMetrics(totals: Totals, taken?: TotalsMark): ResourceMetrics[] {
  const since = taken?.beganAt === totals.beganAt ? taken.time : -Infinity;
  return totals.resources.flatMap(({ attributes, series }) =>
    metricsOf(
      attributes,
      series.flatMap((one) => (one.changedAt > since ? [{ ...one, time: totals.time }] : [])),
      AggregationTemporality.CUMULATIVE,
    ),
  );
}

/**
 * The 0 that each new series of a batch begins with: Prometheus sees how much a counter rose only from its second point on.
 * For cumulative destinations, to be sent before the totals with the batch.
 */
export function zeroMetrics(totals: Totals, batch: MetricBatch): ResourceMetrics[] {
  const points = newSeries(totals, batch).flatMap((series) => {
    if (instrumentByName.get(series.instrument)?.kind === 'gauge') return [];
    return [{ ...series, sum: 0, isZero: true, startedAt: batch.zeroAt, time: batch.zeroAt }];
  });
  return metricsOf(batch.resource, points, AggregationTemporality.CUMULATIVE);
}

/** What the batch adds, from the time of all before it. For delta destinations, each batch exactly once. */
export function deltaMetrics({ resource, previous, time, series }: MetricBatch): ResourceMetrics[] {
  const points = series.map((one) => ({ ...one, startedAt: previous, time }));
  return metricsOf(resource, points, AggregationTemporality.DELTA);
}

/** A series between two times. */
interface Point extends Series {
  readonly startedAt: number;
  readonly time: number;
  /** Of a histogram: nothing was recorded, whatever its distribution says. */
  readonly isZero?: boolean;
}

function metricsOf(
  attributes: ResourceAttributes,
  points: readonly Point[],
  temporality: AggregationTemporality,
): ResourceMetrics[] {
  const metrics: MetricData[] = [];
  for (const [name, instrument] of instrumentByName) {
    const own = points.filter((point) => point.instrument === name);
    if (own.length > 0) metrics.push(metricOf(instrument, own, temporality));
  }
  if (metrics.length === 0) return [];
  const resource = resourceFromAttributes(attributes);
  return [{ resource, scopeMetrics: [{ scope: { name: 'turnspan' }, metrics }] }];
}

function metricOf(
  instrument: Instrument,
  points: readonly Point[],
  aggregationTemporality: AggregationTemporality,
): MetricData {
  const { name, unit, description, scale } = instrument;
  const valueType = scale === 1 ? ValueType.INT : ValueType.DOUBLE;
  const descriptor = { name, unit, description, valueType };
  const at = ({ startedAt, time, attributes }: Point) => ({
    startTime: hrTime(startedAt),
    endTime: hrTime(time),
    attributes: { ...attributes },
  });
  const numbers = () => points.map((point) => ({ ...at(point), value: point.sum / scale }));
  switch (instrument.kind) {
    case 'gauge':
      return {
        descriptor,
        aggregationTemporality,
        dataPointType: DataPointType.GAUGE,
        dataPoints: numbers(),
      };
    case 'sum':
      return {
        descriptor,
        aggregationTemporality,
        dataPointType: DataPointType.SUM,
        isMonotonic: true,
        dataPoints: numbers(),
      };
    case 'histogram':
      return {
        descriptor,
        aggregationTemporality,
        dataPointType: DataPointType.HISTOGRAM,
        dataPoints: points.map((point) => ({ ...at(point), value: histogramOf(point, instrument) })),
      };
  }
}

function histogramOf({ sum, distribution, isZero = false }: Point, { buckets = [], scale }: Instrument) {
  const boundaries = [...buckets];
  if (isZero || distribution === undefined)
    return {
      buckets: { boundaries, counts: new Array<number>(boundaries.length + 1).fill(0) },
      sum: 0,
      count: 0,
    };
  const { count, min, max, counts } = distribution;
  return {
    buckets: { boundaries, counts: [...counts] },
    sum: sum / scale,
    count,
    min: min / scale,
    max: max / scale,
  };
}

function hrTime(milliseconds: number): HrTime {
  return [Math.floor(milliseconds / 1000), (milliseconds % 1000) * 1_000_000];
}
