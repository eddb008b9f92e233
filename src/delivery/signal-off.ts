// In: a backend's answer that it does not take metrics, or logs, at all. Out: outbox/<id>/off.json, and nothing more made or kept
// for that signal until a day is over.
// Always: only metrics and logs: of traces every request is kept until it is taken or repaired. The mark is only advice: lost or
// broken, one try too many is made.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import * as z from 'zod';

import type { DestinationId } from '../config/destination.ts';
import type { Signal } from '../config/signal.ts';
import { writeAtomic } from '../platform/atomic-file.ts';
import { outboxFolder } from './folders.ts';
import type { Refused } from './outcome.ts';

/** No such path, not this method, not built in: what Jaeger says to metrics, Langfuse to logs. */
const NOT_THERE = new Set([404, 405, 501]);
const NOT_THERE_BY_GRPC = 'gRPC UNIMPLEMENTED';

/** Does the refusal say that the backend has no use for the signal? */
export function saysNoSuchSignal(signal: Signal, { httpStatus, why }: Refused): boolean {
  if (signal === 'traces') return false;
  return httpStatus === undefined ? why === NOT_THERE_BY_GRPC : NOT_THERE.has(httpStatus);
}

/** Leaves the destination alone for a day. Returns false where it was already known that it does not take the signal. */
export function switchSignalOff(dir: string, id: DestinationId, now: number): boolean {
  const isNew = read(dir, id) === undefined;
  try {
    writeAtomic(markFile(dir, id), JSON.stringify({ until: now + DAY_MS }));
  } catch {
    // A full disk: it is asked again with the next request.
  }
  return isNew;
}

/** Is the destination left alone at `now`? */
export function isSignalOff(dir: string, id: DestinationId, now: number): boolean {
  const until = read(dir, id);
  // Further off than any wait can be: the clock was set back.
  return until !== undefined && until > now && until <= now + DAY_MS;
}

const DAY_MS = 24 * 60 * 60_000;

function markFile(dir: string, id: DestinationId): string {
  return join(outboxFolder(dir, id), 'off.json');
}

const stored = z.object({ until: z.number() });

function read(dir: string, id: DestinationId): number | undefined {
  try {
    return stored.parse(JSON.parse(readFileSync(markFile(dir, id), 'utf8'))).until;
  } catch {
    return undefined;
  }
}
