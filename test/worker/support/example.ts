// The example's files as they stand when its session has ended, and what `turnspan export` makes of them.
import { join } from 'node:path';
import { readRecording } from '../../../examples/recording.ts';
import { perform } from '../../../examples/play.ts';
import { RECORDING } from './replay.ts';
import type { World } from './world.ts';

/**
 * Writes them into the project's folder; the session ended a minute ago. Of all lines, in the order in which they came
 * to the disk, those in `part`: from one share to another. Gives the transcript's path.
 */
export async function writeExample({ project }: World, part: Part = WHOLE): Promise<string> {
  const { sessionId, steps } = readRecording(RECORDING, project, ENDED_AT);
  const stage = { projectFolder: project, hookCommand: '', environment: {}, speed: 1 };
  const writes = steps.filter(({ kind }) => kind !== 'hook');
  const [from, to] = part.map((share) => Math.round(share * writes.length));
  for (const write of writes.slice(from, to)) await perform(write, stage);
  return join(project, `${sessionId}.jsonl`);
}

/** Shares of all lines, from 0 to 1. */
export type Part = readonly [from: number, to: number];
const WHOLE: Part = [0, 1];

/** One time for all, so that all have the same bytes. */
const ENDED_AT = Date.now() - 60_000;
