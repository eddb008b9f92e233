// In: a temporary folder. Out: an installation in it, as `install` would make it, and what the replay needs to know.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { placeProgram } from '../src/install/program.ts';
import { hookCommand } from '../src/install/render-hook.ts';
import { openInstallation } from '../src/state/installation.ts';

export interface ReplayFolders {
  /** The installation: inbox, outbox, state. */
  readonly dir: string;
  /** The user's home. */
  readonly home: string;
  /** Claude Code's folder of the project: the transcripts. */
  readonly project: string;
  /** The hook entry of settings.json. */
  readonly hook: string;
}

/** Makes an installation below `folder` whose bundles lie in `bundles`; it is there since `since` (milliseconds since the epoch). */
export function makeInstallation(folder: string, bundles: string, since: number): ReplayFolders {
  const dir = join(folder, 'turnspan');
  const home = join(folder, 'home');
  const project = join(home, '.claude/projects/-home-ada-shop');
  for (const path of [dir, project]) mkdirSync(path, { recursive: true, mode: 0o700 });
  openInstallation(dir, since);
  const path = process.env['PATH'] ?? '/usr/bin:/bin';
  const { script } = placeProgram(bundles, join(folder, 'program'), {
    dir,
    home,
    node: process.execPath,
    path,
  });
  return { dir, home, project, hook: hookCommand(script) };
}
