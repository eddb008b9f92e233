// A user's machine in a temporary folder: a home, and the places that Turnspan has in it. Nothing outside is touched.
import { chmodSync, existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { carryOutInstall, planInstall, type InstallRequest } from '../../../src/install/install.ts';
import { placesOf, type Places } from '../../../src/install/places.ts';
import { carryOutUninstall, planUninstall } from '../../../src/install/uninstall.ts';
import { temporaryFolder } from '../../support/folders.ts';

export interface Machine {
  readonly home: string;
  readonly places: Places;
  /** The user's settings.json. */
  readonly settings: string;
}

export function makeMachine(name = 'home'): Machine {
  const home = join(temporaryFolder(), name);
  mkdirSync(home);
  return { home, places: placesOf(home, {}, '0.1.0'), settings: join(home, '.claude/settings.json') };
}

/** Registers the hooks without putting the program in place. Gives `installed`, or why not. */
export function install(machine: Machine, change: Partial<InstallRequest> = {}): string {
  const plan = planInstall({ ...machine, node: '/usr/bin/node', oldest: '2.1.329', ...change });
  if (plan.status === 'refused') return `${plan.place ?? ''} ${plan.why}`;
  const done = carryOutInstall(plan, Date.now());
  return done.status === 'refused' ? done.why : 'installed';
}

export function uninstall({ places, settings }: Machine, file = settings): string {
  const plan = planUninstall(places, file);
  if (plan.status === 'refused') return `${plan.place ?? ''} ${plan.why}`;
  const done = carryOutUninstall(plan, Date.now());
  return done.status === 'refused' ? done.why : 'uninstalled';
}

/** Writes a file with the folders above it. */
export function write(path: string, content: string | Uint8Array, mode = 0o644): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
  chmodSync(path, mode);
}

/** The events on which the file registers us. */
export function registered(path: string): string[] {
  const { hooks } = JSON.parse(readFileSync(path, 'utf8').replace('\uFEFF', '')) as {
    hooks: Record<string, unknown>;
  };
  return Object.keys(hooks).filter((event) => JSON.stringify(hooks[event]).includes('/turnspan/'));
}

export function backups({ places }: Machine): string[] {
  const folder = join(places.state, 'backups');
  return existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name)) : [];
}

export const ALL = ['Stop', 'StopFailure', 'SubagentStop', 'UserPromptSubmit', 'SessionStart', 'SessionEnd'];
