// Random numbers whose seed is told when the test fails.
import { onTestFailed } from 'vitest';

/** A source for the test that runs; `seed` gives the same numbers again. */
export function seededRandom(seed = Math.floor(Math.random() * 2 ** 31)): () => number {
  onTestFailed(() => {
    process.stdout.write(`The seed was ${seed}.\n`);
  });
  let state = seed;
  // mulberry32
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let value = Math.imul(state ^ (state >>> 15), 1 | state);
    value = (value + Math.imul(value ^ (value >>> 7), 61 | value)) ^ value;
    return ((value ^ (value >>> 14)) >>> 0) / 2 ** 32;
  };
}
