// In: a path and bytes. Out: the file. Always: one that has these bytes already is not touched.
import { readFileSync } from 'node:fs';
import { writeAtomic } from '../platform/atomic-file.ts';

/** Writes the file, whole or not at all, unless it is the same. Throws what the file system throws. */
export function writeIfOther(path: string, content: string | Uint8Array, mode: number): void {
  if (!isSame(path, Buffer.from(content))) writeAtomic(path, content, mode);
}

function isSame(path: string, bytes: Buffer): boolean {
  try {
    return readFileSync(path).equals(bytes);
  } catch {
    return false; // Not there yet.
  }
}
