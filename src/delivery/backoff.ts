// In: why a destination could not take a batch now. Out: the time before which nobody tries again, kept in
// outbox/<id>/retry.json across wake-ups.
// Always: many wake-ups in a row ask a busy backend once; the file is only advice: lost or broken, one try too many is made.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { removeIfThere } from '../platform/if-there.ts';

import * as z from 'zod';

import type { DestinationId } from '../config/destination.ts';
import { writeAtomic } from '../platform/atomic-file.ts';
import { outboxFolder } from './folders.ts';
import type { Later } from './outcome.ts';

/** A destination that is left alone for a while. */
export interface Backoff {
  /** Failed attempts in a row. */
  readonly failures: number;
  /** Epoch milliseconds. */
  readonly notBefore: number;
  /** A status or an error code. */
  readonly why: string;
}

/** The back-off after one more failure. `random` (0 to 1) spreads the wishes of many machines for one backend. */
export function nextBackoff(
  previous: Backoff | undefined,
  later: Later,
  now: number,
  random: () => number = Math.random,
): Backoff {
  const failures = (previous?.failures ?? 0) + 1;
  return { failures, notBefore: now + waitFor(later, failures, random), why: later.why };
}

/** The back-off that still holds at `now`, and the last one, expired or not. */
export function readBackoff(
  dir: string,
  id: DestinationId,
  now: number,
): { last: Backoff | undefined; holds: boolean } {
  const last = read(backoffFile(dir, id));
  // Further off than any wait can be: the clock was set back. Trying is cheaper than waiting for it.
  const holds = last !== undefined && last.notBefore > now && last.notBefore <= now + LONGEST_MS;
  return { last, holds };
}

/** Remembers a back-off, or forgets it where `backoff` is undefined. Does nothing where the disk takes nothing. */
export function writeBackoff(dir: string, id: DestinationId, backoff: Backoff | undefined): void {
  try {
    if (backoff) writeAtomic(backoffFile(dir, id), JSON.stringify(backoff));
    else removeIfThere(backoffFile(dir, id));
  } catch {
    // A full disk: sending is what empties it, so it must go on without this advice.
  }
}

/** Where a destination's back-off is kept. */
export function backoffFile(dir: string, id: DestinationId): string {
  return join(outboxFolder(dir, id), 'retry.json');
}

/** Nobody answered: the next wake-up may try again, but not each of a hundred in one second. */
const UNREACHABLE_MS = 5_000;
/** A backend that answers "later" or hangs: 5 s, 10 s, 20 s, … up to this. */
const BUSY_MAX_MS = 5 * 60_000;
/** Retry-After is honoured up to this; a wrong date must not silence a destination for good. */
const LONGEST_MS = 60 * 60_000;

function waitFor(later: Later, failures: number, random: () => number): number {
  if (later.afterMs !== undefined) return Math.min(Math.max(later.afterMs, 1_000), LONGEST_MS);
  if (later.cause === 'unreachable') return UNREACHABLE_MS;
  const doubled = Math.min(UNREACHABLE_MS * 2 ** (failures - 1), BUSY_MAX_MS);
  return Math.round(doubled * (0.8 + 0.2 * random()));
}

const stored = z.object({ failures: z.number().int().positive(), notBefore: z.number(), why: z.string() });

function read(path: string): Backoff | undefined {
  try {
    return stored.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    return undefined;
  }
}
