// In: an open transcript and what was remembered of it. Out: whether reading may go on where it left off.
// Always: a file is known by its inode and by its bytes (the first KiB, and the last KiB before the offset), not by
// its name; a changed device number alone is no mismatch. Anything else than growth means: read again from 0, which
// the ledger makes safe.
import { createHash } from 'node:crypto';
import { fstatSync, readSync } from 'node:fs';

/** Where reading goes on, and the proof that the bytes before it are still the same. Offsets are bytes. */
export interface Position {
  readonly inode: number;
  readonly offset: number;
  /** Hash of the first KiB (of what lies before `offset`, if that is less). */
  readonly head: string;
  /** Hash of the last KiB before `offset`. */
  readonly tail: string;
}

export type PositionCheck =
  | { readonly status: 'continues' }
  | { readonly status: 'restart'; readonly reason: 'replaced' | 'shrunk' | 'rewritten' };

const WINDOW = 1024;

/** The position at `offset` of the open file `fd`. */
export function positionAt(fd: number, offset: number): Position {
  const { ino } = fstatSync(fd);
  return { inode: ino, offset, ...hashesAt(fd, offset) };
}

/** May reading of the open file `fd` go on at `position`? */
export function checkPosition(fd: number, position: Position): PositionCheck {
  const { ino, size } = fstatSync(fd);
  if (ino !== position.inode) return { status: 'restart', reason: 'replaced' };
  if (size < position.offset) return { status: 'restart', reason: 'shrunk' };
  const { head, tail } = hashesAt(fd, position.offset);
  if (head !== position.head || tail !== position.tail) return { status: 'restart', reason: 'rewritten' };
  return { status: 'continues' };
}

function hashesAt(fd: number, offset: number): { head: string; tail: string } {
  return {
    head: hashOf(fd, 0, Math.min(WINDOW, offset)),
    tail: hashOf(fd, Math.max(0, offset - WINDOW), offset),
  };
}

function hashOf(fd: number, from: number, to: number): string {
  const bytes = Buffer.alloc(to - from);
  const bytesRead = readSync(fd, bytes, 0, bytes.length, from);
  return createHash('sha256').update(bytes.subarray(0, bytesRead)).digest('hex').slice(0, 16);
}
