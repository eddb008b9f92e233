// What the session room is told of a generation by others, so that its sums can have it: the room itself knows no prices.
import type { Generation } from './model.ts';

export interface Measures {
  /** Its price in billionths of a US dollar, a whole number; `undefined` where nobody knows it. */
  readonly costOf: (generation: Generation) => number | undefined;
}

/** Nothing is known. */
export const noMeasures: Measures = { costOf: () => undefined };
