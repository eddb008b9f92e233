// In: a settings file before it is changed. Out: a copy in the installation's folder, named by time.
// Always: mode 0600, since settings hold keys; not beside the file, where it would turn up in a repository; never over another.
import { existsSync, mkdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { writeAtomic } from '../platform/atomic-file.ts';
import type { SettingsOnDisk } from './settings-on-disk.ts';

/** The folder of all backups. */
export function backupFolder(state: string): string {
  return join(state, 'backups');
}

/** Gives the copy's path; nothing where there was no file. `now` is in milliseconds since 1970. */
export function backUp(
  state: string,
  { stats, mark, text, target }: SettingsOnDisk,
  now: number,
): string | undefined {
  if (stats === undefined) return undefined;
  const folder = backupFolder(state);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const stamp = new Date(now).toISOString().replaceAll(/[-:]/g, '');
  for (let count = 1; ; count++) {
    const path = join(folder, `${stamp}${count === 1 ? '' : `-${count}`}-${basename(target)}`);
    if (existsSync(path)) continue;
    writeAtomic(path, `${mark}${text}`);
    return path;
  }
}
