// Where the user's config file lies. A worker inherits no environment, so what `install` found is written into the
// installation's folder; nothing in a later environment moves it.
import { readFileSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { writeAtomic } from '../platform/atomic-file.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** `$XDG_CONFIG_HOME/turnspan/config.json`, on Windows `%APPDATA%\turnspan\config.json`. A relative variable does not count (XDG Base Directory). */
export function userConfigFile(
  home: string,
  env: Environment,
  platform: NodeJS.Platform = process.platform,
): string {
  const named = platform === 'win32' ? env['APPDATA'] : env['XDG_CONFIG_HOME'];
  const usual = platform === 'win32' ? join(home, 'AppData', 'Roaming') : join(home, '.config');
  return join(named !== undefined && isAbsolute(named) ? named : usual, 'turnspan', 'config.json');
}

/** Lets the workers of the installation in `dir` know the file. */
export function rememberUserConfigFile(dir: string, file: string): void {
  if (rememberedUserConfigFile(dir) !== file)
    writeAtomic(join(dir, NAME), `${JSON.stringify({ version: 1, file })}\n`);
}

/** The file of the installation in `dir`; the usual one where none was remembered. */
export function userConfigFileOf(dir: string, home: string): string {
  return rememberedUserConfigFile(dir) ?? userConfigFile(home, {});
}

const NAME = 'config-file.json';

function rememberedUserConfigFile(dir: string): string | undefined {
  try {
    const value: unknown = JSON.parse(readFileSync(join(dir, NAME), 'utf8'));
    const file = typeof value === 'object' && value !== null && 'file' in value ? value.file : undefined;
    return typeof file === 'string' && isAbsolute(file) ? file : undefined;
  } catch {
    return undefined;
  }
}
