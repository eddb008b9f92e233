// In: one numbered file of a lock. Out: who owns it and when it last gave a sign, or that nobody does.
// Always: what cannot be read as an owner is nobody that could be named, and its age alone decides.
import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs';
import { parseIdentity } from './process-identity.ts';
import type { ProcessIdentity } from './processes.ts';
import { errorCode } from './reason.ts';

export interface LockFile {
  readonly free: boolean;
  readonly owner?: ProcessIdentity;
  /** When the owner last renewed it: the file's own time, milliseconds since 1970. */
  readonly beatAt: number;
}

/** The content of a lock that was given back. */
export const FREE = { free: true, beatAt: 0, text: 'free\n' } as const;

/** Reads one file of the lock; 'gone' when it is not there any more. Throws what the file system throws otherwise. */
export function readLockFile(path: string): LockFile | 'gone' {
  const file = openExisting(path);
  if (file === undefined) return 'gone';
  try {
    // One handle for both: content and time are of the same file.
    const beatAt = fstatSync(file).mtimeMs;
    const text = readFileSync(file, 'utf8');
    if (text === FREE.text) return { free: true, beatAt };
    const owner = parseOwner(text);
    return { free: false, beatAt, ...(owner === undefined ? {} : { owner }) };
  } finally {
    closeSync(file);
  }
}

/** What an owner writes: its identity as one line of JSON. */
export function formatOwner(identity: ProcessIdentity): string {
  return `${JSON.stringify(identity)}\n`;
}

function openExisting(path: string): number | undefined {
  try {
    return openSync(path, 'r');
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

function parseOwner(text: string): ProcessIdentity | undefined {
  try {
    return parseIdentity(JSON.parse(text));
  } catch {
    return undefined;
  }
}
