// In: a file that was left alone, or what the file system threw. Out: the message, with the remedy.
import { errorCode } from '../platform/reason.ts';
import type { Refusal } from '../install/install.ts';

/** `done` says what has changed so far: `nothing was changed`. */
export function refusalText({ file, place, why }: Refusal, done: string): string {
  if (place === undefined) return `${file} ${why}. Repair that and try again; ${done}.`;
  return `${file}${place}: ${why}. Repair the file and try again; ${done}.`;
}

/** What a person can mend is told in a line; everything else is a fault of ours and stays an exception. */
export function fileErrorText(error: unknown): string {
  const code = errorCode(error);
  const path =
    error instanceof Error && 'path' in error && typeof error.path === 'string' ? error.path : undefined;
  if (code === undefined || path === undefined) throw error;
  return `${path} cannot be read or written (${code}). Mend that and run this again: it goes on where it stopped.`;
}
