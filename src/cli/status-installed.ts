// In: where Turnspan lives. Out: the settings files that have its hooks, or should have them, and of which version.
// Always: looks, and changes nothing.
import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { scriptOf } from '../install/entry.ts';
import { handlersOf, readHooks } from '../install/hooks-in-settings.ts';
import { readRecord } from '../install/install-record.ts';
import type { Places } from '../install/places.ts';
import { readSettings } from '../install/settings-on-disk.ts';
import { userSettingsFile } from '../config/settings-places.ts';
import { fileErrorText } from './tell-refusal.ts';

/** A settings file, and the scripts that its hooks of ours name. */
export interface SettingsFound {
  readonly file: string;
  readonly hooks: number;
  readonly scripts: readonly string[];
  /** The folder names of the scripts, which are versions. */
  readonly version?: string | undefined;
  /** Why it is not as `install` left it; a sentence without its subject. */
  readonly problem?: string | undefined;
}

/** Those that `install` wrote, and the user's own, where the hooks may have been put in by hand. */
export function findSettings({ state, home }: Places): SettingsFound[] {
  const recorded = [...readRecord(state).keys()];
  const own = userSettingsFile(home, process.env['CLAUDE_CONFIG_DIR']);
  const found = new Map(recorded.map((file) => [file, look(file, true)]));
  const disk = readSettings(own);
  const target = disk.status === 'read' ? disk.target : own;
  if (!found.has(target)) {
    const users = look(target, false);
    if (users.hooks > 0) found.set(target, users);
  }
  return [...found.values()];
}

/** Why the record of `install` says nothing; undefined where it is in order, or not there. */
export function recordProblem({ state }: Places): string | undefined {
  const file = join(state, 'install.json');
  if (!existsSync(file) || readRecord(state).size > 0) return undefined;
  try {
    const value: unknown = JSON.parse(readFileSync(file, 'utf8'));
    const settings =
      typeof value === 'object' && value !== null && 'settings' in value ? value.settings : null;
    return JSON.stringify(settings) === '{}' ? undefined : 'is not of this version';
  } catch (error) {
    return error instanceof SyntaxError ? 'is not valid JSON' : fileErrorText(error);
  }
}

function look(file: string, isRecorded: boolean): SettingsFound {
  const none = { file, hooks: 0, scripts: [] };
  const disk = readSettings(file);
  if (disk.status === 'refused') return { ...none, problem: disk.why };
  const hooks = disk.text.trim() === '' ? undefined : readHooks(disk.text);
  if (hooks?.status === 'bad') {
    const { what, line, column } = hooks.problem;
    return { ...none, problem: `cannot be read (${line}:${column}: ${what})` };
  }
  const ours = hooks === undefined ? [] : handlersOf(hooks).flatMap(({ value }) => scriptOf(value) ?? []);
  const scripts = [...new Set(ours)];
  if (ours.length === 0) return isRecorded ? { ...none, problem: 'has no hooks of Turnspan any more' } : none;
  const gone = scripts.filter((script) => !existsSync(script));
  return {
    file,
    hooks: ours.length,
    scripts,
    version: scripts.map((script) => basename(dirname(script))).join(', '),
    problem: gone.length === 0 ? undefined : `names a script that is gone: ${gone.join(', ')}`,
  };
}
