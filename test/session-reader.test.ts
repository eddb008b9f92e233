// Reading session files on a real disk while they grow: the same spans whatever was read when, and by whom.
import {
  appendFileSync,
  copyFileSync,
  mkdirSync,
  readFileSync,
  renameSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { lineLog } from '../src/platform/log.ts';
import { createSessionReader, Restart } from '../src/session-reader.ts';
import { noFacts } from '../src/session/session-facts.ts';
import { emptyCheckpoint } from '../src/state/session-record.ts';
import { exampleStory } from './support/example-session.ts';
import { temporaryFolder } from './support/folders.ts';
import { steps, storyOf } from './support/generated-story.ts';
import {
  expectSame,
  moments,
  over,
  readerOf,
  readInSlices,
  readInto,
  readWhole,
  throughDisk,
  type Spans,
} from './support/sliced-reading.ts';
import { layOut, newStory, writeStory } from './support/transcripts.ts';

describe('any slicing of the files into wake-ups, by any number of workers, gives the same bytes', () => {
  test('for the example session', async () => {
    const story = exampleStory();
    const whole = await readWhole(story);
    expect(whole.size).toBe(18 + 12 + 3 + 6 + 1);
    await fc.assert(
      fc.asyncProperty(moments(12), async (slices) => {
        expectSame(await readInSlices(story, slices), whole);
      }),
      { numRuns: 40 },
    );
  });

  test('for the example session, line by line, with a new worker after each', async () => {
    const story = exampleStory();
    const slices = story.writes.map((_, n) => ({
      at: (n + 1) / story.writes.length,
      then: 'dies' as const,
    }));
    expectSame(await readInSlices(story, slices), await readWhole(story));
  });

  test('for any session', async () => {
    await fc.assert(
      fc.asyncProperty(steps, moments(12), async (choices, slices) => {
        const story = storyOf(choices);
        expectSame(await readInSlices(story, slices), await readWhole(story));
      }),
      { numRuns: 200 },
    );
  });

  test('for an agent that is resumed after its end', async () => {
    const story = storyOf([{ kind: 'background', nested: true }, { kind: 'notified' }, { kind: 'resumed' }]);
    const whole = await readWhole(story);
    for (let at = 0.02; at < 1; at += 0.02) {
      expectSame(
        await readInSlices(story, [
          { at: at / 2, then: 'dies' as const },
          { at, then: 'dies' as const },
        ]),
        whole,
      );
    }
  });
});

describe('a reader', () => {
  const story = newStory();
  story.prompt('Fix the test');
  const call = story.response().tool('Agent');
  story.agent('a1', 'Look', { toolUseId: call }).answer('Nothing there.');
  story.result(call, 'Nothing there.');
  story.answer('Fixed.');
  story.endOfTurn();
  const SPANS = 6;

  test('reads what is new and nothing twice', async () => {
    const files = writeStory(temporaryFolder(), story);
    const reader = readerOf(story, files);
    const spans: Spans = new Map();
    await readInto(spans, reader, noFacts);
    expect(spans.size).toBe(SPANS);
    const again: Spans = new Map();
    await readInto(again, reader, noFacts);
    await readInto(again, readerOf(story, files, throughDisk(reader.checkpoint())), over);
    expect(again.size).toBe(0);
  });

  test('goes on from a checkpoint after the folder was moved', async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'before'));
    const reader = readerOf(story, writeStory(join(folder, 'before'), story));
    await readInto(new Map(), reader, noFacts);
    renameSync(join(folder, 'before'), join(folder, 'after'));
    const moved = { transcript: join(folder, 'after', `${story.sessionId}.jsonl`), pathOf: () => '' };
    const spans: Spans = new Map();
    await readInto(spans, readerOf(story, moved, throughDisk(reader.checkpoint())), over);
    expect(spans.size).toBe(0);
  });

  test.each<[string, string, (path: string) => void]>([
    [
      'shrank',
      'shrunk',
      (path) => {
        truncateSync(path, 100);
      },
    ],
    [
      'was rewritten in place',
      'rewritten',
      (path) => {
        writeFileSync(path, readFileSync(path, 'utf8').replace('Fix', 'fIX') + '{"type":"mode"}\n');
      },
    ],
    [
      'was replaced',
      'replaced',
      (path) => {
        copyFileSync(path, `${path}.copy`);
        appendFileSync(`${path}.copy`, '{"type":"mode"}\n');
        renameSync(`${path}.copy`, path);
      },
    ],
  ])('asks to begin again when the file %s, and then gives the same spans', async (_name, reason, change) => {
    const files = writeStory(temporaryFolder(), story);
    const reader = readerOf(story, files);
    const spans: Spans = new Map();
    await readInto(spans, reader, noFacts);
    const checkpoint = throughDisk(reader.checkpoint());
    change(files.transcript);
    for (const one of [reader, readerOf(story, files, checkpoint)]) {
      await expect(readInto(new Map(), one, noFacts)).rejects.toThrow(new Restart(reason));
    }
    const again: Spans = new Map();
    await readInto(again, readerOf(story, writeStory(temporaryFolder(), story)), noFacts);
    expectSame(again, spans);
  });

  test('knows that the main file is not there yet, and reads it when it is', async () => {
    const files = layOut(temporaryFolder(), story);
    const reader = readerOf(story, files);
    await readInto(new Map(), reader, noFacts);
    expect(reader.isMissing()).toBe(true);
    expect(reader.checkpoint()).toEqual(emptyCheckpoint);
    for (const { file, text } of story.writes) appendFileSync(files.pathOf(file), text);
    const spans: Spans = new Map();
    await readInto(spans, reader, noFacts);
    expect(reader.isMissing()).toBe(false);
    expect(spans.size).toBe(SPANS);
  });

  test('says when something is undecided: an open turn, and since when', async () => {
    const begun = newStory();
    begun.prompt('Fix the test');
    const startedAt = begun.now();
    const reader = readerOf(begun, writeStory(temporaryFolder(), begun));
    expect([reader.isUndecided(), reader.openTurn()?.startedAt]).toEqual([false, undefined]);
    await readInto(new Map(), reader, noFacts);
    expect([reader.isUndecided(), reader.openTurn()?.startedAt]).toEqual([true, startedAt]);
  });

  test('tells of broken and unknown lines, with file and offset, without their content', async () => {
    const broken = newStory();
    broken.note({ type: 'telepathy', secret: 'my secret' });
    broken.note({ type: 'telepathy' });
    const offset = broken.writes.reduce((sum, { text }) => sum + text.length, 0);
    broken.raw('{"type":"user","text":"my secret\n');
    const { transcript } = writeStory(temporaryFolder(), broken);
    const lines: string[] = [];
    const log = lineLog((line) => lines.push(line.replace(/^\S+ /, '')));
    const { sessionId } = broken;
    const reader = createSessionReader({ sessionId, transcript, checkpoint: emptyCheckpoint, log });
    await readInto(new Map(), reader, noFacts);
    expect(lines).toEqual([
      `warn line-unreadable file=${sessionId}.jsonl offset=${offset} reason="not valid JSON"\n`,
      `info line-unknown file=${sessionId}.jsonl type=telepathy count=2\n`,
    ]);
  });
});
