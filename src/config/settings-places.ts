// Where Claude Code's settings files lie: the user's, the administrator's, the project's.
// Always: the user's and the administrator's may decide where data goes; a project's may only take away.
import { readdirSync } from 'node:fs';
import { join, posix, win32 } from 'node:path';

/** The user's settings file. `configDir` is the client's `CLAUDE_CONFIG_DIR`. */
export function userSettingsFile(home: string, configDir: string | undefined): string {
  return join(configDir || join(home, '.claude'), 'settings.json');
}

/** The administrator's files in the order in which they are laid over each other, the weakest first. */
export function managedSettingsFiles(folder: string): readonly string[] {
  const parts = join(folder, 'managed-settings.d');
  return [join(folder, 'managed-settings.json'), ...listJson(parts).map((name) => join(parts, name))];
}

/** The administrator's folder on this system. */
export function managedSettingsFolder(platform: NodeJS.Platform = process.platform): string {
  if (platform === 'win32') return win32.join('C:\\', 'Program Files', 'ClaudeCode');
  if (platform === 'darwin') return '/Library/Application Support/ClaudeCode';
  return posix.join('/etc', 'claude-code');
}

/** What a repository can bring along, and what lies beside it for one checkout. */
export function projectSettingsFiles(projectDir: string): readonly string[] {
  return ['settings.json', 'settings.local.json'].map((name) => join(projectDir, '.claude', name));
}

function listJson(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => name.endsWith('.json') && !name.startsWith('.'))
      .sort();
  } catch {
    return []; // No such folder is the rule.
  }
}
