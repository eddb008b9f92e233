// In: the path of a file that a person may have written. Out: its text.
// Always: a missing file is told from one that cannot be read. Never waits: a pipe or a device is no such file; what is
// larger than any settings file is not read.
import { readFileSync, statSync } from 'node:fs';
import { errorCode } from '../platform/reason.ts';

/** The text without byte order mark and surrounding white space; empty for a missing file; undefined for what cannot be read as one. */
export function readSmallText(path: string): string | undefined {
  try {
    const stat = statSync(path, { throwIfNoEntry: false });
    if (stat === undefined) return '';
    if (!stat.isFile() || stat.size > LARGEST) return undefined;
    return readFileSync(path, 'utf8')
      .replace(/^\uFEFF/, '')
      .trim();
  } catch (error) {
    // A file where a folder is expected: the file is not there.
    return errorCode(error) === 'ENOTDIR' ? '' : undefined;
  }
}

const LARGEST = 4 * 1024 * 1024;
