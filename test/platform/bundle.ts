// Makes a TypeScript file of the tests into one that Node runs by itself, in a folder that the test removes.
import { basename, join } from 'node:path';
import { build } from 'esbuild';

/** Bundles `entry` into `folder` and returns the path of the script. */
export async function bundle(entry: string, folder: string): Promise<string> {
  const outfile = join(folder, basename(entry).replace(/\.ts$/, '.cjs'));
  await build({
    entryPoints: [entry],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    logLevel: 'error',
  });
  return outfile;
}
