// In: an installation's folder. Out: what is remembered of it and of its sessions, as far as it can be read.
// Always: looks, and changes nothing. (The worker sets aside what it cannot read; this does not.)
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { listIfThere } from '../platform/list-folder.ts';
import { errorCode } from '../platform/reason.ts';
import { sessionRecordSchema } from '../state/session-record.ts';

export type ReadInstallation =
  | { readonly status: 'read'; readonly createdAt: number }
  | { readonly status: 'none' }
  | { readonly status: 'bad' };

/** Not `openInstallation`: that makes one where there is none. */
export function readInstallation(dir: string): ReadInstallation {
  try {
    const text = readFileSync(join(dir, 'installation.json'), 'utf8');
    return { status: 'read', createdAt: installation.parse(JSON.parse(text)).createdAt };
  } catch (error) {
    return { status: errorCode(error) === 'ENOENT' ? 'none' : 'bad' };
  }
}

const installation = z.object({
  version: z.literal(1),
  id: z.string().min(1),
  createdAt: z.number().min(-8.64e15).max(8.64e15),
});

export interface Watched {
  readonly sessions: number;
  readonly openTurns: number;
  /** Records that cannot be read. */
  readonly unreadable: readonly string[];
}

/** The sessions with something undecided. */
export function readWatched(dir: string): Watched {
  const names = listIfThere(join(dir, 'watch'));
  const records = names.map((name) => ({ name, record: readSession(join(dir, 'sessions', name)) }));
  return {
    sessions: names.length,
    openTurns: records.reduce((sum, { record }) => sum + (record === 'bad' ? 0 : record), 0),
    unreadable: records.filter(({ record }) => record === 'bad').map(({ name }) => name),
  };
}

/** How many of its turns have not closed. */
function readSession(path: string): number | 'bad' {
  try {
    return sessionRecordSchema.parse(JSON.parse(readFileSync(path, 'utf8'))).facts.prompts.length;
  } catch (error) {
    // The mark comes before the record.
    return errorCode(error) === 'ENOENT' ? 0 : 'bad';
  }
}
