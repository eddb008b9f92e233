// What reading costs when a short turn was added to a transcript that had been read before: with 1 MB and with 200 MB
// before it. In this process, and nothing but the reading: checkpoint in, completed parts and the next checkpoint out.
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { createSessionReader } from '../src/session-reader.ts';
import { noFacts } from '../src/session/session-facts.ts';
import { silentLog } from '../src/platform/log.ts';
import { emptyCheckpoint, type Checkpoint } from '../src/state/session-record.ts';
import { alternate, timed, type Run } from './alternate.ts';
import type { Figure } from './outcome.ts';
import { SESSION_ID, shortTurn } from './recorded-turn.ts';
import { MB, writeTranscript } from './transcript.ts';

export const SIZES = [1, 200] as const;
/** What the issue promises: the large over the small. */
export const RATIO_BOUND = 1.5;

export async function benchReading(folder: string): Promise<Figure[]> {
  const [small = NaN, large = NaN] = await alternate(
    await Promise.all(SIZES.map((size) => reader(join(folder, `${size}`, `${SESSION_ID}.jsonl`), size))),
    300,
    50,
  );
  return [
    { name: 'the turn, after 1 MB', value: small, unit: 'ms' },
    { name: 'the turn, after 200 MB', value: large, unit: 'ms' },
    { name: 'ratio of reading', value: large / small, unit: '×', bound: RATIO_BOUND },
  ];
}

/** Reads the transcript once, adds a turn, and gives what reads that turn again and again from the same checkpoint. */
async function reader(transcript: string, size: number): Promise<Run> {
  const turns = writeTranscript(transcript, size * MB);
  const { checkpoint } = await read(transcript, emptyCheckpoint);
  appendFileSync(transcript, shortTurn()(turns));
  return () =>
    timed(async () => {
      const { parts } = await read(transcript, checkpoint);
      if (parts !== 2)
        throw new Error(`the new turn has a generation and a root, but ${parts} parts were read`);
    });
}

async function read(
  transcript: string,
  checkpoint: Checkpoint,
): Promise<{ parts: number; checkpoint: Checkpoint }> {
  const session = createSessionReader({ sessionId: SESSION_ID, transcript, checkpoint, log: silentLog });
  let parts = 0;
  for await (const completed of session.read(noFacts)) parts += completed.length;
  return { parts, checkpoint: session.checkpoint() };
}
