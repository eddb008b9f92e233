// The package as a user gets it: packed, unpacked beside its dependencies, compiled against and run.
// It packs what `npm test` has built into dist/.
import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { decodeWire } from '../delivery/wire-spans.ts';
import { EXAMPLE_TRANSCRIPT } from '../support/example-session.ts';
import { startBackend } from '../support/loopback-backend.ts';

const run = promisify(execFile);
const root = resolve(import.meta.dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'turnspan-package-'));
const consumer = join(folder, 'consumer');

/** The example of the README's section. */
const example =
  /## As a library\n[\s\S]*?```js\n([\s\S]*?)```/.exec(readFileSync(join(root, 'README.md'), 'utf8'))?.[1] ??
  '';

beforeAll(async () => {
  const checkout = join(folder, 'checkout');
  for (const path of ['package.json', 'README.md', 'LICENSE', 'dist'])
    cpSync(join(root, path), join(checkout, path), { recursive: true });
  // Without its scripts: packing builds anew, and other tests use what is built.
  const { stdout } = await run('npm', ['pack', '--ignore-scripts', '--json', '--offline'], { cwd: checkout });
  const [packed] = JSON.parse(stdout) as { filename: string }[]; // as npm documents it
  const modules = join(consumer, 'node_modules');
  mkdirSync(join(modules, 'turnspan'), { recursive: true });
  const tarball = join(checkout, packed!.filename);
  await run('tar', ['-xzf', tarball, '-C', join(modules, 'turnspan'), '--strip-components=1']);
  for (const name of [...dependenciesOf(checkout), '@types/node']) {
    mkdirSync(dirname(join(modules, name)), { recursive: true });
    symlinkSync(join(root, 'node_modules', name), join(modules, name));
  }
  cpSync(join(root, 'examples/session'), join(consumer, 'examples/session'), { recursive: true });
  writeFileSync(join(consumer, 'package.json'), '{ "private": true }');
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

test('its types hold in a strict project that checks declarations too, as ES module and as CommonJS', async () => {
  const body = `
    export async function spansOf(path: string, exporter: SpanExporter): Promise<Turn[]> {
      const session: Session = await readSession(path);
      const spans: ReadableSpan[] = toReadableSpans(session, { content: 'full', resourceAttributes: { a: 'b' } });
      exporter.export(spans, () => {});
      // @ts-expect-error there is no such level
      toReadableSpans(session, { content: 'some' });
      // @ts-expect-error a path is needed
      void readSession();
      return session.completed.flatMap((one) => (one.kind === 'turn' ? [one.turn] : []));
    }`;
  const imports = `
    import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace-node';
    import { readSession, toReadableSpans, type Session, type Turn } from 'turnspan';`;
  write('module.mts', imports + body);
  write('common.cts', imports + body);
  write('example.mts', example);
  write(
    'tsconfig.json',
    JSON.stringify({
      compilerOptions: {
        strict: true,
        noUncheckedIndexedAccess: true,
        exactOptionalPropertyTypes: true,
        skipLibCheck: false,
        module: 'nodenext',
        target: 'es2023',
        types: ['node'],
        noEmit: true,
      },
      files: ['module.mts', 'common.cts', 'example.mts'],
    }),
  );
  const { stdout } = await run(process.execPath, [
    join(root, 'node_modules/typescript/bin/tsc'),
    '-p',
    consumer,
  ]).catch((failed: unknown) => failed as { stdout: string }); // execFile rejects with what the process said
  expect(stdout).toBe('');
}, 180_000);

test('import and require give the same two functions, and nothing else', async () => {
  write(
    'both.mjs',
    `import { createRequire } from 'node:module';
    import * as imported from 'turnspan';
    const required = createRequire(import.meta.url)('turnspan');
    const names = Object.keys(required);
    console.log(names.join(), names.every((name) => imported[name] === required[name]));
    console.log(createRequire(import.meta.url)('turnspan/package.json').name);`,
  );
  expect((await node('both.mjs')).trim().split('\n')).toEqual([
    'readSession,toReadableSpans true',
    'turnspan',
  ]);
});

test('ConsoleSpanExporter prints each span', async () => {
  write(
    'print.mjs',
    `import { ConsoleSpanExporter } from '@opentelemetry/sdk-trace-node';
    import { readSession, toReadableSpans } from 'turnspan';
    const spans = toReadableSpans(await readSession(${JSON.stringify(EXAMPLE_TRANSCRIPT)}));
    new ConsoleSpanExporter().export(spans, ({ code }) => console.log('code', code, 'of', spans.length));
    console.log(spans.map((span) => span.spanContext().spanId).join());`,
  );
  const printed = await node('print.mjs');
  const ids = [...printed.matchAll(/^ {2}id: '([0-9a-f]{16})'/gm)].map((match) => match[1]);
  expect(ids).toHaveLength(40);
  expect(printed).toContain(`\n${ids.join()}\n`);
  expect(printed).toContain('code 0 of 40');
});

test('the example of the README sends the spans that it says', async () => {
  const backend = await startBackend();
  try {
    expect(example).toContain('http://127.0.0.1:4318');
    write('example.mjs', example.replace('http://127.0.0.1:4318', backend.url));
    const printed = await node('example.mjs');
    expect(printed).toContain('turn 1: ');
    expect(printed).toContain('40 spans sent');
    expect(backend.requests.map(({ path }) => path)).toEqual(['/v1/traces']);
    expect(backend.requests.flatMap(({ body }) => decodeWire(body))).toHaveLength(40);
  } finally {
    await backend.stop();
  }
});

/** What the package says that it needs: all that a user's machine has beside it. */
function dependenciesOf(checkout: string): string[] {
  const manifest = readFileSync(join(checkout, 'package.json'), 'utf8');
  return Object.keys((JSON.parse(manifest) as { dependencies: object }).dependencies);
}

function write(name: string, text: string): void {
  writeFileSync(join(consumer, name), text);
}

async function node(script: string): Promise<string> {
  return (await run(process.execPath, [script], { cwd: consumer, maxBuffer: 64 * 1024 * 1024 })).stdout;
}
