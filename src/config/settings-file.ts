// In: the path of one of Claude Code's settings files. Out: the variables that its `env` block sets, and the options of our plugin.
// Always: only the asked names become values; a missing file sets nothing; a file that cannot be read or parsed is
// told apart, because nobody can say what it sets.
import * as z from 'zod';
import { readSmallText } from './small-file.ts';

export type SettingsEnvironment =
  | {
      readonly status: 'read';
      readonly variables: ReadonlyMap<string, string>;
      /** What the plugin's options say, by the variables that they stand for. */
      readonly options: ReadonlyMap<string, string>;
    }
  | { readonly status: 'unreadable' };

/** The variables among `names` that the file sets. Numbers and booleans are taken as their text, as the client does. */
export function readSettingsEnvironment(path: string, names: readonly string[]): SettingsEnvironment {
  const text = readSmallText(path);
  if (text === '') return { status: 'read', variables: new Map(), options: new Map() };
  const settings = text === undefined ? undefined : parse(text);
  if (settings === undefined) return { status: 'unreadable' };
  const variables = new Map<string, string>();
  for (const name of names) {
    const value = scalar.safeParse(settings.env[name]);
    if (value.success) variables.set(name, String(value.data));
  }
  return { status: 'read', variables, options: optionsIn(settings.pluginConfigs) };
}

const scalar = z.union([z.string(), z.number(), z.boolean()]);
const record = z.record(z.string(), z.unknown()).catch({});
const settingsSchema = z.looseObject({ env: record.default({}), pluginConfigs: record.default({}) });
const pluginConfig = z.looseObject({ options: record.default({}) });

/** The options in .claude-plugin/plugin.json (`userConfig`), and the variables that they stand for. */
export const OPTION_VARIABLES: readonly (readonly [option: string, variable: string])[] = [
  ['endpoint', 'OTEL_EXPORTER_OTLP_ENDPOINT'],
  ['content', 'TURNSPAN_CONTENT'],
  ['user', 'TURNSPAN_USER'],
];

/** The client keeps them under `turnspan@MARKETPLACE`, or `turnspan` alone; of several the last counts. An option left empty says nothing. */
function optionsIn(pluginConfigs: Readonly<Record<string, unknown>>): ReadonlyMap<string, string> {
  const options = new Map<string, string>();
  for (const [name, config] of Object.entries(pluginConfigs)) {
    if (!/^turnspan(@|$)/.test(name)) continue;
    const values = pluginConfig.safeParse(config).data?.options ?? {};
    for (const [option, variable] of OPTION_VARIABLES) {
      const value = scalar.safeParse(values[option]).data;
      if (value !== undefined && String(value).trim() !== '') options.set(variable, String(value).trim());
    }
  }
  return options;
}

function parse(text: string) {
  try {
    return settingsSchema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}
