// A session's files as they grow on a real disk, read by one reader at once, or by many that were killed on the way.
// Always: a reader that follows another goes on at the last checkpoint as it came back from the disk, and every span
// is encoded alone, so that what two readers made of the same lines can be compared byte for byte.
import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-node';
import fc from 'fast-check';
import { expect } from 'vitest';

import { encodeTraces } from '../../src/delivery/encode.ts';
import { silentLog } from '../../src/platform/log.ts';
import { noFacts, type SessionFacts } from '../../src/session/session-facts.ts';
import { createSessionReader, type SessionReader } from '../../src/session-reader.ts';
import { spanMaker } from '../../src/span-maker.ts';
import { emptyCheckpoint, sessionRecordSchema, type Checkpoint } from '../../src/state/session-record.ts';
import type { Told } from './recorded-story.ts';
import { layOut, type StoryFiles } from './transcripts.ts';

/** Spans by id. */
export type Spans = Map<string, EncodedSpan>;

/** A span, and the bytes of an OTLP request with it alone. */
interface EncodedSpan {
  readonly span: ReadableSpan;
  readonly bytes: Buffer;
}

/** What happens after some lines were written. */
export interface Moment {
  /** Share of all lines that are on the disk by now, 0 to 1; of the last one perhaps only its first bytes. */
  readonly at: number;
  /** What becomes of the worker: it may die when its checkpoint is saved, or before that, at a step of its reading. */
  readonly then: 'goes on' | 'dies' | { readonly diesAtStep: number };
}

/** Moments in any order. */
export function moments(most: number): fc.Arbitrary<readonly Moment[]> {
  return fc.array(
    fc.record({
      at: fc.double({ min: 0, max: 1, noNaN: true }),
      then: fc.oneof(
        fc.constantFrom('goes on' as const, 'dies' as const),
        fc.record({ diesAtStep: fc.integer({ min: 1, max: 6 }) }),
      ),
    }),
    { maxLength: most },
  );
}

export const over: SessionFacts = { ...noFacts, over: true };

/** Everything at once, by one reader, after the last line was written. */
export async function readWhole(story: Told): Promise<Spans> {
  const spans: Spans = new Map();
  await inFolder(async (folder) => {
    const files = layOut(folder, story);
    for (const { file, text } of story.writes) appendFileSync(files.pathOf(file), text);
    await readInto(spans, readerOf(story, files), over);
  });
  return spans;
}

/** As workers do it, wake-up after wake-up, while the client writes. */
export async function readInSlices(story: Told, slices: readonly Moment[]): Promise<Spans> {
  const spans: Spans = new Map();
  await inFolder(async (folder) => {
    const files = layOut(folder, story);
    const writer = writerOf(story, files);
    let checkpoint = emptyCheckpoint;
    let reader = readerOf(story, files, checkpoint);
    for (const { at, then } of [...slices].sort((a, b) => a.at - b.at)) {
      writer.writeUntil(at);
      const midway = typeof then === 'object';
      await readInto(spans, reader, noFacts, midway ? then.diesAtStep : Infinity);
      if (!midway) checkpoint = throughDisk(reader.checkpoint());
      if (then !== 'goes on') reader = readerOf(story, files, checkpoint);
    }
    writer.writeUntil(1);
    await readInto(spans, reader, over);
  });
  return spans;
}

/** The client: writes the lines of a story one after the other. */
function writerOf(story: Told, files: StoryFiles): { writeUntil(share: number): void } {
  const lines = story.writes.map(({ file, text }) => ({
    path: files.pathOf(file),
    bytes: Buffer.from(text),
  }));
  /** Lines that are whole on the disk, and how much of the next one is. */
  let whole = 0;
  let begun = 0;
  return {
    writeUntil: (share) => {
      const until = share * lines.length;
      const parts = new Map<string, Buffer[]>();
      for (; whole < lines.length; whole++, begun = 0) {
        const { path, bytes } = lines[whole]!; // `whole` is within
        const end = Math.floor(Math.min(1, Math.max(0, until - whole)) * bytes.length);
        const part = bytes.subarray(begun, Math.max(begun, end));
        const before = parts.get(path);
        if (before === undefined) parts.set(path, [part]);
        else before.push(part);
        begun = Math.max(begun, end);
        if (begun < bytes.length) break;
      }
      for (const [path, some] of parts) appendFileSync(path, Buffer.concat(some));
    },
  };
}

/** Reads what is new. Throws where a span comes again with other bytes than before: a backend would keep either. */
export async function readInto(
  spans: Spans,
  reader: SessionReader,
  facts: SessionFacts,
  steps = Infinity,
): Promise<void> {
  let step = 0;
  for await (const completed of reader.read(facts)) {
    for (const span of completed.map(toSpan)) note(spans, span);
    if (++step === steps) return;
  }
}

const toSpan = spanMaker('full', { attributes: {} });

function note(spans: Spans, span: ReadableSpan): void {
  const { spanId } = span.spanContext();
  const one = { span, bytes: Buffer.from(encodeTraces([span], 'protobuf')) };
  const before = spans.get(spanId);
  if (before === undefined) spans.set(spanId, one);
  else if (!before.bytes.equals(one.bytes)) expect(readable(one), 'came again').toEqual(readable(before));
}

/** The same ids with the same bytes; where not, the difference shows as the spans that differ. */
export function expectSame(actual: Spans, expected: Spans): void {
  const ids = new Set([...expected.keys(), ...actual.keys()]);
  const differing = [...ids].filter(
    (id) => actual.get(id)?.bytes.equals(expected.get(id)?.bytes ?? NONE) !== true,
  );
  expect(differing.map((id) => readable(actual.get(id)))).toEqual(
    differing.map((id) => readable(expected.get(id))),
  );
  expect(differing).toEqual([]);
}

const NONE = Buffer.alloc(0);

function readable(one: EncodedSpan | undefined): unknown {
  if (one === undefined) return 'missing';
  const json = Buffer.from(encodeTraces([one.span], 'json')).toString('utf8');
  const request = JSON.parse(json) as { resourceSpans: { scopeSpans: { spans: unknown[] }[] }[] }; // OTLP/JSON
  return request.resourceSpans[0]?.scopeSpans[0]?.spans[0];
}

/** A reader of a story's files. */
export function readerOf(
  story: Pick<Told, 'sessionId'>,
  files: StoryFiles,
  checkpoint: Checkpoint = emptyCheckpoint,
): SessionReader {
  const { sessionId } = story;
  return createSessionReader({ sessionId, transcript: files.transcript, checkpoint, log: silentLog });
}

/** As it comes back from the disk. */
export function throughDisk(checkpoint: Checkpoint): Checkpoint {
  return sessionRecordSchema.shape.checkpoint.parse(JSON.parse(JSON.stringify(checkpoint)));
}

async function inFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'turnspan-test-'));
  try {
    await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
