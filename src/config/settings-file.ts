// In: the path of one of Claude Code's settings files. Out: the variables that its `env` block sets.
// Always: only the asked names become values; a missing file sets nothing; a file that cannot be read or parsed is
// told apart, because nobody can say what it sets. Never waits: a pipe or a device is no settings file.
import { readFileSync, statSync } from 'node:fs';
import * as z from 'zod';
import { errorCode } from '../platform/reason.ts';

export type SettingsEnvironment =
  | { readonly status: 'read'; readonly variables: ReadonlyMap<string, string> }
  | { readonly status: 'unreadable' };

/** The variables among `names` that the file sets. Numbers and booleans are taken as their text, as the client does. */
export function readSettingsEnvironment(path: string, names: readonly string[]): SettingsEnvironment {
  const text = readText(path);
  if (text === '') return { status: 'read', variables: new Map() };
  const settings = text === undefined ? undefined : parse(text);
  if (settings === undefined) return { status: 'unreadable' };
  const variables = new Map<string, string>();
  for (const name of names) {
    const value = scalar.safeParse(settings.env[name]);
    if (value.success) variables.set(name, String(value.data));
  }
  return { status: 'read', variables };
}

const LARGEST = 4 * 1024 * 1024;
const scalar = z.union([z.string(), z.number(), z.boolean()]);
const settingsSchema = z.looseObject({ env: z.record(z.string(), z.unknown()).catch({}) });

/** The text; nothing for a missing file; undefined for what cannot be read as one. */
function readText(path: string): string | undefined {
  try {
    const stat = statSync(path, { throwIfNoEntry: false });
    if (stat === undefined) return '';
    if (!stat.isFile() || stat.size > LARGEST) return undefined;
    return readFileSync(path, 'utf8')
      .replace(/^\uFEFF/, '')
      .trim();
  } catch (error) {
    // A file where a folder is expected: the settings file is not there.
    return errorCode(error) === 'ENOTDIR' ? '' : undefined;
  }
}

function parse(text: string) {
  try {
    return settingsSchema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}
