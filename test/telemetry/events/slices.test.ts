// Every scenario, read while it grows, by readers that die: the same events as of one reader at the end, byte for byte.
import { appendFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { encodeLogs } from '../../../src/delivery/encode-logs.ts';
import { noFacts, type SessionFacts } from '../../../src/session/session-facts.ts';
import type { SessionReader } from '../../../src/session-reader.ts';
import { emptyCheckpoint } from '../../../src/state/session-record.ts';
import { scenarios } from '../../golden/scenarios.ts';
import { temporaryFolder } from '../../support/folders.ts';
import { readStory, type Told } from '../../support/recorded-story.ts';
import { over, readerOf, throughDisk } from '../../support/sliced-reading.ts';
import { layOut } from '../../support/transcripts.ts';
import { idOf, recordsOf } from './events-of.ts';

/** By event id, each alone in a request. */
type Events = Map<string, string>;

async function readInto(events: Events, reader: SessionReader, facts: SessionFacts): Promise<void> {
  for await (const completed of reader.read(facts)) {
    for (const record of recordsOf(completed, 'full')) {
      const bytes = Buffer.from(encodeLogs([record], 'json')).toString('utf8');
      const before = events.get(idOf(record));
      if (before !== undefined) expect(bytes, 'came again').toBe(before);
      events.set(idOf(record), bytes);
    }
  }
}

/** `cuts`: after how many lines a worker wakes up, reads, and dies. */
async function readCut(story: Told, cuts: readonly number[]): Promise<Events> {
  const events: Events = new Map();
  const files = layOut(temporaryFolder(), story);
  let checkpoint = emptyCheckpoint;
  let written = 0;
  for (const cut of [...cuts].sort((a, b) => a - b)) {
    const until = Math.round(cut * story.writes.length);
    for (const { file, text } of story.writes.slice(written, until)) appendFileSync(files.pathOf(file), text);
    written = until;
    const reader = readerOf(story, files, checkpoint);
    await readInto(events, reader, noFacts);
    checkpoint = throughDisk(reader.checkpoint());
  }
  for (const { file, text } of story.writes.slice(written)) appendFileSync(files.pathOf(file), text);
  await readInto(events, readerOf(story, files, checkpoint), over);
  return events;
}

describe('any slicing of the files gives the same events', () => {
  const sessions = scenarios.flatMap(({ name, transcripts }) =>
    transcripts.map((transcript, n) => ({ name: n === 0 ? name : `${name} ${n + 1}`, transcript })),
  );
  test.each(sessions)('$name', async ({ transcript }) => {
    const story = readStory(transcript);
    const whole = [...(await readCut(story, []))].sort();
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 5 }),
        async (cuts) => {
          expect([...(await readCut(story, cuts))].sort()).toEqual(whole);
        },
      ),
      { numRuns: 5 },
    );
  });
});
