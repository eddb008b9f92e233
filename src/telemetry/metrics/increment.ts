// In: what was measured, under our names. Out: an increment under the names that the user wants.
// Always: it has the attributes of its instrument in the catalog and those that the user switched on, and no others.
import type { SafeText } from '../../privacy/safe-text.ts';
import { instruments, nativeInstruments, type Instrument, type Measured } from './catalog.ts';

export type MetricAttributes = Readonly<Record<string, SafeText | number>>;

/** Ours, or the client's own in place of those of ours that it has too. */
export type MetricNames = 'turnspan' | 'native';

/** What is added to one series: of a sum how much, of a histogram one recording, of a gauge what it is now. */
export interface Increment {
  /** Name of the instrument. */
  readonly instrument: string;
  readonly attributes: MetricAttributes;
  /** An integer: the catalog's `scale` of it make one unit. Never negative. */
  readonly value: number;
}

/** Attributes that may not be known. */
export type MaybeAttributes = Readonly<Record<string, SafeText | number | undefined>>;

/**
 * An increment of `value` units. `every`: what stands on each point, whatever its instrument. What is no number, or
 * less than nothing, counts nothing: a counter never goes back.
 */
export function increment(
  measured: Measured,
  value: number,
  attributes: MaybeAttributes,
  every: MetricAttributes,
  names: MetricNames,
): Increment[] {
  const native = names === 'native' ? nativeInstruments[measured] : undefined;
  const instrument: Instrument = native ?? instruments[measured];
  const whole = Math.round(value * instrument.scale);
  if (!Number.isSafeInteger(whole) || whole < 0 || (whole === 0 && instrument.kind === 'sum')) return [];
  const own: Record<string, SafeText | number> = { ...every };
  for (const name of instruments[measured].attributes) {
    const known = attributes[name];
    if (known === undefined) continue;
    if (native === undefined) own[name] = known;
    else Object.assign(own, inWordsOf(native, name, known));
  }
  return [{ instrument: instrument.name, attributes: own, value: whole }];
}

function inWordsOf(
  { names, values }: NonNullable<(typeof nativeInstruments)[Measured]>,
  name: string,
  value: SafeText | number,
): MetricAttributes {
  const itsName = names[name];
  if (itsName === undefined) return {};
  // The cast: the words are constants of the catalog.
  return { [itsName]: (values?.[name]?.[value] as SafeText | undefined) ?? value };
}
