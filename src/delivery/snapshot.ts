// In: the totals as a destination is to get them, and which totals they are. Out: requests in its outbox that take the place of
// what was not sent yet.
// Always: newer totals say all that older ones did, so at most one snapshot waits. What names it lies beside its last request and
// becomes `taken.json` when the backend has that one: from then on only what has changed since need be said. Both are only
// advice: lost or broken (the totals are on disk, so nobody waits for these), more is said than need be. Requests sort behind the zeros that new series begin with.
import { readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { removeIfThere } from '../platform/if-there.ts';

import * as z from 'zod';

import type { DestinationId } from '../config/destination.ts';
import { writeWhole } from '../platform/atomic-file.ts';
import { errorCode } from '../platform/reason.ts';
import { requestFile, type BatchId } from './batch-id.ts';
import { listFolder, outboxFolder } from './folders.ts';
import type { EncodedRequest } from './request-parts.ts';

const marked = z.object({ beganAt: z.number(), time: z.number() });

/** Which totals: what `telemetry/metrics/totals.ts` calls a `TotalsMark`. */
export type SnapshotMark = z.infer<typeof marked>;

/** Puts the totals into the outbox in place of older ones. The outbox is there. Throws what the file system throws. */
export function replaceSnapshot(
  dir: string,
  id: DestinationId,
  batchId: BatchId,
  requests: readonly EncodedRequest[],
  mark: SnapshotMark,
): void {
  const folder = outboxFolder(dir, id);
  const older = listFolder(folder).filter((name) => name.endsWith(MARK) || name.endsWith(PART));
  const files = requests.map(({ spans }, part) => requestFile({ batchId, part, spans }));
  requests.forEach(({ bytes }, part) => {
    const file = files[part] ?? '';
    const name = part === requests.length - 1 ? MARK : PART;
    writeWhole(join(folder, `${file}${name}`), JSON.stringify(mark));
    writeWhole(join(folder, file), bytes);
  });
  for (const name of older) {
    removeIfThere(join(folder, name.replace(/\.(mark|part)$/, '')));
    removeIfThere(join(folder, name));
  }
}

/** The backend has this request, or will never have it; of a snapshot's last one that tells which totals it has. */
export function snapshotSettled(dir: string, id: DestinationId, file: string, isTaken: boolean): void {
  const folder = outboxFolder(dir, id);
  removeIfThere(join(folder, `${file}${PART}`));
  if (!isTaken) {
    removeIfThere(join(folder, `${file}${MARK}`));
    return;
  }
  try {
    renameSync(join(folder, `${file}${MARK}`), join(folder, TAKEN));
  } catch (error) {
    // It was no snapshot, or a newer one has taken its place.
    if (errorCode(error) === undefined) throw error;
  }
}

/** Is this request part of a snapshot? */
export function isSnapshot(dir: string, id: DestinationId, file: string): boolean {
  return listFolder(outboxFolder(dir, id)).some(
    (name) => name === `${file}${MARK}` || name === `${file}${PART}`,
  );
}

/** The totals that the backend has. */
export function takenSnapshot(dir: string, id: DestinationId): SnapshotMark | undefined {
  return read(join(outboxFolder(dir, id), TAKEN));
}

/** The newest totals that wait, or that the backend has. */
export function newestSnapshot(dir: string, id: DestinationId): SnapshotMark | undefined {
  const folder = outboxFolder(dir, id);
  const files = new Set(listFolder(folder));
  const waiting = [...files].findLast(
    (name) => name.endsWith(MARK) && files.has(name.slice(0, -MARK.length)),
  );
  return read(join(folder, waiting ?? TAKEN));
}

function read(path: string): SnapshotMark | undefined {
  try {
    return marked.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    return undefined;
  }
}

const MARK = '.mark';
const PART = '.part';
const TAKEN = 'taken.json';
