// In: the settings files. Out: the entries in them that are ours, and the program that each one runs.
// Always: ours is what `install/entry.ts` calls ours; of two events with one name the client sees the last.
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { scriptOf } from '../install/entry.ts';
import { lastEvent, readHooks } from '../install/hooks-in-settings.ts';
import { errorCode } from '../platform/reason.ts';
import type { SettingsFile } from './settings-files.ts';

export interface RegisteredHook {
  readonly file: SettingsFile;
  readonly event: string;
  readonly script: string;
}

/** What stands in an installed script: see `HookPlace`. */
export interface ScriptPlace {
  readonly dir: string;
  readonly node: string;
  readonly worker: string;
  readonly path: string;
}

export type InstalledScript =
  | { readonly status: 'read'; readonly text: string; readonly place: ScriptPlace }
  | { readonly status: 'missing' }
  /** `why` goes on after "the script". */
  | { readonly status: 'bad'; readonly why: string };

/** All entries of ours. A file with a shape that is not known has none. */
export function registeredHooks(files: readonly SettingsFile[]): RegisteredHook[] {
  return files.flatMap((file) => {
    const hooks = file.text.trim() === '' ? undefined : readHooks(file.text);
    if (hooks?.status !== 'ok') return [];
    const events = new Set(hooks.blocks.at(-1)?.events.map(({ name }) => name));
    return [...events].flatMap((event) =>
      (lastEvent(hooks, event)?.groups ?? [])
        .flatMap(({ handlers }) => handlers)
        .flatMap(({ value }) => {
          const script = scriptOf(value);
          return script === undefined ? [] : [{ file, event, script }];
        }),
    );
  });
}

/** Reads `hook.sh`, or of the twin on Windows the `hook.json` beside it. */
export function readScript(script: string): InstalledScript {
  const twin = script.endsWith('.cjs');
  try {
    const text = readFileSync(script, 'utf8');
    const place = twin
      ? placeInJson(readFileSync(join(dirname(script), 'hook.json'), 'utf8'))
      : placeInScript(text);
    return place === undefined
      ? { status: 'bad', why: 'is not as `turnspan install` writes it' }
      : { status: 'read', text, place };
  } catch (error) {
    const code = errorCode(error);
    if (code === undefined) throw error;
    return code === 'ENOENT' || code === 'ENOTDIR'
      ? { status: 'missing' }
      : { status: 'bad', why: `cannot be read (${code})` };
  }
}

function placeInScript(text: string): ScriptPlace | undefined {
  const value = (name: string): string | undefined => {
    const [, quoted] = new RegExp(`^turnspan_${name}='((?:[^']|'\\\\'')*)'$`, 'm').exec(text) ?? [];
    return quoted?.replaceAll("'\\''", "'");
  };
  return complete(value('dir'), value('node'), value('worker'), value('path'));
}

function placeInJson(text: string): ScriptPlace | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null) return undefined;
    // Any object may be looked at field by field.
    const { dir, node, worker, path } = value as Readonly<Record<string, unknown>>;
    return complete(dir, node, worker, path);
  } catch {
    return undefined;
  }
}

function complete(dir: unknown, node: unknown, worker: unknown, path: unknown): ScriptPlace | undefined {
  if (typeof dir !== 'string' || typeof node !== 'string') return undefined;
  if (typeof worker !== 'string' || typeof path !== 'string') return undefined;
  return { dir, node, worker, path };
}
