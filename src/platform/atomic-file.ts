// In: a path and bytes. Out: the file, whole or not at all.
// Always: a reader sees the old content or the new, never a mixture; after `writeAtomic` returned, the content
// survives a power cut. A crash leaves at most a `.tmp-` file beside the target, which `sweepTemporary` removes.
import {
  closeSync,
  fsyncSync,
  openSync,
  readdirSync,
  renameSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { removeIfThere } from './if-there.ts';

const TEMPORARY = '.tmp-';
let counter = 0;

/** Writes `content` to `path`: temporary file, fsync, rename, fsync of the folder. Mode 0600 unless given. Throws what the file system throws (ENOSPC, EROFS, …). */
export function writeAtomic(path: string, content: string | Uint8Array, mode = 0o600): void {
  const temporary = temporaryBeside(path);
  try {
    writeDurable(temporary, content, mode);
    renameSync(temporary, path);
  } catch (error) {
    removeIfThere(temporary);
    throw error;
  }
  syncFolder(dirname(path));
}

/**
 * Writes `content` to `path`, whole or not at all to who reads it; a power cut can lose it or leave it empty. For what can be made
 * again. Throws what the file system throws.
 */
export function writeWhole(path: string, content: string | Uint8Array): void {
  const temporary = temporaryBeside(path);
  try {
    writeFileSync(temporary, content, { mode: 0o600, flag: 'wx' });
    renameSync(temporary, path);
  } catch (error) {
    removeIfThere(temporary);
    throw error;
  }
}

function temporaryBeside(path: string): string {
  return join(dirname(path), `${TEMPORARY}${process.pid}-${counter++}-${basename(path)}`);
}

/** Writes a new file and waits until it is on the disk. The caller makes it visible by a rename. */
function writeDurable(path: string, content: string | Uint8Array, mode: number): void {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content;
  const file = openSync(path, 'wx', mode);
  try {
    for (let written = 0; written < bytes.length;) written += writeSync(file, bytes, written);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** Appends `content` to `path` (made if missing, mode 0600) and waits until it is on the disk. A crash can leave a part of it: readers must know a torn end. */
export function appendDurable(path: string, content: string): void {
  const bytes = Buffer.from(content);
  const file = openSync(path, 'a', 0o600);
  try {
    for (let written = 0; written < bytes.length;) written += writeSync(file, bytes, written);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** Makes renames and deletions inside `folder` durable. Windows cannot open a folder for this and needs no such step. */
export function syncFolder(folder: string): void {
  if (process.platform === 'win32') return;
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

/** Removes temporary files of dead writers: those older than `olderThanMs`. */
export function sweepTemporary(folder: string, now: number, olderThanMs = 60_000): void {
  for (const name of readdirSync(folder)) {
    if (!name.startsWith(TEMPORARY)) continue;
    const path = join(folder, name);
    const modified = statSync(path, { throwIfNoEntry: false })?.mtimeMs;
    if (modified !== undefined && now - modified > olderThanMs) removeIfThere(path);
  }
}

/** True for names that `writeAtomic` uses while it writes; listings skip them. */
export function isTemporary(name: string): boolean {
  return name.startsWith(TEMPORARY);
}
