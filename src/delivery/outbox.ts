// In: one destination's outbox, filled by `publish`. Out: what waits there in send order; accepted requests leave it,
// refused ones are set aside.
// Always: a committed request is in staging, in an outbox, in refused/, or was accepted by its destination.
import { renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { removeIfThere } from '../platform/if-there.ts';

import type { DestinationId } from '../config/destination.ts';
import { syncFolder, writeAtomic } from '../platform/atomic-file.ts';
import { errorCode } from '../platform/reason.ts';
import { writeBackoff } from './backoff.ts';
import { parseRequestFile, type RequestName } from './batch-id.ts';
import { listFolder, makeFolder, outboxDestinations, outboxFolder, refusedFolder } from './folders.ts';

/** A committed request that waits for its destination. */
export interface PendingRequest extends RequestName {
  /** File name inside the outbox. */
  readonly file: string;
}

/** Why a request was set aside. */
export interface Refusal {
  readonly httpStatus?: number;
  readonly why: string;
}

/** What lies here for one destination. */
export interface OutboxSize {
  readonly id: DestinationId;
  readonly requests: number;
  readonly spans: number;
  readonly bytes: number;
  readonly refused: number;
}

/** What waits for a destination, in send order. */
export function listPending(dir: string, id: DestinationId): PendingRequest[] {
  return requestsIn(outboxFolder(dir, id));
}

/** What a destination has refused, in send order. */
export function listRefused(dir: string, id: DestinationId): PendingRequest[] {
  return requestsIn(refusedFolder(dir, id));
}

/** Forgets a request that its destination took. Not synced: after a power cut it may be sent once more, as the same spans with the same ids. */
export function removeAccepted(dir: string, id: DestinationId, file: string): void {
  removeIfThere(join(outboxFolder(dir, id), file));
}

/** Sets a refused request aside, with the reason beside it. The reason comes first: a crash between the two sends the request once more. */
export function setAside(dir: string, id: DestinationId, file: string, refusal: Refusal): void {
  const folder = refusedFolder(dir, id);
  makeFolder(folder);
  try {
    writeAtomic(join(folder, reasonFile(file)), `${JSON.stringify(refusal)}\n`);
  } catch {
    // A full disk: the rename needs no space, and the log has the reason too.
  }
  renameSync(join(outboxFolder(dir, id), file), join(folder, file));
  syncFolder(folder);
}

/**
 * Puts everything that a destination refused back into its outbox, for when the user repaired the cause, and ends a running
 * back-off. Returns the number of requests. A worker may run meanwhile, or another of these: what one of them moved, the
 * other passes over.
 */
export function requeueRefused(dir: string, id: DestinationId): number {
  const folder = refusedFolder(dir, id);
  makeFolder(outboxFolder(dir, id));
  writeBackoff(dir, id, undefined);
  const moved = listRefused(dir, id).filter(({ file }) => {
    // First: from the rename on, a worker may set it aside again, with a reason of its own.
    removeIfThere(join(folder, reasonFile(file)));
    return renameIfThere(join(folder, file), join(outboxFolder(dir, id), file));
  });
  syncFolder(outboxFolder(dir, id));
  return moved.length;
}

/** How much waits and how much was refused, for each destination. */
export function outboxSizes(dir: string): OutboxSize[] {
  return outboxDestinations(dir).map((id) => {
    const pending = listPending(dir, id);
    const size = ({ file }: PendingRequest): number =>
      statSync(join(outboxFolder(dir, id), file), { throwIfNoEntry: false })?.size ?? 0;
    return {
      id,
      requests: pending.length,
      spans: pending.reduce((sum, { spans }) => sum + spans, 0),
      bytes: pending.reduce((sum, request) => sum + size(request), 0),
      refused: listRefused(dir, id).length,
    };
  });
}

function requestsIn(folder: string): PendingRequest[] {
  return listFolder(folder).flatMap((file) => {
    const name = parseRequestFile(file);
    return name ? [{ file, ...name }] : [];
  });
}

function renameIfThere(from: string, to: string): boolean {
  try {
    renameSync(from, to);
    return true;
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error;
    return false;
  }
}

function reasonFile(file: string): string {
  return file.replace(/\.otlp$/, '.json');
}
