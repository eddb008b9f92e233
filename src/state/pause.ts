// In: an installation's folder. Out: whether Turnspan is paused, since when; a pause begun and ended.
// Always: the file `paused` is the pause. While it is there nothing is read and nothing is sent, whatever is written in it:
// in doubt, less leaves the machine. It is there whole or not at all.
// Needs no package: a worker asks before it loads anything heavy.
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { removeIfThere } from '../platform/if-there.ts';
import { syncFolder, writeAtomic } from '../platform/atomic-file.ts';
import { errorCode } from '../platform/reason.ts';

export interface Pause {
  /** Milliseconds since the epoch. Where the file does not tell, the file's own time. */
  readonly since: number;
  /** False: the file does not say since when. */
  readonly readable: boolean;
}

/** The pause is this file. */
export function pauseFile(dir: string): string {
  return join(dir, 'paused');
}

export function isPaused(dir: string): boolean {
  return existsSync(pauseFile(dir));
}

/** The pause that holds, if one does. Throws what the file system throws. */
export function readPause(dir: string): Pause | undefined {
  const path = pauseFile(dir);
  try {
    const { mtimeMs } = statSync(path);
    const since = sinceIn(readFileSync(path, 'utf8'));
    return { since: since ?? mtimeMs, readable: since !== undefined };
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** From `now` on nothing is read or sent. A pause that holds goes on as it is. Throws what the file system throws. */
export function beginPause(dir: string, now: number): { readonly begun: boolean; readonly pause: Pause } {
  const before = readPause(dir);
  if (before !== undefined) return { begun: false, pause: before };
  writeAtomic(pauseFile(dir), `${JSON.stringify({ version: 1, since: now })}\n`);
  return { begun: true, pause: { since: now, readable: true } };
}

/** Ends a pause; does nothing where there is none. Whoever calls this wakes the worker. */
export function endPause(dir: string): void {
  removeIfThere(pauseFile(dir));
  syncFolder(dir);
}

function sinceIn(text: string): number | undefined {
  try {
    const value: unknown = JSON.parse(text);
    const since = typeof value === 'object' && value !== null && 'since' in value ? value.since : undefined;
    return typeof since === 'number' && isTime(since) ? since : undefined;
  } catch {
    return undefined;
  }
}

/** One that a `Date` can hold. */
function isTime(value: number): boolean {
  return Number.isFinite(value) && Math.abs(value) <= 8.64e15;
}
