// `turnspan logs` as a user runs it: the built command, and a log that a worker's own code writes.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, readdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { logLineSchema } from '../../src/cli/logs.ts';
import { fileLog, type Log } from '../../src/platform/log.ts';
import { BUNDLES } from '../worker/support/world.ts';
import { makeMachine, write, type Machine } from '../install/support/machine.ts';
import { turnspan, type Outcome } from './run-turnspan.ts';

let machine: Machine;
let path: string;
let log: Log;
beforeEach(() => {
  machine = makeMachine();
  path = join(machine.places.state, 'worker.log');
  log = fileLog(path, () => Date.parse('2025-11-21T10:00:00.000Z'));
});

function run(...args: readonly string[]): Promise<Outcome> {
  return turnspan(['logs', ...args], { HOME: machine.home });
}

test('says that nothing was logged yet, and makes nothing', async () => {
  const { code, stdout, stderr } = await run();
  expect([code, stdout]).toEqual([0, '']);
  expect(stderr).toContain(`Nothing was logged yet: ${path}`);
  expect(readdirSync(machine.home)).toEqual([]);
});

describe('with a log', () => {
  beforeEach(() => {
    write(`${path}.1`, '');
    const older = fileLog(`${path}.1`, () => Date.parse('2025-11-21T09:00:00.000Z'));
    for (let count = 0; count < 60; count++) older.info('older', { count });
    log.warn('delivery.later', { why: 'no "connection"\n', failures: 2 });
    log.error('delivery.refused', { destination: '0123456789012345' });
  });

  test('prints the last 50 lines, of both files', async () => {
    const { code, stdout, stderr } = await run();
    expect([code, stderr]).toEqual([0, '']);
    const lines = stdout.split('\n').slice(0, -1);
    expect(lines).toHaveLength(50);
    expect(lines[0]).toBe('2025-11-21T09:00:00.000Z info older count=12');
    expect(lines.at(-1)).toBe('2025-11-21T10:00:00.000Z error delivery.refused destination=0123456789012345');
  });

  test('--lines says how many', async () => {
    expect((await run('--lines', '1')).stdout.split('\n')).toHaveLength(2);
    expect((await run('--lines', '0')).stdout).toBe('');
    expect((await run('--lines', '999')).stdout.split('\n')).toHaveLength(63);
  });

  test('--json gives an object a line, of a damaged line too', async () => {
    appendFileSync(path, '2025-11-21T10:00:00.000Z info to\0rn val\u001b[2J\n');
    const { code, stdout } = await run('--json', '--lines', '3');
    expect(code).toBe(0);
    expect(
      stdout
        .split('\n')
        .filter(Boolean)
        .map((line) => logLineSchema.parse(JSON.parse(line))),
    ).toEqual([
      {
        time: '2025-11-21T10:00:00.000Z',
        level: 'warn',
        event: 'delivery.later',
        fields: { why: 'no "connection"\n', failures: '2' },
      },
      {
        time: '2025-11-21T10:00:00.000Z',
        level: 'error',
        event: 'delivery.refused',
        fields: { destination: '0123456789012345' },
      },
      { unreadable: '2025-11-21T10:00:00.000Z info to\0rn val\u001b[2J' },
    ]);
  });

  test('a damaged line does nothing to the terminal', async () => {
    appendFileSync(path, 'x\u001b[2Jy\n');
    expect((await run('--lines', '1')).stdout).toBe('x\uFFFD[2Jy\n');
  });
});

test.each([['--lines', 'many'], ['--lines', '-1'], ['--tail']])(
  'a wrong option %s %s gets the usage and 2',
  async (...args) => {
    const { code, stderr } = await run(...args);
    expect(code).toBe(2);
    expect(stderr).toContain('Usage: turnspan logs');
  },
);

describe('--follow', () => {
  const running: { stop: () => Promise<void> }[] = [];
  afterEach(async () => {
    await Promise.all(running.splice(0).map(({ stop }) => stop()));
  });

  /** Follows, and gives the lines one by one. */
  function follow(...args: readonly string[]): () => Promise<string> {
    const child = spawn(process.execPath, [join(BUNDLES, 'turnspan.cjs'), 'logs', '--follow', ...args], {
      env: { HOME: machine.home },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    running.push({
      stop: async () => {
        const gone = once(child, 'exit');
        child.kill('SIGKILL');
        await gone;
      },
    });
    return async () => String((await lines.next()).value);
  }

  test('shows the last lines and each new one once, while the file moves away and a new one comes', async () => {
    write(path, '');
    log.info('one');
    log.info('two');
    const next = follow('--lines', '1');
    expect(await next()).toContain(' two');
    log.info('three');
    expect(await next()).toContain(' three');
    appendFileSync(path, '2025-11-21T10:00:00.000Z info in-');
    appendFileSync(path, 'parts\n');
    expect(await next()).toContain(' in-parts');
    log.info('last-of-the-old');
    renameSync(path, `${path}.1`);
    log.info('first-of-the-new');
    expect(await next()).toContain(' last-of-the-old');
    expect(await next()).toContain(' first-of-the-new');
    log.info('second');
    expect(await next()).toContain(' second');
  });

  test('waits for a log that is not there yet', async () => {
    const next = follow('--json');
    write(join(machine.places.state, 'inbox/x'), '');
    log.info('first');
    expect(JSON.parse(await next())).toMatchObject({ event: 'first' });
  });
});
