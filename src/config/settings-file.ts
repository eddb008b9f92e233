// In: the path of one of Claude Code's settings files. Out: the variables that its `env` block sets.
// Always: only the asked names become values; a missing file sets nothing; a file that cannot be read or parsed is
// told apart, because nobody can say what it sets.
import * as z from 'zod';
import { readSmallText } from './small-file.ts';

export type SettingsEnvironment =
  | { readonly status: 'read'; readonly variables: ReadonlyMap<string, string> }
  | { readonly status: 'unreadable' };

/** The variables among `names` that the file sets. Numbers and booleans are taken as their text, as the client does. */
export function readSettingsEnvironment(path: string, names: readonly string[]): SettingsEnvironment {
  const text = readSmallText(path);
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

const scalar = z.union([z.string(), z.number(), z.boolean()]);
const settingsSchema = z.looseObject({ env: z.record(z.string(), z.unknown()).catch({}) });

function parse(text: string) {
  try {
    return settingsSchema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}
