// `turnspan pause` and `resume` as a user runs them, where no worker runs; test/worker/pause.test.ts has the rest.
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeEach, describe, expect, test } from 'vitest';
import { pauseSchema } from '../../src/cli/pause.ts';
import { resumeSchema } from '../../src/cli/resume.ts';
import { readSkips } from '../../src/state/pause-skips.ts';
import { makeMachine, type Machine } from '../install/support/machine.ts';
import { turnspan, type Outcome } from './run-turnspan.ts';

let machine: Machine;
beforeEach(() => {
  machine = makeMachine();
});

function run(...args: readonly string[]): Promise<Outcome> {
  return turnspan(args, { HOME: machine.home });
}

/** The worker that `resume` has started says so at its end. */
async function wokenWorkerLeft(): Promise<void> {
  const log = join(machine.places.state, 'worker.log');
  while (!existsSync(log) || !readFileSync(log, 'utf8').includes(' worker-leaves')) await sleep(10);
}

describe('where nothing was ever installed', () => {
  test.each(['pause', 'stop', 'resume', 'continue'])(
    '%s says so, ends with 1, and makes nothing',
    async (name) => {
      const { code, stdout, stderr } = await run(name);
      expect([code, stderr]).toEqual([1, '']);
      expect(stdout).toContain('Turnspan is not installed');
      const schema = name === 'pause' || name === 'stop' ? pauseSchema : resumeSchema;
      const told = schema.parse(JSON.parse((await run(name, '--json')).stdout));
      expect(told).toMatchObject({ status: 'not-installed', since: null });
      expect(readdirSync(machine.home)).toEqual([]);
    },
  );
});

describe('where it is installed', () => {
  beforeEach(async () => {
    expect((await run('install', '--yes')).code).toBe(0);
  });
  const paused = (): string => join(machine.places.state, 'paused');

  test.each([
    ['pause', 'resume'],
    ['stop', 'continue'],
  ])('%s and %s, each twice', async (pause, resume) => {
    const first = await run(pause);
    expect(first).toMatchObject({ code: 0, stderr: '' });
    expect(first.stdout).toContain('Paused: nothing is read or sent from now on.');
    expect(statSync(paused()).mode & 0o777).toBe(0o600);
    const content = readFileSync(paused(), 'utf8');
    const again = await run(pause);
    expect(again).toMatchObject({ code: 0, stderr: '' });
    expect(again.stdout).toContain('Was paused already, since ');
    expect(readFileSync(paused(), 'utf8')).toBe(content);

    const ended = await run(resume);
    await wokenWorkerLeft();
    expect(ended).toMatchObject({ code: 0, stderr: '' });
    expect(ended.stdout).toContain('Resumed; 0 tickets came since ');
    expect(existsSync(paused())).toBe(false);
    expect(await run(resume)).toMatchObject({
      code: 0,
      stderr: '',
      stdout: 'Turnspan was not paused: nothing to do.\n',
    });
  });

  test('--json says the same, by its schema', async () => {
    const pause = pauseSchema.parse(JSON.parse((await run('pause', '--json')).stdout));
    expect(pause).toMatchObject({ status: 'paused', workerLeft: true });
    const again = pauseSchema.parse(JSON.parse((await run('pause', '--json')).stdout));
    expect(again).toEqual({ ...pause, status: 'was-paused' });
    const resume = resumeSchema.parse(JSON.parse((await run('resume', '--skip', '--json')).stdout));
    await wokenWorkerLeft();
    expect(resume).toMatchObject({
      status: 'resumed',
      since: pause.since,
      skipped: true,
      tickets: 0,
      worker: 'woken',
    });
    expect(readSkips(machine.places.state)).toEqual([
      { from: Date.parse(resume.since!), to: Date.parse(resume.until!) },
    ]);
    const twice = resumeSchema.parse(JSON.parse((await run('resume', '--skip', '--json')).stdout));
    expect(twice).toMatchObject({ status: 'was-not-paused', skipped: false, worker: null });
  });

  test('a pause whose file is damaged is a pause all the same, and ends', async () => {
    writeFileSync(paused(), '{');
    expect((await run('pause')).stdout).toContain('Was paused already');
    expect((await run('resume')).code).toBe(0);
    await wokenWorkerLeft();
    expect(existsSync(paused())).toBe(false);
  });

  test('what was skipped cannot be read: the pause goes on, and the remedy is told', async () => {
    await run('pause');
    writeFileSync(join(machine.places.state, 'skipped.json'), '[]');
    const { code, stdout, stderr } = await run('resume', '--skip');
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain('skipped.json is not of this version: repair it, or remove it');
    expect(existsSync(paused())).toBe(true);
  });

  test.each([
    ['pause', '--skip'],
    ['resume', '--now'],
  ])('%s %s gets the usage and 2', async (name, option) => {
    const { code, stderr } = await run(name, option);
    expect(code).toBe(2);
    expect(stderr).toContain(`Usage: turnspan ${name}`);
  });
});
