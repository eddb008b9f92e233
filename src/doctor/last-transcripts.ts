// In: an installation's folder. Out: the transcripts of the sessions that were worked on last, newest first.
// Always: only looks; a record that cannot be read is passed over. A transcript may be gone since.
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { listIfThere } from '../platform/list-folder.ts';

const record = z.object({ transcript: z.string() });

/** At most `most` of them. */
export function lastTranscripts(state: string, most: number): string[] {
  const folder = join(state, 'sessions');
  return listIfThere(folder)
    .filter((name) => name.endsWith('.json'))
    .map((name) => join(folder, name))
    .map((path) => ({ path, at: statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0 }))
    .sort((one, other) => other.at - one.at)
    .slice(0, most)
    .flatMap(({ path }) => transcriptIn(path) ?? []);
}

function transcriptIn(path: string): string | undefined {
  try {
    return record.parse(JSON.parse(readFileSync(path, 'utf8'))).transcript;
  } catch {
    return undefined;
  }
}
