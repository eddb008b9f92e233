// In: the settings files. Out: whether Turnspan is switched on as a plugin, and which script it then runs.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Places } from '../install/places.ts';
import { isRecord, type SettingsFile } from './settings-files.ts';

/** `enabledPlugins` names a plugin as `NAME@MARKETPLACE`; the last file that speaks of it counts. */
export function isPluginEnabled(files: readonly SettingsFile[]): boolean {
  let enabled = false;
  for (const { value } of files) {
    const plugins = value['enabledPlugins'];
    for (const [name, is] of isRecord(plugins) ? Object.entries(plugins) : []) {
      if (/^turnspan(@|$)/.test(name)) enabled = is !== false;
    }
  }
  return enabled;
}

/** What the plugin has put in place, of the version that asks; none where it is off, or has not run yet. */
export function pluginScripts(files: readonly SettingsFile[], { program }: Places): string[] {
  const script = join(program, 'hook.sh');
  return isPluginEnabled(files) && existsSync(script) ? [script] : [];
}
