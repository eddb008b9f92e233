// In: the built bundles, and where the installation lives. Out: script, worker and Node twin in a folder of the user's.
// Always: each file whole or not at all, so that a hook which runs meanwhile sees the old one or the new; the files need
// nothing of the package they came from, so that a cleaned npx cache or a deleted clone breaks nothing.
import { mkdirSync, readFileSync } from 'node:fs';
import { delimiter, join, sep } from 'node:path';
import { placeHook, placeHookSettings, type HookPlace } from './render-hook.ts';
import { writeIfOther } from './write-if-other.ts';

/** Where the parts lie. */
export interface Program {
  readonly script: string;
  readonly twin: string;
  readonly worker: string;
}

export function programIn(folder: string): Program {
  const at = (name: string): string => join(folder, name);
  return { script: at('hook.sh'), twin: at('hook.cjs'), worker: at('worker.cjs') };
}

/** Copies the program from `bundles` (the folder of the built command) to `folder`. Throws what the file system throws. */
export function placeProgram(bundles: string, folder: string, place: Omit<HookPlace, 'worker'>): Program {
  const { script, twin, worker } = programIn(folder);
  mkdirSync(folder, { recursive: true });
  // What starts the worker comes after what it starts; gRPC lies beside, because few need it.
  for (const name of ['grpc.cjs', 'worker-program.cjs', 'worker.cjs', 'hook.cjs'])
    writeIfOther(join(folder, name), readFileSync(join(bundles, name)), 0o644);
  const complete = { ...place, worker };
  placeHookSettings(join(folder, 'hook.json'), complete);
  placeHook(script, readFileSync(join(bundles, 'hook.sh'), 'utf8'), complete);
  return { script, twin, worker };
}

/** The search path without what a package manager put there for the project whose folder we were called in. */
export function withoutProjectFolders(path: string): string {
  return path
    .split(delimiter)
    .filter((part) => !part.split(sep).includes('node_modules'))
    .join(delimiter);
}
