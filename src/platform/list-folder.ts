// In: a folder. Out: the names in it; none where there is no such folder.
import { readdirSync } from 'node:fs';
import { errorCode } from './reason.ts';

/** Names in `folder`, unsorted. Throws what the file system throws, but for a folder that is not there. */
export function listIfThere(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return [];
    throw error;
  }
}
