// In: increments. Out: what they add up to, series by series.
// Always: the order of what is added changes nothing, but for gauges, where the last counts: all is integers.
import { constant } from '../../privacy/safe-text.ts';
import { instrumentByName, metricAttributes, type Instrument } from './catalog.ts';
import type { Increment } from './increment.ts';

/** As they lie on disk; when they were made they were `SafeText`. */
export type StoredAttributes = Readonly<Record<string, string | number>>;

/** What was recorded into one histogram. */
export interface Distribution {
  readonly count: number;
  readonly min: number;
  readonly max: number;
  /** By bucket; one more than there are bounds. */
  readonly counts: readonly number[];
}

/** One instrument with one set of attributes. Numbers in the catalog's `scale`. */
export interface Series {
  readonly instrument: string;
  readonly attributes: StoredAttributes;
  /** Of a gauge, what it is. */
  readonly sum: number;
  readonly distribution?: Distribution | undefined;
}

/** Names a series within its resource. */
export function seriesKey({ instrument, attributes }: Pick<Series, 'instrument' | 'attributes'>): string {
  return `${instrument} ${attributesKey(attributes)}`;
}

/** By the attributes themselves, which a series keeps whatever is added to it: they are asked for again and again. */
const keys = new WeakMap<StoredAttributes, string>();

/** The same for the same attributes in any order. */
export function attributesKey(attributes: StoredAttributes): string {
  const known = keys.get(attributes);
  if (known !== undefined) return known;
  const key = JSON.stringify(Object.entries(attributes).sort(([a], [b]) => (a < b ? -1 : 1)));
  keys.set(attributes, key);
  return key;
}

/** Adds increments up. What the catalog does not know is left out. */
export function addUp(increments: readonly Increment[]): Series[] {
  const sums = new Map<string, Series>();
  for (const one of increments) {
    const instrument = instrumentByName.get(one.instrument);
    if (instrument === undefined) continue;
    const key = seriesKey(one);
    const series = seriesOf(one, instrument);
    const known = sums.get(key);
    sums.set(key, known === undefined ? series : added(known, series));
  }
  return [...sums.values()];
}

/** Two states of one series as one. */
export function added(before: Series, more: Series): Series {
  const isGauge = instrumentByName.get(more.instrument)?.kind === 'gauge';
  const { instrument, attributes } = before;
  return {
    instrument,
    attributes,
    sum: isGauge ? more.sum : before.sum + more.sum,
    ...(before.distribution === undefined || more.distribution === undefined
      ? {}
      : { distribution: together(before.distribution, more.distribution) }),
  };
}

function together(a: Distribution, b: Distribution): Distribution {
  return {
    count: a.count + b.count,
    min: Math.min(a.min, b.min),
    max: Math.max(a.max, b.max),
    counts: a.counts.map((count, bucket) => count + (b.counts[bucket] ?? 0)),
  };
}

function seriesOf({ instrument, attributes, value }: Increment, { buckets, scale }: Instrument): Series {
  const series = { instrument, attributes, sum: value };
  if (buckets === undefined) return series;
  const counts = new Array<number>(buckets.length + 1).fill(0);
  const bucket = buckets.findIndex((bound) => value <= Math.round(bound * scale));
  counts[bucket === -1 ? buckets.length : bucket] = 1;
  return { ...series, distribution: { count: 1, min: value, max: value, counts } };
}

/** Gives increments of which no attribute has more values than the catalog allows; `known` are series that are there already. */
export function withinMost(increments: readonly Increment[], known: Iterable<Series>): Increment[] {
  const values = new Map<string, Set<string | number>>();
  const valuesOf = (name: string): Set<string | number> => {
    let set = values.get(name);
    if (set === undefined) values.set(name, (set = new Set()));
    return set;
  };
  for (const { attributes } of known) {
    for (const [name, value] of Object.entries(attributes)) if (value !== OTHER) valuesOf(name).add(value);
  }
  return increments.map((one) => {
    const over = Object.entries(one.attributes).filter(([name, value]) => {
      const taken = valuesOf(name);
      if (taken.has(value) || value === OTHER) return false;
      if (taken.size >= (metricAttributes[name]?.most ?? Infinity)) return true;
      taken.add(value);
      return false;
    });
    if (over.length === 0) return one;
    const others = Object.fromEntries(over.map(([name]) => [name, OTHER]));
    return { ...one, attributes: { ...one.attributes, ...others } };
  });
}

/** The convention's word for a value that is none of those which are told apart. */
const OTHER = constant('_OTHER');
