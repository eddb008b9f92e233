// In: the TypeScript sources. Out: CommonJS bundles and the files they need in dist/; the library in dist/library/.
// CommonJS because OpenTelemetry's packages do not bundle to ES modules.
import { build } from 'esbuild';
import { chmod, copyFile, mkdir, readFile, rm } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { buildLibrary } from './build-library.mjs';
import { buildPage } from './build-page.mjs';
import { claudePricesOnly } from './claude-prices.mjs';

import { fileURLToPath } from 'node:url';

const { version } = JSON.parse(await readFile('package.json', 'utf8'));

/** Bundle name in dist/ → its entry file. */
const entries = {
  turnspan: 'src/cli/main.ts',
  worker: 'src/worker-start.ts',
  grpc: 'src/delivery/grpc-sender.ts',
  hook: 'src/hook/hook.ts',
  collector: 'collector/main.ts',
  start: 'examples/start.ts',
  client: 'examples/client.ts',
  bench: 'bench/main.ts',
};

/** Run by worker.cjs as a script with kept code, which cannot import: what it loads late it requires. */
const program = { 'worker-program': 'src/worker-main.ts' };

/** gRPC is a megabyte that few need, and what is in a bundle is read at every wake-up: it lies beside it. */
export const grpcApart = {
  name: 'grpc-apart',
  setup: ({ onResolve }) => {
    onResolve({ filter: /\/grpc-sender\.ts$/ }, ({ kind }) =>
      kind === 'dynamic-import' ? { path: './grpc.cjs', external: true } : undefined,
    );
  },
};

export async function buildAll({ quiet }) {
  await rm('dist', { recursive: true, force: true });
  await mkdir('dist', { recursive: true });
  const options = {
    outdir: 'dist',
    outExtension: { '.js': '.cjs' },
    bundle: true,
    platform: 'node',
    target: 'node20.6',
    format: 'cjs',
    // Tree-shakeable builds of the dependencies: a third of the start-up time.
    mainFields: ['module', 'main'],
    external: ['@duckdb/node-api'],
    define: { __TURNSPAN_VERSION__: JSON.stringify(version), 'import.meta.dirname': '__dirname' },
    // Every wake-up reads and compiles the whole bundle: without blanks a sixth of its time. Names stay, for stack traces.
    minifyWhitespace: true,
    minifySyntax: true,
    legalComments: 'linked',
    plugins: [grpcApart, claudePricesOnly],
    logLevel: quiet ? 'warning' : 'info',
  };
  const there = Object.entries(entries).filter(([, file]) => existsSync(file));
  await build({ ...options, entryPoints: Object.fromEntries(there) });
  await build({ ...options, entryPoints: program, supported: { 'dynamic-import': false } });
  await buildLibrary('dist/library');
  await buildPage('dist/page');
  await copyFile('src/hook/hook.sh', 'dist/hook.sh');
  await chmod('dist/hook.sh', 0o755);
  for (const bundle of ['turnspan', 'collector']) {
    if (existsSync(`dist/${bundle}.cjs`)) await chmod(`dist/${bundle}.cjs`, 0o755);
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await buildAll({ quiet: process.argv.includes('--quiet') });
}
