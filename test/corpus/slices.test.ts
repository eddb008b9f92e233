// Every real session, read while it grows, by readers that die: the same spans as of one reader at the end, byte for byte.
// The seed is printed with a failure; `TURNSPAN_SEED=…` tries it again.
import fc from 'fast-check';
import { describe, test } from 'vitest';

import { readStory } from '../support/recorded-story.ts';
import { expectSame, moments, readInSlices, readWhole } from '../support/sliced-reading.ts';
import { corpusSessions, SKIPPED } from './sessions.ts';

/** A slicing of the biggest session takes a second. */
const SMALL = 200_000;

describe('any slicing of the files gives the same bytes', () => {
  for (const { name, transcript } of corpusSessions) {
    test(name, async () => {
      const story = readStory(transcript);
      const whole = await readWhole(story);
      const size = story.writes.reduce((sum, { text }) => sum + text.length, 0);
      const slices = size < SMALL ? moments(12) : moments(6);
      await fc.assert(
        fc.asyncProperty(slices, async (choice) => {
          expectSame(await readInSlices(story, choice), whole);
        }),
        { numRuns: size < SMALL ? 20 : 8, endOnFailure: size >= SMALL },
      );
    });
  }
  if (corpusSessions.length === 0) test.skip(`the corpus ${SKIPPED}`, () => {});
});
