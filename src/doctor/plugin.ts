// In: the settings files. Out: whether Turnspan is switched on as a plugin.
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
