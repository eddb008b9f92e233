// In: encoded requests of one batch for one or more destinations. Out: files in the outbox of each.
// Commit protocol: 1. `stage` writes them, durable but in nobody's outbox; 2. the caller appends the batch id to the
// project's ledger with fsync, THE commit; 3. `publish` renames them into the outboxes.
// A crash before 2 leaves staged files that `recoverStaging` deletes (their spans are read again from the transcript);
// after 2, files that it publishes; in the middle of 3 some of each, and it publishes the rest.
// Always: a file in an outbox is whole and committed. Bytes are kept uncompressed: what leaves stays the same when
// compression is switched, everyone can look at it, and a few megabytes a session are no burden.
import { renameSync } from 'node:fs';
import { join } from 'node:path';
import { removeIfThere } from '../platform/if-there.ts';

import type { Destination, DestinationId } from '../config/destination.ts';
import { sweepTemporary, syncFolder, writeAtomic } from '../platform/atomic-file.ts';
import { parseRequestFile, requestFile, type BatchId } from './batch-id.ts';
import { rememberDestination } from './destination-file.ts';
import type { EncodedRequest } from './request-parts.ts';
import {
  listFolder,
  makeFolder,
  outboxDestinations,
  outboxFolder,
  parseStagedFile,
  stagedFile,
  stagingFolder,
} from './folders.ts';

/** What one destination gets of a batch: its own bytes, in send order. */
export interface Consignment {
  readonly destination: Destination;
  readonly requests: readonly EncodedRequest[];
}

/** Writes a batch for all its destinations, to be committed by the caller. All or nothing: throws what the file system throws, with nothing left behind. */
export function stage(dir: string, batchId: BatchId, consignments: readonly Consignment[]): void {
  makeFolder(stagingFolder(dir));
  try {
    for (const { destination, requests } of consignments) {
      rememberDestination(dir, destination);
      requests.forEach(({ bytes, spans }, part) => {
        const file = stagedFile(requestFile({ batchId, part, spans }), destination.id);
        writeAtomic(join(stagingFolder(dir), file), bytes);
      });
    }
  } catch (error) {
    for (const { file } of staged(dir, batchId)) removeIfThere(join(stagingFolder(dir), file));
    throw error;
  }
}

/** Moves a committed batch into the outboxes of its destinations; again and again gives the same. */
export function publish(dir: string, batchId: BatchId): void {
  publishFiles(dir, staged(dir, batchId));
}

/** At the start of a worker (the only writer): finishes committed batches, deletes the others, and clears what killed writers left half-written. */
export function recoverStaging(
  dir: string,
  isCommitted: (batchId: BatchId) => boolean,
  now: number = Date.now(),
): { published: number; deleted: number } {
  makeFolder(stagingFolder(dir));
  sweepTemporary(stagingFolder(dir), now);
  for (const id of outboxDestinations(dir)) sweepTemporary(outboxFolder(dir, id), now);
  const files = staged(dir);
  const committed = files.filter(({ batchId }) => isCommitted(batchId));
  const orphans = files.filter(({ batchId }) => !isCommitted(batchId));
  publishFiles(dir, committed);
  for (const { file } of orphans) removeIfThere(join(stagingFolder(dir), file));
  return { published: committed.length, deleted: orphans.length };
}

interface StagedRequest {
  readonly file: string;
  readonly request: string;
  readonly id: DestinationId;
  readonly batchId: BatchId;
}

function staged(dir: string, batchId?: BatchId): StagedRequest[] {
  return listFolder(stagingFolder(dir)).flatMap((file) => {
    const parsed = parseStagedFile(file);
    const name = parsed && parseRequestFile(parsed.request);
    if (!name || (batchId !== undefined && name.batchId !== batchId)) return [];
    return [{ file, ...parsed, batchId: name.batchId }];
  });
}

function publishFiles(dir: string, files: readonly StagedRequest[]): void {
  for (const { file, request, id } of files) {
    makeFolder(outboxFolder(dir, id));
    renameSync(join(stagingFolder(dir), file), join(outboxFolder(dir, id), request));
  }
  for (const id of new Set(files.map((file) => file.id))) syncFolder(outboxFolder(dir, id));
  if (files.length > 0) syncFolder(stagingFolder(dir));
}
