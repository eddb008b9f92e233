// Every scenario, read while it grows, by readers that die: the same spans as of one reader at the end, byte for byte.
import fc from 'fast-check';
import { describe, test } from 'vitest';

import { readStory } from '../support/recorded-story.ts';
import { expectSame, moments, readInSlices, readWhole } from '../support/sliced-reading.ts';
import { scenarios } from './scenarios.ts';

describe('any slicing of the files gives the same bytes', () => {
  const sessions = scenarios.flatMap(({ name, transcripts }) =>
    transcripts.map((transcript, n) => ({
      name: transcripts.length === 1 ? name : `${name} ${n + 1}`,
      transcript,
    })),
  );
  test.each(sessions)('$name', async ({ transcript }) => {
    const story = readStory(transcript);
    const whole = await readWhole(story);
    await fc.assert(
      fc.asyncProperty(moments(8), async (choice) => {
        expectSame(await readInSlices(story, choice), whole);
      }),
      { numRuns: 25 },
    );
  });
});
