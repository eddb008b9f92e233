// The plugin as it is shipped, in a folder of its own: manifest and hooks of the repository, and the built bundles.
import { cpSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';
import * as z from 'zod';

export const REPOSITORY = resolve(import.meta.dirname, '../../..');

const entry = z.strictObject({ type: z.literal('command'), command: z.string(), timeout: z.number() });
const hooksFile = z.strictObject({
  description: z.string(),
  hooks: z.record(z.string(), z.tuple([z.strictObject({ hooks: z.tuple([entry]) })])),
});

/** The entries of hooks.json by their events. */
export function pluginEntries(): ReadonlyMap<string, z.infer<typeof entry>> {
  const { hooks } = hooksFile.parse(JSON.parse(readFileSync(join(REPOSITORY, 'hooks/hooks.json'), 'utf8')));
  return new Map(Object.entries(hooks).map(([event, [group]]) => [event, group.hooks[0]]));
}

/** Lays the plugin out in `folder`, with the bundles of `program` as its dist/. */
export function layOutPlugin(folder: string, program: string): string {
  mkdirSync(folder, { recursive: true });
  for (const name of ['.claude-plugin', 'hooks'])
    cpSync(join(REPOSITORY, name), join(folder, name), { recursive: true });
  symlinkSync(program, join(folder, 'dist'));
  return folder;
}

/** The command for an event. The client tells it the plugin's folder in CLAUDE_PLUGIN_ROOT. */
export function pluginCommand(event: string): string {
  const found = pluginEntries().get(event);
  if (found === undefined) throw new Error(`the plugin has no hook for ${event}`);
  return found.command;
}
