import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import {
  copyFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { processStat } from '../../src/hook/process-stat.ts';
import {
  makeInstallation,
  removeInstallation,
  until,
  untilWoken,
  withoutSystemFolders,
  woken,
  type Installation,
} from './support/installation.ts';
import { ALL, runHook, SHELLS, titled, TWIN, type Runner } from './support/runners.ts';

const started: ChildProcess[] = [];
let installation: Installation;

beforeEach(() => {
  installation = makeInstallation();
});

afterEach(async () => {
  for (const child of started.splice(0)) {
    child.kill('SIGKILL');
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  }
  removeInstallation(installation);
});

describe.each(titled(ALL))('%s', (_, runner) => {
  describe.skipIf(!runner.present)('with no worker alive', () => {
    test('starts one with an empty environment but PATH and HOME, on /dev/null, in the root folder', async () => {
      // The twin is a Node itself: what steers Node has done so before the twin's first line.
      const steering = runner === TWIN ? {} : { NODE_OPTIONS: '--require /x' };
      const env = {
        ...steering,
        HOME: '/elsewhere',
        SECRET: 'hunter2',
        XDG_DATA_HOME: '/x',
        TURNSPAN_DIR: '/x',
      };
      await runHook(runner, installation, { env });
      const [worker] = await untilWoken(installation);
      expect(worker?.environ).toEqual([`PATH=${installation.path}`, `HOME=${installation.home}`]);
      expect(worker?.arguments).toEqual([installation.worker, '--dir', installation.dir]);
      expect(worker?.folder).toBe('/');
      for (const stream of [0, 1, 2])
        expect(worker?.streams).toMatch(new RegExp(` ${stream} -> /dev/null$`, 'm'));
    });

    test('the worker has a session of its own and outlives the death of the hook and its whole process group', async () => {
      writeFileSync(join(installation.dir, 'linger'), '');
      const [file, ...args] = [...runner.shell, '-c', `(${runner.command(installation)}); sleep 60; :`];
      const group = spawn(file, args, {
        detached: true,
        stdio: 'ignore',
        env: { PATH: '/usr/bin:/bin' },
      });
      started.push(group);
      const [worker] = await untilWoken(installation);
      // Fields 5 and 6 of /proc/PID/stat: process group and session.
      expect(worker?.stat.slice(2, 4)).toEqual([String(worker?.pid), String(worker?.pid)]);
      process.kill(-group.pid!, 'SIGKILL');
      await once(group, 'exit');
      expect(existsSync(join(installation.dir, 'ended'))).toBe(false);
      rmSync(join(installation.dir, 'linger'));
      await until(() => existsSync(join(installation.dir, 'ended')));
    });

    test('takes the first node of its own PATH where its Node is gone', async () => {
      const bin = join(installation.root, 'bin');
      mkdirSync(bin);
      copyFileSync(installation.node, join(bin, 'node'));
      chmodSync(join(bin, 'node'), 0o755);
      const other = makeInstallation({
        node: join(installation.root, 'no such node'),
        path: `${bin}:/usr/bin:/bin`,
      });
      await runHook(runner, other);
      expect(await untilWoken(other)).toHaveLength(1);
      removeInstallation(other);
    });
  });

  describe.skipIf(!runner.present)('with the hint of a worker', () => {
    test('wakes none while that process lives, whatever its name', async () => {
      const names = ['sleep', 'a) R (b c) d', 'two\nlines'];
      for (const name of names) {
        hint(await liveProcess(name));
        await runHook(runner, installation);
      }
      // One that is woken after them shows that the others would have been seen.
      rmSync(join(installation.dir, 'worker.alive'));
      await runHook(runner, installation);
      await untilWoken(installation);
      expect(woken(installation)).toHaveLength(1);
      expect(readdirSync(installation.inbox)).toHaveLength(names.length + 1);
    });

    test('wakes one when that process is dead', async () => {
      await expectWoken(runner, '999999999 1');
    });

    test('wakes one when that process is a zombie', async () => {
      const pid = await zombie();
      expect(processStat(pid)?.state).toBe('Z');
      await expectWoken(runner, `${pid} ${processStat(pid)?.startTime}`);
    });

    test('wakes one when the pid belongs to another process now', async () => {
      await expectWoken(runner, `${process.pid} 1`);
    });

    test.each(['', '\n', 'self 1', `../${process.pid} 1`, `${process.pid}`, '0 0', 'no hint at all\n\0'])(
      'wakes one when the hint is no hint: %j',
      async (text) => {
        await expectWoken(runner, text);
      },
    );
  });
});

describe.each(titled(SHELLS))('%s', (_, runner) => {
  test.skipIf(!runner.present)('starts the worker also where there is no setsid', async () => {
    const bin = join(installation.root, 'few commands');
    mkdirSync(bin);
    for (const name of ['cat', 'env', 'nohup', 'mkdir', 'ls', 'mv', 'sleep'])
      symlinkSync(`/usr/bin/${name}`, join(bin, name));
    const place = makeInstallation({ path: bin });
    withoutSystemFolders(place);
    expect(await runHook(runner, place)).toEqual({ code: 0, output: '' });
    const [worker] = await untilWoken(place);
    expect(worker?.environ).toEqual([`PATH=${bin}`, `HOME=${place.home}`]);
    removeInstallation(place);
  });
});

test('a real Node that the hook starts has its signals back', async () => {
  const place = makeInstallation({ node: process.execPath });
  const worker = `const fs=require('fs'); fs.writeFileSync(process.argv[3]+'/t', fs.readFileSync('/proc/self/status')); fs.renameSync(process.argv[3]+'/t', process.argv[3]+'/status')`;
  writeFileSync(place.worker, worker);
  await runHook(SHELLS[0]!, place);
  const status = join(place.dir, 'status');
  await until(() => existsSync(status));
  const ignored = /^SigIgn:\s*(\w+)$/m.exec(readFileSync(status, 'utf8'))?.[1];
  const [hangup, interrupt, quit, terminate] = [1n, 2n, 3n, 15n].map((signal) => 1n << (signal - 1n));
  expect(BigInt(`0x${ignored}`) & (hangup! | interrupt! | quit! | terminate!)).toBe(0n);
  removeInstallation(place);
});

async function expectWoken(runner: Runner, text: string): Promise<void> {
  writeFileSync(join(installation.dir, 'worker.alive'), text);
  expect(await runHook(runner, installation)).toEqual({ code: 0, output: '' });
  expect(await untilWoken(installation)).toHaveLength(1);
}

function hint(pid: string): void {
  writeFileSync(join(installation.dir, 'worker.alive'), `${pid} ${processStat(pid)?.startTime}\n`);
}

/** A process that sleeps under a name of our choice. */
async function liveProcess(name: string): Promise<string> {
  const file = join(installation.root, name);
  copyFileSync('/bin/sleep', file);
  chmodSync(file, 0o755);
  const child = spawn(file, ['60']);
  started.push(child);
  await once(child, 'spawn');
  expect(processStat(String(child.pid))?.name).toBe(name);
  return String(child.pid);
}

/** A child that has ended, of a parent that never asks for it. */
async function zombie(): Promise<string> {
  // The child lasts until its shell has become `sleep`, which reaps nobody.
  const script = 'until grep -q sleep /proc/$$/comm; do :; done & echo $!; exec sleep 60';
  const parent = spawn('sh', ['-c', script], { stdio: ['ignore', 'pipe', 'ignore'] });
  started.push(parent);
  const [line] = (await once(parent.stdout, 'data')) as [Buffer];
  const pid = line.toString().trim();
  await until(() => processStat(pid)?.state === 'Z');
  return pid;
}
