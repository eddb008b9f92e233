// In: an open transcript and what was remembered of it. Out: whether reading may go on where it left off.
// Always: a file is known by its inode and by its bytes (the first KiB, and the last KiB before the offset), not by
// its name; a changed device number alone is no mismatch. Anything else than growth means: read again from 0, which
// the ledger makes safe.
import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';

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

/** The position at `offset` of the open `file`. */
export async function positionAt(file: FileHandle, offset: number): Promise<Position> {
  const { ino } = await file.stat();
  return { inode: ino, offset, ...(await hashesAt(file, offset)) };
}

/** May reading of the open `file` go on at `position`? */
export async function checkPosition(file: FileHandle, position: Position): Promise<PositionCheck> {
  const { ino, size } = await file.stat();
  if (ino !== position.inode) return { status: 'restart', reason: 'replaced' };
  if (size < position.offset) return { status: 'restart', reason: 'shrunk' };
  const { head, tail } = await hashesAt(file, position.offset);
  if (head !== position.head || tail !== position.tail) return { status: 'restart', reason: 'rewritten' };
  return { status: 'continues' };
}

async function hashesAt(file: FileHandle, offset: number): Promise<{ head: string; tail: string }> {
  return {
    head: await hashOf(file, 0, Math.min(WINDOW, offset)),
    tail: await hashOf(file, Math.max(0, offset - WINDOW), offset),
  };
}

async function hashOf(file: FileHandle, from: number, to: number): Promise<string> {
  const bytes = Buffer.alloc(to - from);
  const { bytesRead } = await file.read(bytes, 0, bytes.length, from);
  return createHash('sha256').update(bytes.subarray(0, bytesRead)).digest('hex').slice(0, 16);
}
