// Reading session files on a real disk while they grow: the same spans whatever was read when, and by whom.
import {
  appendFileSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { encodeTraces } from '../src/delivery/encode.ts';
import { spanMaker } from '../src/outgoing.ts';
import { lineLog, silentLog } from '../src/platform/log.ts';
import { createSessionReader, Restart, type SessionReader } from '../src/session-reader.ts';
import { noFacts, type SessionFacts } from '../src/session/turns.ts';
import { emptyCheckpoint, sessionRecordSchema, type Checkpoint } from '../src/state/session-record.ts';
import { exampleStory } from './support/example-session.ts';
import { temporaryFolder } from './support/folders.ts';
import { steps, storyOf } from './support/generated-story.ts';
import { layOut, newStory, writeStory, type Story, type StoryFiles } from './support/transcripts.ts';

type Told = Pick<Story, 'sessionId' | 'metas' | 'writes'>;

const over: SessionFacts = { ...noFacts, over: true };
const toSpan = spanMaker('full', { attributes: {} });

/** Spans by id as bytes, each encoded alone; as the ledger, the first one with an id stays. */
type Spans = Map<string, string>;

async function readInto(spans: Spans, reader: SessionReader, facts: SessionFacts): Promise<void> {
  for await (const completed of reader.read(facts)) {
    for (const span of completed.map(toSpan)) {
      const { spanId } = span.spanContext();
      if (!spans.has(spanId)) spans.set(spanId, Buffer.from(encodeTraces([span], 'json')).toString());
    }
  }
}

function readerOf(story: Told, files: StoryFiles, checkpoint: Checkpoint = emptyCheckpoint): SessionReader {
  return createSessionReader({
    sessionId: story.sessionId,
    transcript: files.transcript,
    checkpoint,
    log: silentLog,
  });
}

/** As it comes back from the disk. */
function throughDisk(checkpoint: Checkpoint): Checkpoint {
  return sessionRecordSchema.shape.checkpoint.parse(JSON.parse(JSON.stringify(checkpoint)));
}

/** Everything at once, by one reader, after the last line was written. */
async function readWhole(story: Told): Promise<Spans> {
  const spans: Spans = new Map();
  await inFolder(async (folder) => {
    const files = layOut(folder, story);
    for (const { file, text } of story.writes) appendFileSync(files.pathOf(file), text);
    await readInto(spans, readerOf(story, files), over);
  });
  return spans;
}

/** What happens after some bytes were written. */
interface Moment {
  /** Share of all bytes that are on the disk by now, 0 to 1. */
  readonly at: number;
  /** A new worker goes on from the saved checkpoint. */
  readonly restarted: boolean;
}

/** As a worker does it, wake-up after wake-up, while the client writes. */
async function readInSlices(story: Told, moments: readonly Moment[]): Promise<Spans> {
  const spans: Spans = new Map();
  await inFolder(async (folder) => {
    const files = layOut(folder, story);
    const bytes = story.writes.map(({ file, text }) => ({ file, text: Buffer.from(text) }));
    const total = bytes.reduce((sum, { text }) => sum + text.length, 0);
    let written = 0;
    let begins = 0;
    let next = 0;
    /** Appends what lies before byte `until` of all, in the order of the disk. */
    const writeUntil = (until: number): void => {
      for (; next < bytes.length; next++) {
        const { file, text } = bytes[next]!;
        const part = text.subarray(written - begins, until - begins);
        if (part.length > 0) appendFileSync(files.pathOf(file), part);
        written += part.length;
        if (written < begins + text.length) return;
        begins += text.length;
      }
    };
    let checkpoint = emptyCheckpoint;
    let reader = readerOf(story, files, checkpoint);
    for (const { at, restarted } of [...moments].sort((a, b) => a.at - b.at)) {
      writeUntil(Math.floor(at * total));
      await readInto(spans, reader, noFacts);
      checkpoint = throughDisk(await reader.checkpoint());
      if (restarted) reader = readerOf(story, files, checkpoint);
    }
    writeUntil(total);
    await readInto(spans, reader, over);
  });
  return spans;
}

async function inFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'turnspan-test-'));
  try {
    await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const moments = fc.array(
  fc.record({ at: fc.double({ min: 0, max: 1, noNaN: true }), restarted: fc.boolean() }),
  { maxLength: 12 },
);

/** The same ids with the same bytes; where not, the difference shows as the spans that differ. */
function expectSame(actual: Spans, expected: Spans): void {
  const ids = new Set([...expected.keys(), ...actual.keys()]);
  const differing = [...ids].filter((id) => actual.get(id) !== expected.get(id));
  expect(differing.map((id) => readable(actual.get(id)))).toEqual(
    differing.map((id) => readable(expected.get(id))),
  );
  expect(differing).toEqual([]);
}

function readable(json: string | undefined): unknown {
  if (json === undefined) return 'missing';
  const request = JSON.parse(json) as { resourceSpans: { scopeSpans: { spans: unknown[] }[] }[] }; // OTLP/JSON
  return request.resourceSpans[0]?.scopeSpans[0]?.spans[0];
}

describe('any slicing of the files into wake-ups, by any number of workers, gives the same bytes', () => {
  test('for the example session', async () => {
    const story = exampleStory();
    const whole = await readWhole(story);
    expect(whole.size).toBe(18 + 12 + 3 + 6 + 1);
    await fc.assert(
      fc.asyncProperty(moments, async (slices) => {
        expectSame(await readInSlices(story, slices), whole);
      }),
      { numRuns: 40 },
    );
  });

  test('for the example session, line by line, with a new worker after each', async () => {
    const story = exampleStory();
    const total = story.writes.reduce((sum, { text }) => sum + Buffer.byteLength(text), 0);
    let written = 0;
    const slices = story.writes.map(({ text }) => ({
      at: (written += Buffer.byteLength(text)) / total,
      restarted: true,
    }));
    expectSame(await readInSlices(story, slices), await readWhole(story));
  });

  test('for any session', async () => {
    await fc.assert(
      fc.asyncProperty(steps, moments, async (choices, slices) => {
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
          { at: at / 2, restarted: true },
          { at, restarted: true },
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
    await readInto(again, readerOf(story, files, throughDisk(await reader.checkpoint())), over);
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
    await readInto(spans, readerOf(story, moved, throughDisk(await reader.checkpoint())), over);
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
    const checkpoint = throughDisk(await reader.checkpoint());
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
    expect(await reader.checkpoint()).toEqual(emptyCheckpoint);
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
    expect([reader.isUndecided(), reader.openTurnStartedAt()]).toEqual([false, undefined]);
    await readInto(new Map(), reader, noFacts);
    expect([reader.isUndecided(), reader.openTurnStartedAt()]).toEqual([true, startedAt]);
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
