// In: totals, and what a batch adds. Out: the batch as it is staged; the totals with it; when their points are from.
// Always: a series never goes back, and times strictly rise: totals change only together with their time, so two
// different values never have the same one. A series that was forgotten begins again as a new one, at 0 and with a start time of
// its own, which is what the data model calls a reset.
import { instrumentByName } from './catalog.ts';
import type { Increment } from './increment.ts';
import { added, addUp, attributesKey, seriesKey, withinMost, type Series } from './series.ts';

/** Who is counted for: no two senders have the same. */
export type ResourceAttributes = Readonly<Record<string, string>>;

/** What one batch adds, as it lies on disk until it is applied. Times in milliseconds since the epoch. */
export interface MetricBatch {
  readonly resource: ResourceAttributes;
  /** The time of all before it: where a delta point begins. */
  readonly previous: number;
  /** When series that are new with it were 0: their start. */
  readonly zeroAt: number;
  /** The time of its points. */
  readonly time: number;
  readonly series: readonly Series[];
}

export interface TotalSeries extends Series {
  /** Its points' start. */
  readonly startedAt: number;
  /** The time of the totals at which it got its value. */
  readonly changedAt: number;
}

export interface ResourceTotals {
  readonly attributes: ResourceAttributes;
  readonly series: readonly TotalSeries[];
}

/** Which totals, as they were when. */
export interface TotalsMark {
  /** When they were begun: others, begun after these were damaged, say, have nothing to do with them. */
  readonly beganAt: number;
  /** What points made of these totals say as their time; rises with every change. */
  readonly time: number;
}

export interface Totals extends TotalsMark {
  readonly resources: readonly ResourceTotals[];
}

/** A day of a backend that is down must not lose a series, nor may sessions stay for ever. */
const DAY_MS = 24 * 60 * 60 * 1000;
const KEPT_MS = 30 * DAY_MS;
/** Series with a session's id: most sessions never come back. */
const SESSION_KEPT_MS = 7 * DAY_MS;
const SESSION_ID = 'session.id';

/** Makes a batch; `issuedAt` is the latest time that was given out, also to a batch that is not applied yet. */
export function metricBatch(
  totals: Totals,
  resource: ResourceAttributes,
  increments: readonly Increment[],
  times: { readonly now: number; readonly issuedAt: number },
): MetricBatch {
  const previous = Math.max(totals.time, times.issuedAt);
  // A clock that was set back does not turn points around.
  const zeroAt = Math.max(times.now, previous + 1);
  const known = totals.resources.flatMap(({ series }) => series);
  return {
    resource,
    previous,
    zeroAt,
    time: zeroAt + 1,
    series: addUp(withinMost(increments, known)),
  };
}

/** Of increments that say how much there is in all: what of it the totals do not have yet. A gauge stays as it is. */
export function sinceTotals(totals: Totals, increments: readonly Increment[]): Increment[] {
  const had = new Map<string, number>();
  for (const one of totals.resources.flatMap(({ series }) => series)) {
    had.set(seriesKey(one), (had.get(seriesKey(one)) ?? 0) + one.sum);
  }
  return increments.flatMap((one) => {
    if (instrumentByName.get(one.instrument)?.kind === 'gauge') return [one];
    const value = one.value - (had.get(seriesKey(one)) ?? 0);
    return value > 0 ? [{ ...one, value }] : [];
  });
}

/** The totals with a batch. */
export function withBatch(totals: Totals, batch: MetricBatch): Totals {
  const time = Math.max(batch.time, totals.time + 1);
  const key = attributesKey(batch.resource);
  const isOwn = ({ attributes }: ResourceTotals): boolean => attributesKey(attributes) === key;
  const own = new Map(byKey(totals.resources.find(isOwn)?.series ?? []));
  for (const more of batch.series) {
    const known = own.get(seriesKey(more));
    own.set(
      seriesKey(more),
      known === undefined
        ? { ...more, startedAt: batch.zeroAt, changedAt: time }
        : { ...added(known, more), startedAt: known.startedAt, changedAt: time },
    );
  }
  const mine: ResourceTotals = { attributes: batch.resource, series: [...own.values()] };
  indexes.set(mine.series, own);
  const resources = totals.resources.some(isOwn)
    ? totals.resources.map((one) => (isOwn(one) ? mine : one))
    : [...totals.resources, mine];
  return { beganAt: totals.beganAt, time, resources: withoutOld(resources, time) };
}

/** Series by their keys; kept for as long as these series are, because batches are added one after the other. */
function byKey(series: readonly TotalSeries[]): ReadonlyMap<string, TotalSeries> {
  const known = indexes.get(series);
  if (known !== undefined) return known;
  const index = new Map(series.map((one) => [seriesKey(one), one]));
  indexes.set(series, index);
  return index;
}

const indexes = new WeakMap<readonly TotalSeries[], ReadonlyMap<string, TotalSeries>>();

function withoutOld(resources: readonly ResourceTotals[], time: number): ResourceTotals[] {
  return resources.flatMap((one) => {
    const kept = one.series.filter((series) => time - series.changedAt <= keptFor(series));
    if (kept.length === one.series.length) return [one];
    return kept.length === 0 ? [] : [{ ...one, series: kept }];
  });
}

/** What is counted elsewhere is never forgotten: all of it would be new again. */
function keptFor({ instrument, attributes }: Series): number {
  if (instrument.startsWith('turnspan.exporter.')) return Infinity;
  return SESSION_ID in attributes ? SESSION_KEPT_MS : KEPT_MS;
}

/** The series of a batch that the totals do not have. */
export function newSeries(totals: Totals, batch: MetricBatch): readonly Series[] {
  const key = attributesKey(batch.resource);
  const known = totals.resources.find(({ attributes }) => attributesKey(attributes) === key)?.series ?? [];
  return batch.series.filter((one) => !byKey(known).has(seriesKey(one)));
}
