// What metric points add up to, as a backend reads them: of cumulative series the newest point of each, of deltas all.
// Always: a series that begins anew (another start time) is added to what it was before.
import type { MetricPoint } from '../../../collector/model.ts';
import type { Fault } from '../evidence.ts';
import { groupBy, type Value } from './parts.ts';

/** Sums by their attributes' values. */
export type Totals = ReadonlyMap<string, number>;

/** How sums are named where one is compared with another. */
export function nameOf(values: readonly Value[]): string {
  return values.length === 0 ? 'all' : values.map((value) => String(value ?? '-')).join(', ');
}

/** Adds things up by the name of each; what is nothing is left out. */
export function addUp(things: Iterable<readonly [name: string, value: number]>): Totals {
  const totals = new Map<string, number>();
  for (const [name, value] of things) totals.set(name, (totals.get(name) ?? 0) + value);
  return new Map([...totals].filter(([, value]) => value !== 0));
}

type Names = (point: MetricPoint) => readonly Value[];

/** The sums of one metric, by what is said of each series; of a histogram the sum of what was recorded. */
export function totalsOf(points: readonly MetricPoint[], metric: string, by: Names): Totals {
  return readingsOf(points, metric, by, readingOf);
}

/** How often something was recorded in a histogram. */
export function recordingsOf(points: readonly MetricPoint[], metric: string, by: Names): Totals {
  return readingsOf(points, metric, by, ({ count }) => Number(count));
}

function readingsOf(
  points: readonly MetricPoint[],
  metric: string,
  by: Names,
  reading: (point: MetricPoint) => number,
): Totals {
  const own = points.filter(({ name }) => name === metric);
  const series = groupBy(own, (point) => `${seriesOf(point)} ${String(point.startUnixNano)}`);
  const counted = [...series.values()].flatMap((found) => {
    if (found[0]?.temporality === 'DELTA') return found;
    return found.toSorted(byTime).slice(-1);
  });
  return addUp(counted.map((point) => [nameOf(by(point)), reading(point)] as const));
}

/** Every name for which the two differ, by more than a billionth. */
export function differences(rule: string, metric: string, told: Totals, wanted: Totals): Fault[] {
  return [...new Set([...told.keys(), ...wanted.keys()])].flatMap((name) => {
    const [one, other] = [told.get(name) ?? 0, wanted.get(name) ?? 0];
    if (Math.abs(one - other) < 1e-9) return [];
    return [{ rule, what: `${metric} (${name}) is ${one}, not ${other}` }];
  });
}

/** In the order of their arrival, a cumulative series begins at 0 and rises, its times too, and it has one beginning. */
export function judgeSeries(points: readonly MetricPoint[]): Fault[] {
  const rule = 'series begin at 0 and rise';
  return [...groupBy(points, seriesOf).values()].flatMap((found) => {
    const [first] = found;
    if (first === undefined || first.type === 'gauge') return [];
    const isFault = found.some((point, place) => {
      const before = found[place - 1];
      if (before === undefined) return readingOf(point) !== 0;
      return (
        point.startUnixNano !== before.startUnixNano ||
        point.timeUnixNano <= before.timeUnixNano ||
        readingOf(point) < readingOf(before)
      );
    });
    const readings = found.map(readingOf).join(', ');
    return isFault ? [{ rule, what: `${first.name} ${JSON.stringify(first.attributes)}: ${readings}` }] : [];
  });
}

function seriesOf({ name, resource, attributes }: MetricPoint): string {
  const sorted = Object.entries(attributes).toSorted(([one], [other]) => (one < other ? -1 : 1));
  return `${name} ${JSON.stringify(resource)} ${JSON.stringify(sorted)}`;
}

function readingOf({ value, sum }: MetricPoint): number {
  return value ?? sum ?? NaN;
}

function byTime(one: MetricPoint, other: MetricPoint): number {
  return one.timeUnixNano < other.timeUnixNano ? -1 : one.timeUnixNano > other.timeUnixNano ? 1 : 0;
}
