// In: the path of a file that need not exist. Out: the file, or that it is not there.
// Always: only a missing file is `undefined`; whatever else the file system says is thrown.
import { existsSync, openSync, readFileSync, unlinkSync } from 'node:fs';
import { errorCode } from './reason.ts';

/** Its text. Asks first: an error takes ten times as long, and most of what is asked for here is not there. */
export function readIfThere(path: string): string | undefined {
  if (!existsSync(path)) return undefined;
  return ifThere(() => readFileSync(path, 'utf8'));
}

/** Its bytes. */
export function readBytesIfThere(path: string): Buffer | undefined {
  return ifThere(() => readFileSync(path));
}

/** A descriptor to read it by, which the caller closes. */
export function openIfThere(path: string): number | undefined {
  return ifThere(() => openSync(path, 'r'));
}

/** Removes it. Not `rmSync`, which loads what it needs for folders: milliseconds of a wake-up. */
export function removeIfThere(path: string): void {
  ifThere(() => {
    unlinkSync(path);
  });
}

function ifThere<T>(use: () => T): T | undefined {
  try {
    return use();
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}
