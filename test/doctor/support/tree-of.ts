// Every file below a folder, with its size and mode: to see whether something has changed.
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

export function treeOf(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .sort()
    .map((name) => {
      const { size, mode } = statSync(join(folder, name));
      return `${name} ${size} ${mode.toString(8)}`;
    });
}
