// `turnspan config`: what counts for a Claude Code that is started here, and who set each value.
// Always: no secret is printed: of headers the names, of addresses neither password nor query.
import { homedir } from 'node:os';
import { parseArgs } from 'node:util';
import * as z from 'zod';
import { resolveDestinations, type Resolution } from '../config/resolve.ts';
import { placesOf, type Places } from '../install/places.ts';
import { version } from '../version.ts';
import type { Command } from './command.ts';

/** What `turnspan config --json` prints. */
export const configSchema = z.strictObject({
  /** `disabled`: nothing is sent; `unusable`: everything waits until it is repaired. */
  status: z.enum(['send', 'disabled', 'unusable']),
  /** Why nothing is sent. */
  why: z.string().nullable(),
  configFile: z.string(),
  settings: z.array(
    z.strictObject({
      /** Absent for what counts for all. */
      destination: z.string().optional(),
      setting: z.string(),
      value: z.string(),
      from: z.string(),
    }),
  ),
  warnings: z.array(z.string()),
});

export const configCommand: Command = {
  name: 'config',
  summary: 'Show what counts here, and who set each value',
  usage: [
    'Usage: turnspan config [--json]',
    '',
    '  --json  print one JSON object (docs/commands.md)',
    '',
    'For a Claude Code that is started from this shell in this folder. Secrets are never shown.',
  ].join('\n'),
  run: (args) => {
    const { values } = parseArgs({
      args: [...args],
      options: { json: { type: 'boolean', default: false } },
    });
    const places = placesOf(homedir(), process.env, version);
    const shown = shownConfig(places, configHere(places, process.env, process.cwd()));
    console.log(values.json ? JSON.stringify(shown) : configText(shown));
    return Promise.resolve(shown.status === 'unusable' || shown.warnings.length > 0 ? 1 : 0);
  },
};

/** What counts for a client that this shell would start in `folder`. */
export function configHere(
  { state, home }: Places,
  environment: Readonly<Record<string, string | undefined>>,
  folder: string,
): Resolution {
  return resolveDestinations({
    dir: state,
    home,
    environment,
    hookVariables: new Map(),
    projectDirs: [folder],
    // Who only looks runs no program of the user's, which may be slow, or ask for a password.
    runsCommands: false,
  });
}

type Shown = z.infer<typeof configSchema>;

function shownConfig({ config }: Places, resolution: Resolution): Shown {
  const warnings = resolution.warnings.map(({ variable, message }) => `${variable} ${message}`);
  const common = { configFile: config, warnings };
  if (resolution.status !== 'send')
    return { status: resolution.status, why: resolution.why, settings: [], ...common };
  const settings = resolution.choices.map(({ shown, ...choice }) => ({ ...choice, value: shown }));
  return { status: 'send', why: null, settings, ...common };
}

function configText({ status, why, configFile, settings, warnings }: Shown): string {
  const width = Math.max(0, ...settings.map(({ setting }) => setting.length));
  const wide = Math.max(0, ...settings.map(({ value }) => value.length));
  const lines: string[] = [];
  let last: string | undefined;
  for (const { destination, setting, value, from } of settings) {
    if (destination !== last) lines.push(...(last === undefined ? [] : ['']), destination === undefined ? 'all' : `destination ${destination}`); // prettier-ignore
    last = destination;
    lines.push(`  ${setting.padEnd(width)}  ${value.padEnd(wide)}  ${from}`.trimEnd());
  }
  return [
    ...(status === 'send'
      ? lines
      : [`${status === 'disabled' ? 'Nothing is sent' : 'Everything waits'}: ${why ?? ''}`]),
    '',
    `Config file: ${configFile}`,
    ...warnings.map((warning) => `Warning: ${warning}`),
  ].join('\n');
}
