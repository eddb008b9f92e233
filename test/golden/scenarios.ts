// The scenarios beside this file: each a folder with the files of one or more sessions as they lie on the disk.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';

import { findTranscripts } from '../../src/cli/find-transcripts.ts';

export interface Scenario {
  readonly name: string;
  readonly folder: string;
  readonly transcripts: readonly string[];
}

const here = import.meta.dirname;

/** All of them: a new folder is a new scenario. */
export const scenarios: readonly Scenario[] = readdirSync(here, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => {
    const folder = join(here, name);
    return { name, folder, transcripts: findTranscripts(placeOf(folder)) };
  });

/** What to give to `export`: the folder, or where no transcript is in it, the folder of the one session. */
function placeOf(folder: string): string {
  const names = readdirSync(folder);
  const session = names.find((name) => !/\.(jsonl|txt)$/.test(name));
  return session === undefined || names.some((name) => name.endsWith('.jsonl'))
    ? folder
    : join(folder, session);
}
