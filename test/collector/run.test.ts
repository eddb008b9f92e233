// The collector as a process, bundled as it is published.
import { build } from 'esbuild';
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { collectorForTest } from './support.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'turnspan-collector-'));
  for (const place of ['with', 'without']) {
    await build({
      entryPoints: ['collector/main.ts'],
      outfile: join(folder, place, 'collector.cjs'),
      bundle: true,
      platform: 'node',
      format: 'cjs',
      external: ['@duckdb/node-api'],
      define: { 'import.meta.dirname': '__dirname' },
      logLevel: 'error',
    });
  }
  await symlink(resolve('node_modules'), join(folder, 'with', 'node_modules'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test.each(['SIGINT', 'SIGTERM'] as const)(
  'it tells its address, answers, and ends cleanly on %s',
  async (signal) => {
    const child = start('with', ['--port', '0']);
    const [, url = ''] = await child.untilOut(/Collector on (http:\/\/127\.0\.0\.1:\d+)/);
    const response = await fetch(`${url}/healthz`);
    expect(await response.json()).toEqual({ status: 'ok' });
    child.process.kill(signal);
    expect(await child.exit).toEqual({ code: 0, err: '' });
  },
);

test('a taken port gives way to the next free one, and that is told', async () => {
  const { port } = await collectorForTest();
  const child = start('with', ['--port', String(port)]);
  const [, chosen] = await child.untilOut(/127\.0\.0\.1:(\d+)/);
  expect(Number(chosen)).toBeGreaterThan(port);
  expect(Number(chosen)).toBeLessThanOrEqual(port + 20);
  child.process.kill('SIGTERM');
  expect(await child.exit).toEqual({ code: 0, err: `Port ${port} is taken.\n` });
});

test('a file that another collector has open is refused by name', async () => {
  const file = join(folder, 'used.duckdb');
  await collectorForTest({ file });
  const { code, err } = await start('with', ['--port', '0', '--file', file]).exit;
  expect([code, err]).toEqual([
    1,
    `turnspan collector: ${file} is in use by another process. Stop that collector, or choose another file\n`,
  ]);
});

test('without DuckDB it says how to get it', async () => {
  const { code, err } = await start('without', ['--port', '0']).exit;
  expect(code).toBe(1);
  expect(err).toContain('npm install @duckdb/node-api');
});

test.each([
  [['--prot', '4318'], "Unknown option '--prot'"],
  [['--port', 'http'], "--port must be a number from 0 to 65535, not 'http'"],
  [['--port', '65536'], '--port must be a number from 0 to 65535'],
  [['--file', ''], '--file needs a path'],
  [['extra'], "Unexpected argument 'extra'"],
])('%j is a wrong command line: message, usage, exit code 2', async (args, message) => {
  const { code, err } = await start('with', args).exit;
  expect(code).toBe(2);
  expect(err).toContain(message);
  expect(err).toContain('Usage: turnspan collector');
});

function start(place: 'with' | 'without', args: readonly string[]) {
  const child: ChildProcess = spawn(process.execPath, [join(folder, place, 'collector.cjs'), ...args], {
    env: { PATH: process.env['PATH'] ?? '', HOME: folder },
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  let out = '';
  let err = '';
  child.stderr?.on('data', (chunk: Buffer) => (err += chunk.toString()));
  const exit = new Promise<{ code: number | null; err: string }>((done) => {
    child.on('close', (code) => {
      done({ code, err });
    });
  });
  const untilOut = (pattern: RegExp): Promise<RegExpExecArray> =>
    new Promise((done, fail) => {
      child.stdout?.on('data', (chunk: Buffer) => {
        out += chunk.toString();
        const match = pattern.exec(out);
        if (match !== null) done(match);
      });
      void exit.then(() => {
        fail(new Error(`ended before it said ${pattern.source}: ${err}`));
      });
    });
  return { process: child, exit, untilOut };
}
