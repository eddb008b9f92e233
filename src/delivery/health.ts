// In: an outbox, and what a backend did not take. Out: how delivery to one destination goes, as numbers.
// Always: what was lost is counted up for good, beside the outbox, so that whoever tells of it can tell what is new; a crash, or a
// file that cannot be written, forgets at most the last of it. What waits is looked at and not counted.
import { statSync } from 'node:fs';
import { join } from 'node:path';

import * as z from 'zod';

import type { DestinationId } from '../config/destination.ts';
import { writeAtomic } from '../platform/atomic-file.ts';
import { readIfThere } from '../platform/if-there.ts';
import { outboxFolder } from './folders.ts';
import { listPending } from './outbox.ts';

/** What a backend did not take, since the destination is known. */
export interface Losses {
  /** Spans, points and log records that it dropped although it took their request. */
  readonly dropped: number;
  /** Requests that it refused for good. */
  readonly refused: number;
  /** Spans that were not sent to it, because it takes none that ended so long ago. */
  readonly tooOld: number;
}

/** How delivery to one destination goes. */
export interface DeliveryHealth extends Losses {
  /** Requests that wait. */
  readonly waiting: number;
  /** Age of the oldest of them in milliseconds; 0 where none waits. */
  readonly lagMs: number;
}

/** As it is `now`, in milliseconds since the epoch. */
export function deliveryHealth(dir: string, id: DestinationId, now: number): DeliveryHealth {
  const pending = listPending(dir, id);
  const [oldest] = pending;
  const since =
    oldest === undefined
      ? undefined
      : statSync(join(outboxFolder(dir, id), oldest.file), { throwIfNoEntry: false })?.mtimeMs;
  return { ...lossesOf(dir, id), waiting: pending.length, lagMs: Math.max(0, now - (since ?? now)) };
}

/** Adds to what was lost. Never throws: the delivery of the rest is worth more. */
export function countLosses(dir: string, id: DestinationId, more: Partial<Losses>): void {
  const { dropped, refused, tooOld } = lossesOf(dir, id);
  const all: Losses = {
    dropped: dropped + (more.dropped ?? 0),
    refused: refused + (more.refused ?? 0),
    tooOld: tooOld + (more.tooOld ?? 0),
  };
  try {
    writeAtomic(fileOf(dir, id), JSON.stringify(all));
  } catch {
    // A full disk: the log has it.
  }
}

const stored = z.object({ dropped: z.number(), refused: z.number(), tooOld: z.number().default(0) });

/** What was lost so far; nothing where that is not known. */
export function lossesOf(dir: string, id: DestinationId): Losses {
  try {
    const text = readIfThere(fileOf(dir, id));
    return text === undefined ? NONE : stored.parse(JSON.parse(text));
  } catch {
    return NONE;
  }
}

const NONE: Losses = { dropped: 0, refused: 0, tooOld: 0 };

function fileOf(dir: string, id: DestinationId): string {
  return join(outboxFolder(dir, id), 'losses.json');
}
