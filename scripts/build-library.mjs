// In: src/index.ts. Out: the library in a folder: index.cjs, and the declarations that its types need, as .d.cts.
// One file serves `import` and `require`: CommonJS, like OpenTelemetry's packages, which stay outside with zod, so that
// the spans are of the classes and types that the user's own exporters know.
// Used by build.mjs, and by the tests as a command: node scripts/build-library.mjs FOLDER
import { build } from 'esbuild';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const root = fileURLToPath(new URL('..', import.meta.url));
const sources = join(root, 'src');

export async function buildLibrary(folder) {
  const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
  await build({
    entryPoints: [join(sources, 'index.ts')],
    outfile: join(folder, 'index.cjs'),
    bundle: true,
    packages: 'external',
    platform: 'node',
    target: 'node20.6',
    format: 'cjs',
    define: { __TURNSPAN_VERSION__: JSON.stringify(version) },
    logLevel: 'warning',
  });
  await writeDeclarations(join(sources, 'index.ts'), folder);
}

/** A relative module in a declaration: `from './x.ts'`, `import('./x.ts')`. */
const RELATIVE = /(?<=from |import\()(['"])(\.[^'"]+)\.ts\1/g;

/**
 * Declares the entry and whatever its types reach, and nothing else. File by file, without a program of all sources: a
 * tenth of the time, and the compiler refuses an export whose type it would have to infer.
 */
async function writeDeclarations(entry, folder) {
  const files = new Set([entry]);
  for (const file of files) {
    const source = await readFile(file, 'utf8');
    const { outputText, diagnostics } = ts.transpileDeclaration(source, { fileName: file, compilerOptions });
    if (diagnostics?.length > 0) throw new Error(ts.formatDiagnostics(diagnostics, formatHost));
    for (const [, , path] of outputText.matchAll(RELATIVE)) files.add(join(dirname(file), `${path}.ts`));
    const out = join(folder, relative(sources, file).replace(/\.ts$/, '.d.cts'));
    await mkdir(dirname(out), { recursive: true });
    await writeFile(out, outputText.replace(RELATIVE, '$1$2.cjs$1'));
  }
}

const compilerOptions = {
  declaration: true,
  isolatedDeclarations: true,
  module: ts.ModuleKind.NodeNext,
  target: ts.ScriptTarget.ES2023,
  strict: true,
};

const formatHost = {
  getCanonicalFileName: (name) => name,
  getCurrentDirectory: () => root,
  getNewLine: () => '\n',
};

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await buildLibrary(process.argv[2] ?? 'dist/library');
}
