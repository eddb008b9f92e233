// In: a path. Out: the page's file of that path, read from the folder that scripts/build-page.mjs has made.
// Always: only the files named here are served; a path never reaches the file system.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

export interface Asset {
  readonly type: string;
  readonly body: Uint8Array;
}

const FILES: ReadonlyMap<string, readonly [file: string, type: string]> = new Map([
  ['/', ['index.html', 'text/html; charset=utf-8']],
  ['/page.js', ['page.js', 'text/javascript; charset=utf-8']],
  ['/page.css', ['page.css', 'text/css; charset=utf-8']],
  ['/icon.svg', ['icon.svg', 'image/svg+xml']],
]);

/** The asset, `undefined` for a path that is none, `null` when the page was not built. */
export async function readAsset(folder: string, path: string): Promise<Asset | null | undefined> {
  const entry = FILES.get(path);
  if (entry === undefined) return undefined;
  const [file, type] = entry;
  try {
    return { type, body: await readFile(join(folder, file)) };
  } catch {
    return null;
  }
}
