// In: collector/web/page/. Out: the collector's page as static files in the folder that is named.
// Used by build.mjs, and by the tests as a command: node scripts/build-page.mjs FOLDER
import { build } from 'esbuild';
import { copyFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const source = fileURLToPath(new URL('../collector/web/page/', import.meta.url));

export async function buildPage(folder) {
  await mkdir(folder, { recursive: true });
  await build({
    entryPoints: [join(source, 'main.ts')],
    outfile: join(folder, 'page.js'),
    bundle: true,
    platform: 'browser',
    target: 'es2022',
    format: 'esm',
    logLevel: 'warning',
  });
  for (const file of ['index.html', 'page.css', 'icon.svg'])
    await copyFile(join(source, file), join(folder, file));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildPage(process.argv[2] ?? 'dist/page');
