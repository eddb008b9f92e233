// In: an installation's folder. Out: the pauses whose turns are never sent, and one more of them.
// Always: a turn belongs to the pause in which its prompt was typed, however late it ends, also in a fork that copies it. A
// file that cannot be read is an error and not an empty list: guessing would send what the user has kept back.
import { join } from 'node:path';
import * as z from 'zod';
import { writeAtomic } from '../platform/atomic-file.ts';
import { readIfThere } from '../platform/if-there.ts';
import { jsonIn } from './json-text.ts';

/** From the pause to its end, the end itself not in it; milliseconds since the epoch. */
export type SkippedPause = z.infer<typeof skippedPause>;

/** Its name is what the worker's log says. */
export class SkipsUnreadable extends Error {
  override readonly name = 'SkipsUnreadable';
}

/** What is kept back, oldest first. Throws `SkipsUnreadable`, and what the file system throws. */
export function readSkips(dir: string): readonly SkippedPause[] {
  const text = readIfThere(skipsFile(dir));
  if (text === undefined) return [];
  const parsed = schema.safeParse(jsonIn(text));
  if (parsed.success) return parsed.data.pauses;
  throw new SkipsUnreadable(
    'skipped.json is not of this version: repair it, or remove it to send what was skipped',
  );
}

/** Keeps back what was typed in `pause`. Again for the same pause changes only its end. Throws as `readSkips` does. */
export function addSkip(dir: string, pause: SkippedPause): void {
  const others = readSkips(dir).filter(({ from }) => from !== pause.from);
  writeAtomic(skipsFile(dir), `${JSON.stringify({ version: 1, pauses: [...others, pause] })}\n`);
}

/** Was a prompt of this time typed in one of them? */
export function isSkipped(time: number, skips: readonly SkippedPause[]): boolean {
  return skips.some(({ from, to }) => time >= from && time < to);
}

/** The file that keeps them. */
export function skipsFile(dir: string): string {
  return join(dir, 'skipped.json');
}

const skippedPause = z.object({ from: z.number(), to: z.number() });
const schema = z.object({ version: z.literal(1), pauses: z.array(skippedPause) });
