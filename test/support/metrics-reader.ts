// A small reader of metric points, as Prometheus and its kin are: what it believes that each series has risen by.
// Always: it only knows points. It takes no point that is not younger than the last one of its series, unless it is that very
// point again; a reset is a new start time, or a value that fell.
import { AggregationTemporality, DataPointType, type ResourceMetrics } from '@opentelemetry/sdk-metrics';

/** One point as a reader sees it. A histogram is its count and its sum. */
export interface ReadPoint {
  readonly series: string;
  readonly temporality: 'cumulative' | 'delta';
  /** Milliseconds since the epoch. */
  readonly start: number;
  readonly time: number;
  readonly value: number;
}

/** The points of sums, and the counts of histograms. */
export function pointsOf(metrics: readonly ResourceMetrics[]): ReadPoint[] {
  return metrics.flatMap(({ resource, scopeMetrics }) =>
    scopeMetrics.flatMap(({ metrics: own }) =>
      own.flatMap((metric) => {
        if (metric.dataPointType === DataPointType.GAUGE) return [];
        return metric.dataPoints.map(({ startTime, endTime, attributes, value }) => ({
          series: JSON.stringify([resource.attributes, metric.descriptor.name, attributes]),
          temporality:
            metric.aggregationTemporality === AggregationTemporality.DELTA ? 'delta' : 'cumulative',
          start: startTime[0] * 1000 + startTime[1] / 1_000_000,
          time: endTime[0] * 1000 + endTime[1] / 1_000_000,
          value: typeof value === 'number' ? value : value.count,
        }));
      }),
    ),
  ); // the temporality is one of two words
}

export interface MetricsReader {
  take(points: readonly ReadPoint[]): void;
  /** How much each series has risen, of those that rose. */
  readonly risen: ReadonlyMap<string, number>;
  /** What no honest sender does: a point that is older, that has another value, or that goes back without a reset. */
  readonly faults: readonly string[];
}

/**
 * Begins to read cumulative points. `startTimes`: it knows what a start time is, and that a series was 0 then; if not, it sees
 * how much a series rises from its second point on, and only a fall tells it of a reset (Prometheus without created timestamps).
 */
export function metricsReader({ startTimes }: { readonly startTimes: boolean }): MetricsReader {
  const last = new Map<string, ReadPoint>();
  const risen = new Map<string, number>();
  const faults: string[] = [];
  const rise = (series: string, by: number): void => {
    if (by !== 0) risen.set(series, (risen.get(series) ?? 0) + by);
  };
  const takeOne = (point: ReadPoint): void => {
    const { series, start, time, value } = point;
    const before = last.get(series);
    if (start > time) faults.push(`starts after its time: ${series}`);
    if (before !== undefined && time <= before.time) {
      if (time < before.time) faults.push(`out of order: ${series}`);
      else if (value !== before.value) faults.push(`another value at the same time: ${series}`);
      return;
    }
    last.set(series, point);
    if (before === undefined) {
      if (startTimes) rise(series, value);
      return;
    }
    const isNew = startTimes ? start !== before.start : value < before.value;
    if (value < before.value && start === before.start) faults.push(`went back: ${series}`);
    rise(series, isNew ? value : value - before.value);
  };
  return {
    take: (points) => {
      points.forEach(takeOne);
    },
    risen,
    faults,
  };
}

/** Adds delta points up. */
export function deltaReader(): MetricsReader {
  const risen = new Map<string, number>();
  const faults: string[] = [];
  const last = new Map<string, ReadPoint>();
  return {
    take: (points) => {
      for (const point of points) {
        if (point.start >= point.time) faults.push(`starts after its time: ${point.series}`);
        const before = last.get(point.series);
        const isSame = before?.time === point.time && before.start === point.start;
        if (before !== undefined && !isSame && point.start < before.time)
          faults.push(`overlaps: ${point.series}`);
        last.set(point.series, point);
        if (point.value !== 0) risen.set(point.series, (risen.get(point.series) ?? 0) + point.value);
      }
    },
    risen,
    faults,
  };
}
