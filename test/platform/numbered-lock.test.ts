import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { acquireLock } from '../../src/platform/numbered-lock.ts';
import { identifySelf, readProcess } from '../../src/platform/processes.ts';
import type { Lock } from '../../src/platform/numbered-lock.ts';
import type { ProcessIdentity } from '../../src/platform/processes.ts';
import { bundle } from './bundle.ts';
import { start } from './children.ts';
import type { Child } from './children.ts';

const MINUTE = 60_000;
let scripts: string;
let contender: string;
let root: string;
let folder: string;
let inside: string;

beforeAll(async () => {
  scripts = mkdtempSync(join(tmpdir(), 'turnspan-lock-'));
  contender = await bundle(join(import.meta.dirname, 'contender.ts'), scripts);
});
afterAll(() => {
  rmSync(scripts, { recursive: true });
});
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'turnspan-lock-'));
  folder = join(root, 'lock');
  inside = join(root, 'inside');
});
afterEach(() => {
  rmSync(root, { recursive: true });
});

describe('one process', () => {
  test('takes a lock that nobody has, and another attempt is told who has it', () => {
    const lock = acquired(folder);
    expect(acquireLock(folder)).toEqual({ status: 'held', by: identifySelf() });
    expect(lock.beat()).toBe(true);
  });

  test('takes a lock that was given back, and one small file is all that stays', () => {
    for (let round = 0; round < 5; round++) acquired(folder).release();
    expect(readdirSync(folder)).toEqual(['10']);
    expect(acquireLock(folder).status).toBe('acquired');
    expect(readdirSync(folder)).toEqual(['11']);
  });

  test('finds out by its heartbeat that another has taken over, and then gives back nothing', () => {
    const late = acquired(folder);
    writeFileSync(join(folder, '2'), JSON.stringify(identifySelf()));
    expect(late.beat()).toBe(false);
    rmSync(join(folder, '1'));
    expect(late.beat()).toBe(false);
    late.release();
    expect(readdirSync(folder)).toEqual(['2']);
  });

  test('clears the temporary files of contenders that were killed', () => {
    mkdirSync(folder);
    const leftover = join(folder, '.tmp-1');
    writeFileSync(leftover, 'x');
    utimesSync(leftover, 1, 1);
    acquired(folder);
    expect(readdirSync(folder)).toEqual(['1']);
  });
});

describe('a contender that sleeps between looking and linking', () => {
  // The clock is asked at exactly that moment, so what happens in the clock happens there.
  const during = (work: () => void) => {
    let asked = false;
    return () => {
      if (!asked) {
        asked = true;
        work();
      }
      return Date.now();
    };
  };

  test.each(['an empty folder', 'a lock that was given back'])(
    'does not get in after others, from %s',
    (from) => {
      if (from !== 'an empty folder') acquired(folder).release();
      let owner: Lock | undefined;
      const attempt = acquireLock(
        folder,
        during(() => {
          acquired(folder).release();
          owner = acquired(folder);
        }),
      );
      expect(attempt.status).toBe('held');
      expect(owner?.beat()).toBe(true);
      expect(readdirSync(folder)).toHaveLength(1);
    },
  );

  test('takes the lock when the others have given it back', () => {
    const attempt = acquireLock(
      folder,
      during(() => {
        for (let round = 0; round < 3; round++) acquired(folder).release();
      }),
    );
    expect(attempt.status).toBe('acquired');
    expect(readdirSync(folder)).toEqual(['7']);
  });
});

