// In: a folder. Out: the right to be the only one at work, or who has it.
// The folder holds numbered files. The highest is the state: its writer owns the lock, or it says `free`. A file is
// written whole under another name and then linked, so a number is never torn, never replaced, and made by one alone.
// Always, whatever is killed and whenever:
// - The highest number never falls: a file is removed only while a higher one stands.
// - Two who saw the same end: both link the next number, one gets EEXIST and looks again.
// - One who slept while others came and went can link a number that was there before and is gone. So everybody looks
//   again after linking and owns the lock only if its number is the highest; else it takes its link back. Since the
//   highest never falls, a number that was passed once can never be found to be the highest again.
// - A contender deletes nothing of others. A stale owner stays until the next owner, above it, clears what is below.
// - A kill leaves a lower number or a temporary file, which the next owner clears, or an owner that is proved dead.
// A listing of these few names is one system call under the folder's own lock: it shows one moment.
import { randomUUID } from 'node:crypto';
import { linkSync, mkdirSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { removeIfThere } from './if-there.ts';
import { sweepTemporary } from './atomic-file.ts';
import { FREE, formatOwner, readLockFile } from './lock-file.ts';
import { identifySelf, liveness } from './processes.ts';
import type { ProcessIdentity } from './processes.ts';
import type { LockFile } from './lock-file.ts';
import { errorCode } from './reason.ts';

/** The right to work. Who has it calls `beat` every minute or so. */
export interface Lock {
  /** Renews the heartbeat. False: another has taken over (this process was stopped for minutes), so stop working at once. */
  beat(): boolean;
  /** Gives the lock back. Does nothing when another has taken over. */
  release(): void;
}

export type LockAttempt =
  | { readonly status: 'acquired'; readonly lock: Lock }
  /** `by` is absent when the file of the owner says nothing that can be read. */
  | { readonly status: 'held'; readonly by?: ProcessIdentity };

/** An owner of which nothing can be proved counts as dead when it has not renewed its heartbeat for so long. */
const HEARTBEAT_LIMIT_MS = 5 * 60_000;
const MOST_ROUNDS = 10_000;

/**
 * Takes the lock in `folder` (made if missing) without waiting. An owner is passed only when it is proved dead
 * (`liveness`). Where there is no proof (another pid namespace, or no start time to compare) its heartbeat decides.
 * Throws what the file system throws.
 */
export function acquireLock(folder: string, now: () => number = Date.now): LockAttempt {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const mine = formatOwner(identifySelf());
  // Every further round means that somebody else got on meanwhile.
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const highest = highestNumber(folder);
    const state: LockFile | 'gone' = highest === 0 ? FREE : readLockFile(numbered(folder, highest));
    if (state === 'gone') continue;
    if (isHeld(state, now())) return state.owner ? { status: 'held', by: state.owner } : { status: 'held' };
    if (!placeAfter(folder, highest, mine)) continue;
    removeBelow(folder, highest + 1);
    sweepTemporary(folder, now());
    return { status: 'acquired', lock: lockOf(folder, highest + 1, now) };
  }
  throw new Error(
    'The lock folder holds a numbered entry that is no readable file: remove the folder `lock`.',
  );
}

function isHeld(state: LockFile, now: number): boolean {
  if (state.free) return false;
  const life = state.owner ? liveness(state.owner) : 'unknown';
  if (life === 'dead') return false;
  if (life === 'alive' && state.owner?.startTime !== undefined) return true;
  // A heartbeat from the future is as old as one from the past: the clock was set back since.
  return Math.abs(now - state.beatAt) <= HEARTBEAT_LIMIT_MS;
}

/** Puts `content` under the number that follows `after`. False: others got on meanwhile, and nothing of ours is left. */
function placeAfter(folder: string, after: number, content: string): boolean {
  const path = numbered(folder, after + 1);
  if (!linkNew(folder, path, content)) return false;
  if (highestNumber(folder) === after + 1) return true;
  removeIfThere(path);
  return false;
}

function linkNew(folder: string, path: string, content: string): boolean {
  // A random name: process ids of two pid namespaces that share the folder are not distinct.
  const temporary = join(folder, `.tmp-${randomUUID()}`);
  try {
    // Not forced to the disk: a power cut can leave it empty, and then its age decides.
    writeFileSync(temporary, content, { flag: 'wx', mode: 0o600 });
    linkSync(temporary, path);
    return true;
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    throw error;
  } finally {
    removeIfThere(temporary);
  }
}

function lockOf(folder: string, number: number, now: () => number): Lock {
  return {
    beat: () => highestNumber(folder) === number && touch(numbered(folder, number), now()),
    release: () => {
      try {
        if (placeAfter(folder, number, FREE.text)) removeBelow(folder, number + 1);
      } catch {
        // A full or read-only disk. The end of this process gives the lock back as well.
      }
    },
  };
}

function touch(path: string, now: number): boolean {
  try {
    utimesSync(path, now / 1000, now / 1000);
    return true;
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return false;
    throw error;
  }
}

function removeBelow(folder: string, number: number): void {
  for (const lower of listNumbers(folder)) if (lower < number) removeIfThere(numbered(folder, lower));
}

/** 0 when there is none, which is so only before the first owner. */
function highestNumber(folder: string): number {
  return Math.max(0, ...listNumbers(folder));
}

function listNumbers(folder: string): number[] {
  return readdirSync(folder)
    .filter((name) => /^[1-9]\d{0,14}$/.test(name))
    .map(Number);
}

function numbered(folder: string, number: number): string {
  return join(folder, String(number));
}
