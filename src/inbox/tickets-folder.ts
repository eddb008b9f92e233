// In: an installation's folder. Out: the files in its inbox that may be tickets, with size and time.
// Always: a missing inbox is an empty one, and a file that has just gone is no error. Needs no package.
import { closeSync, lstatSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { END_MARK } from './envelope.ts';
import { listIfThere } from '../platform/list-folder.ts';

/** A file in inbox/. `regular` is false for a folder, a pipe or a link, which no hook makes. */
export interface TicketFile {
  readonly name: string;
  readonly path: string;
  readonly bytes: number;
  readonly modifiedAt: number;
  readonly regular: boolean;
}

export function inboxFolder(dir: string): string {
  return join(dir, 'inbox');
}

/** All files of the inbox, oldest first; files of one moment by name. */
export function listTicketFiles(dir: string): TicketFile[] {
  const folder = inboxFolder(dir);
  return listIfThere(folder)
    .flatMap((name) => describe(name, join(folder, name)))
    .sort((one, other) => one.modifiedAt - other.modifiedAt || (one.name < other.name ? -1 : 1));
}

/** Whether the hook has written the end mark. Reads no more than that. */
export function isFinished(file: TicketFile): boolean {
  const end = readPart(file.path, file.bytes - END_MARK.length, END_MARK.length);
  return end !== undefined && END_MARK.equals(end);
}

/** Up to `length` bytes of a file from `position`; undefined where there is nothing (any more) to read. */
export function readPart(path: string, position: number, length: number): Buffer | undefined {
  if (position < 0) return undefined;
  try {
    const file = openSync(path, 'r');
    try {
      const bytes = Buffer.alloc(length);
      return bytes.subarray(0, readSync(file, bytes, 0, length, position));
    } finally {
      closeSync(file);
    }
  } catch {
    return undefined;
  }
}

function describe(name: string, path: string): TicketFile[] {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found === undefined) return [];
  return [{ name, path, bytes: found.size, modifiedAt: found.mtimeMs, regular: found.isFile() }];
}