describe('an owner that left without giving the lock back', () => {
  test('is passed when it was killed', async () => {
    const owner = await holder();
    expect(acquireLock(folder)).toMatchObject({ status: 'held', by: { pid: owner.pid } });
    await owner.kill();
    expect(acquireLock(folder).status).toBe('acquired');
  });

  test.runIf(existsSync('/proc/self/stat'))('is passed when it is a zombie', async () => {
    const zombie = await zombieHolder();
    expect(readProcess(zombie)?.zombie).toBe(true);
    expect(process.kill(zombie, 0)).toBe(true);
    expect(acquireLock(folder).status).toBe('acquired');
  });

  test('is passed when another process has its number now', () => {
    own({ ...identifySelf(), startTime: '1' });
    expect(acquireLock(folder).status).toBe('acquired');
  });

  test('is passed when it was of an earlier boot', () => {
    own({ ...identifySelf(), bootId: '00000000-0000-0000-0000-000000000000' });
    expect(acquireLock(folder).status).toBe('acquired');
  });

  test.each<[string, string]>([
    ['lives in another pid namespace', JSON.stringify({ ...identifySelf(), pidNamespace: 'pid:[1]' })],
    ['has no start time to compare', JSON.stringify({ pid: process.pid })],
    ['cannot be read', '{"pid":'],
  ])('that %s is passed only when its heartbeat is minutes old', (_, content) => {
    own(content);
    const file = join(folder, '1');
    for (const age of [0, 4 * MINUTE, -4 * MINUTE]) {
      utimesSync(file, (Date.now() - age) / 1000, (Date.now() - age) / 1000);
      expect(acquireLock(folder).status).toBe('held');
    }
    utimesSync(file, (Date.now() - 6 * MINUTE) / 1000, (Date.now() - 6 * MINUTE) / 1000);
    expect(acquireLock(folder).status).toBe('acquired');
  });

  test('keeps the lock by its heartbeat where nothing can be proved', () => {
    let clock = Date.now();
    const attempt = acquireLock(folder, () => clock);
    own({ pid: process.pid }); // What an owner writes where there is no /proc.
    clock += 20 * MINUTE;
    expect(attempt.status === 'acquired' && attempt.lock.beat()).toBe(true);
    expect(acquireLock(folder, () => clock + 4 * MINUTE).status).toBe('held');
    expect(acquireLock(folder, () => clock + 6 * MINUTE).status).toBe('acquired');
  });
});

describe('many processes', () => {
  test('twenty that start at once are never two at work', async () => {
    const children = Array.from({ length: 20 }, () => contend(5));
    await Promise.all(children.map((child) => child.line()));
    for (const child of children) child.say('go');
    expect(await Promise.all(children.map((child) => child.line()))).toEqual(children.map(() => 'done'));
    expect(readdirSync(folder)).toEqual([String(2 * 20 * 5)]);
  });

  test('killed at any moment, they are never two at work and the lock is never stuck', async () => {
    const children = new Set<Child>();
    let violations = 0;
    const keepUp = async () => {
      const child = contend(100_000);
      children.add(child);
      await child.line();
      child.say('go');
      child.line().then(
        () => violations++,
        () => {}, // Killed, as it should be.
      );
    };
    await Promise.all(Array.from({ length: 5 }, keepUp));
    for (let kills = 0; kills < 25; kills++) {
      await sleep(Math.random() * 30);
      const [victim] = [...children].sort(() => Math.random() - 0.5);
      children.delete(victim!);
      await victim!.kill();
      await keepUp();
    }
    await Promise.all([...children].map((child) => child.kill()));
    expect(violations).toBe(0);
    expect(acquireLock(folder).status).toBe('acquired');
  });
});

function acquired(path: string): Lock {
  const attempt = acquireLock(path);
  if (attempt.status !== 'acquired') throw new Error('The lock is held.');
  return attempt.lock;
}

/** Makes number 1 of the lock a file with this owner. */
function own(owner: ProcessIdentity | string): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, '1'), typeof owner === 'string' ? owner : JSON.stringify(owner));
}

function contend(rounds: number): Child {
  return start(process.execPath, [contender, folder, inside, String(rounds)]);
}

async function holder(): Promise<Child> {
  const child = contend(0);
  await child.line();
  child.say('go');
  expect(await child.line()).toBe('held');
  return child;
}

/** Takes the lock in a process that is killed and whose parent never asks for it: `sleep` has replaced the shell that started it. */
async function zombieHolder(): Promise<number> {
  const script = 'exec 3<&0; "$0" "$@" <&3 & exec sleep 1000';
  const parent = start('sh', ['-c', script, process.execPath, contender, folder, inside]);
  await parent.line();
  parent.say('go');
  expect(await parent.line()).toBe('held');
  const attempt = acquireLock(folder);
  const pid = attempt.status === 'held' ? attempt.by?.pid : undefined;
  if (pid === undefined) throw new Error('Nobody holds the lock.');
  process.kill(pid, 'SIGKILL');
  while (readProcess(pid)?.zombie === false) await sleep(5);
  return pid;
}
