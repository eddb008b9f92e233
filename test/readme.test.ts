// Every command of the README is run here, or marked in it as not machine-checked, with the reason.
import { execFile, spawn, spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import { commandBlocks } from './support/command-blocks.ts';

const run = promisify(execFile);
const root = resolve(import.meta.dirname, '..');
const readme = readFileSync(join(root, 'README.md'), 'utf8');

/** A folder that looks like the checkout, so that what the commands write stays out of it. */
const folder = mkdtempSync(join(tmpdir(), 'turnspan-readme-'));
cpSync(join(root, 'examples/session'), join(folder, 'examples/session'), { recursive: true });
cpSync(join(root, 'dist'), join(folder, 'dist'), { recursive: true });
symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** Command → how it is checked. A command that is in the README and not here fails the first test. */
const checked: Readonly<Record<string, () => Promise<void>>> = {
  // `npm ci` has just run wherever this test runs, and `.ci/run` begins with it.
  'npm ci && npm start': async () => {
    const { stdout } = await run(process.execPath, ['dist/start.cjs', '--once', '--port', '0'], {
      cwd: folder,
    });
    const [, tree] = /```\n(Turn 2: [\s\S]*?)\n```/.exec(readme) ?? [];
    expect(stdout).toContain(tree);
    expect(stdout).toMatch(/Look at it: http:\/\/127\.0\.0\.1:\d+\/#\/trace\/[0-9a-f]{32}/);
  },
  'npm ci && npm test': () => Promise.resolve(),
  'npm run check': () => Promise.resolve(),
  // Run as it stands by test/backends/page.backend.ts, with a real Collector.
  'otelcol --config otel-collector-config.yaml': () => Promise.resolve(),
};

const commands = commandBlocks(readme).flat();
const exports = commands.filter((command) => command.includes(' export '));
const installs = commands.filter((command) => /turnspan\.cjs (un)?install /.test(command));
const looks = commands.filter((command) => /turnspan\.cjs (status|doctor|test|logs)$/.test(command));
const collector = commands.find((command) => command.includes(' collector '));

describe('the commands of the README', () => {
  it('are all checked here, or marked with a reason', () => {
    const known = [...Object.keys(checked), ...exports, ...installs, ...looks, collector];
    expect(commands.filter((command) => !known.includes(command))).toEqual([]);
    expect(exports).toHaveLength(2);
  });

  it('npm start shows the tree that the README shows', async () => {
    await checked['npm ci && npm start']!();
  });

  it('install registers hooks, and uninstall leaves nothing', async () => {
    expect(installs).toHaveLength(3);
    const home = join(folder, 'home');
    mkdirSync(join(home, '.claude'), { recursive: true });
    const settings = join(home, '.claude/settings.json');
    writeFileSync(settings, '{}\n');
    const atHome = { HOME: home, PATH: '/usr/bin:/bin' };
    const runAtHome = (command = '') =>
      run(process.execPath, command.split(' ').slice(1), { cwd: folder, env: atHome });
    await runAtHome(installs[0]);
    expect(readFileSync(settings, 'utf8')).toContain('"SessionEnd"');
    expect(existsSync(join(home, '.config/turnspan/config.json'))).toBe(true);
    expect(looks).toHaveLength(4);
    for (const command of looks) {
      // Where nothing listens there are findings: exit code 1, told on one of the two.
      const [, ...words] = command.split(' ');
      const { status, stdout, stderr } = spawnSync(process.execPath, words, {
        cwd: folder,
        env: atHome,
        encoding: 'utf8',
      });
      expect(status).toBeLessThan(2);
      expect(stdout + stderr).not.toBe('');
    }
    await runAtHome(installs[1]);
    expect(readFileSync(settings, 'utf8')).toBe('{}\n');
    await runAtHome(installs[2]);
    expect(existsSync(join(home, '.local/share/turnspan'))).toBe(false);
  });

  it('export writes a file, and sends to the collector', async () => {
    const [toFile, toCollector] = exports.map((command) => command.split(' ').slice(1));
    await run(process.execPath, toFile, { cwd: folder });
    expect(existsSync(join(folder, 'session.jsonl'))).toBe(true);

    const serve = spawn(process.execPath, [...collector!.split(' ').slice(1, -1), '0'], { cwd: folder });
    try {
      const url = await addressOf(serve.stdout);
      const command = toCollector!.map((word) => (word.startsWith('http:') ? url : word));
      const { stdout } = await run(process.execPath, command, { cwd: folder });
      expect(stdout).toContain('40 spans of 1 session exported');
      const stats = (await (await fetch(`${url}/api/stats`)).json()) as { spans: number };
      expect(stats.spans).toBe(40);
    } finally {
      const ended = new Promise((done) => serve.once('close', done));
      serve.kill('SIGTERM');
      await ended;
    }
  });
});

async function addressOf(output: NodeJS.ReadableStream): Promise<string> {
  let text = '';
  for await (const chunk of output) {
    text += String(chunk);
    const found = /Collector on (http:\/\/[\d.:]+)/.exec(text);
    if (found !== null) return found[1]!;
  }
  throw new Error('the collector ended before it told its address');
}
