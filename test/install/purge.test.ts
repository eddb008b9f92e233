import { existsSync, mkdirSync, readFileSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { beforeEach, expect, test } from 'vitest';
import { purge } from '../../src/install/purge.ts';
import { readProcess } from '../../src/platform/processes.ts';
import { makeMachine, write, type Machine } from './support/machine.ts';

let machine: Machine;
beforeEach(() => {
  machine = makeMachine();
  const { program, state, config } = machine.places;
  for (const name of ['hook.sh', 'hook.cjs', 'hook.json', 'worker.cjs', 'worker-program.cjs', 'grpc.cjs'])
    write(join(program, name), '');
  for (const name of [
    'installation.json',
    'worker.log',
    'inbox/1-2-0',
    'ledger/abc',
    'outbox/x/y.otlp',
    '.tmp-1-0-x',
  ])
    write(join(state, name), '');
  write(config, '{}');
});

test('all that is ours goes, of every version', async () => {
  const { data, state } = machine.places;
  write(join(data, '0.0.9/worker.cjs'), '');
  expect(await purge(machine.places)).toEqual([]);
  expect(existsSync(data)).toBe(false);
  expect(existsSync(state)).toBe(false);
  expect(readdirSync(join(machine.home, '.config'))).toEqual([]);
});

test('nothing else goes, and what stays is named', async () => {
  const { data, state, config, program } = machine.places;
  const others = [
    join(data, 'notes/hook.txt'),
    join(program, 'mine.txt'),
    join(state, 'mine/inbox'),
    join(config, '../other.json'),
  ];
  for (const path of others) write(path, 'mine');
  expect(await purge(machine.places)).toEqual([data, state, join(config, '..')]);
  for (const path of others) expect(readFileSync(path, 'utf8')).toBe('mine');
  expect(readdirSync(state)).toEqual(['mine']);
  expect(readdirSync(program)).toEqual(['mine.txt']);
});

test('a link goes, what it leads to stays: inside, and where a whole folder is one', async () => {
  const { data, state } = machine.places;
  const elsewhere = join(machine.home, 'elsewhere');
  for (const name of ['worker.log', 'inbox/1-2-0', 'worker.cjs']) write(join(elsewhere, name), 'mine');
  const other = makeMachine();
  mkdirSync(join(other.home, '.local/state'), { recursive: true });
  symlinkSync(elsewhere, other.places.state);
  mkdirSync(join(other.home, '.local/share'), { recursive: true });
  symlinkSync(elsewhere, other.places.data);
  symlinkSync(elsewhere, join(data, '0.0.1'));
  symlinkSync(join(elsewhere, 'inbox'), join(state, 'sessions'));
  expect(await purge(machine.places)).toEqual([]);
  expect(await purge(other.places)).toEqual([]);
  for (const name of ['worker.log', 'inbox/1-2-0', 'worker.cjs'])
    expect(readFileSync(join(elsewhere, name), 'utf8')).toBe('mine');
});

test('where nothing is, nothing happens', async () => {
  expect(await purge(makeMachine().places)).toEqual([]);
});

test.runIf(existsSync('/proc/self/stat'))(
  'a worker that runs is ended first; a process that only has its number is not',
  async () => {
    const worker = spawn('sleep', ['600'], { stdio: 'ignore' });
    const other = spawn('sleep', ['600'], { stdio: 'ignore' });
    try {
      const ended = once(worker, 'exit');
      const { state } = machine.places;
      writeFileSync(join(state, 'worker.alive'), `${other.pid ?? 0} 1\n`);
      expect(await purge(machine.places)).toEqual([]);
      write(
        join(state, 'worker.alive'),
        `${worker.pid ?? 0} ${readProcess(worker.pid ?? 0)?.startTime ?? ''}\n`,
      );
      expect(await purge(machine.places)).toEqual([]);
      expect((await ended)[1]).toBe('SIGTERM');
      expect(other.exitCode ?? other.signalCode).toBe(null);
    } finally {
      worker.kill('SIGKILL');
      other.kill('SIGKILL');
    }
  },
);
