import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { identifySelf, liveness, readEnvironment, readProcess } from '../../src/platform/processes.ts';
import { bundle } from './bundle.ts';
import { start } from './children.ts';
import type { Child } from './children.ts';

const withProc = existsSync('/proc/self/stat');
const unshare = ['-p', '-f', process.execPath];
const canUnshare = spawnSync('unshare', [...unshare, '-e', '0']).status === 0;

let scripts: string;
beforeAll(() => {
  scripts = mkdtempSync(join(tmpdir(), 'turnspan-processes-'));
});
afterAll(() => {
  rmSync(scripts, { recursive: true });
});

describe.runIf(withProc)('what the system says of a process', () => {
  test('a running process has a start time and is no zombie', () => {
    const facts = readProcess(process.pid);
    expect(facts).toMatchObject({ pid: process.pid, zombie: false });
    expect(facts?.startTime).toMatch(/^\d+$/);
  });

  test('the name of its program does not matter, whatever brackets and spaces it has', async () => {
    const program = join(scripts, 'a) Z 1 (b');
    copyFileSync('/bin/sleep', program);
    const child = start(program, ['1000']);
    while (!readFileSync(`/proc/${child.pid}/stat`, 'utf8').includes('a) Z 1 (b')) await sleep(2);
    expect(readProcess(child.pid)?.zombie).toBe(false);
    expect(Number(readProcess(child.pid)?.startTime)).toBeGreaterThanOrEqual(
      Number(readProcess(process.pid)?.startTime),
    );
  });

  test.each([0, -1, 1.5, NaN, 2 ** 40])('%s is no process', (pid) => {
    expect(readProcess(pid)).toBeUndefined();
    expect(liveness({ pid })).toBe('dead');
  });

  test('a process says of itself when it started, in which boot and in which pid namespace', () => {
    const self = identifySelf();
    expect(Object.keys(self)).toEqual(['pid', 'startTime', 'bootId', 'pidNamespace']);
    expect(identifySelf()).toEqual(self);
  });

  test.runIf(canUnshare)('a /proc of another pid namespace is not believed', async () => {
    const script = await bundle(join(import.meta.dirname, 'say-identity.ts'), scripts);
    const said = JSON.parse(spawnSync('unshare', [...unshare, script]).stdout.toString()) as object;
    expect(said).toMatchObject({ pid: 1, bootId: identifySelf().bootId });
    expect(said).not.toHaveProperty('startTime');
    expect(said).not.toHaveProperty('pidNamespace', identifySelf().pidNamespace);
  });
});

describe('liveness', () => {
  test('a running process is alive, and dead as soon as it is gone', async () => {
    const child = start('sleep', ['1000']);
    const identity = { ...identifySelf(), ...readProcess(child.pid), pid: child.pid };
    expect(liveness(identity)).toBe('alive');
    await child.kill();
    expect(liveness(identity)).toBe('dead');
    expect(liveness({ pid: child.pid })).toBe('dead');
  });

  test.runIf(withProc)('a zombie is dead', async () => {
    const pid = await zombie();
    expect(process.kill(pid, 0)).toBe(true);
    expect(liveness({ pid })).toBe('dead');
  });

  test.runIf(withProc)('a later process with the same number is not the one that was named', () => {
    expect(liveness({ ...identifySelf(), startTime: '1' })).toBe('dead');
  });

  test.runIf(withProc)('a process of another boot is dead', () => {
    expect(liveness({ ...identifySelf(), bootId: 'another' })).toBe('dead');
  });

  test.runIf(withProc)('a process of another pid namespace is unknown', () => {
    expect(liveness({ ...identifySelf(), pidNamespace: 'pid:[1]' })).toBe('unknown');
  });

  test('with nothing but a number, the number decides', () => {
    expect(liveness({ pid: process.pid }, { pid: process.pid })).toBe('alive');
  });
});

describe.runIf(withProc)('the environment of another process', () => {
  const environment = { ONE: 'first', TWO: 'a=b\nü, c', EMPTY: '', SECRET: 'hidden' };

  test('only the named variables are read, and those that are not set are not there', () => {
    const child = start('/bin/sleep', ['1000'], environment);
    const read = readEnvironment(child.pid, ['TWO', 'ONE', 'EMPTY', 'MISSING'], startTimeOf(child));
    expect(read).toEqual(new Map([['ONE', 'first'], ['TWO', 'a=b\nü, c'], ['EMPTY', '']])); // prettier-ignore
  });

  test('a name is a whole name', () => {
    const child = start('/bin/sleep', ['1000'], { PREFIX_ONE: 'x', ONE_SUFFIX: 'y' });
    expect(readEnvironment(child.pid, ['ONE', 'PREFIX'])).toEqual(new Map());
  });

  test('it is not read when another process has the number now', () => {
    const child = start('/bin/sleep', ['1000'], environment);
    expect(readEnvironment(child.pid, ['ONE'], '1')).toBeUndefined();
  });

  test('it is not read, rather than read as empty, when the process has ended', async () => {
    const pid = await zombie();
    expect(readEnvironment(pid, ['ONE'])).toBeUndefined();
    const child = start('/bin/sleep', ['1000'], environment);
    await child.kill();
    expect(readEnvironment(child.pid, ['ONE'])).toBeUndefined();
  });
});

function startTimeOf(child: Child): string {
  const startTime = readProcess(child.pid)?.startTime;
  if (startTime === undefined) throw new Error('The child is gone.');
  return startTime;
}

/** The number of a zombie: a shell's background job has ended, and the `sleep` that replaced the shell never asks for it. */
async function zombie(): Promise<number> {
  const parent = start('sh', ['-c', 'sleep 0.01 & echo $!; exec sleep 1000']);
  const pid = Number(await parent.line());
  while (readProcess(pid)?.zombie === false) await sleep(5);
  return pid;
}
