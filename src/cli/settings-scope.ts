// In: `--scope`. Out: the settings file that it means.
import { join, resolve } from 'node:path';
import { userSettingsFile } from '../config/settings-places.ts';
import { UsageError } from './command.ts';

/** `home` is the user's; `CLAUDE_CONFIG_DIR` moves the user's settings, and project and local are those of the current folder. */
export function settingsOfScope(
  scope: string,
  home: string,
  env: Readonly<Record<string, string | undefined>>,
): string {
  switch (scope) {
    case 'user':
      return resolve(userSettingsFile(home, env['CLAUDE_CONFIG_DIR']));
    case 'project':
      return join(process.cwd(), '.claude', 'settings.json');
    case 'local':
      return join(process.cwd(), '.claude', 'settings.local.json');
    default:
      throw new UsageError(`--scope is "${scope}": write user, project or local`);
  }
}
