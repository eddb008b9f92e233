import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  makeInstallation,
  onlyTicket,
  removeInstallation,
  untilWoken,
  withoutSystemFolders,
  type Installation,
} from './support/installation.ts';
import { ALL, canMount, quote, runHook, SHELLS, titled, TWIN } from './support/runners.ts';

const SILENT = { code: 0, output: '' };
const LARGE = Buffer.alloc(256 * 1024, 'x');

let installation: Installation;

beforeEach(() => {
  installation = makeInstallation();
});

afterEach(() => {
  removeInstallation(installation);
});

describe.each(titled(ALL))('%s', (_, runner) => {
  describe.skipIf(!runner.present)('is silent, exits 0 and wakes the worker', () => {
    test('without an inbox', async () => {
      rmSync(installation.inbox, { recursive: true });
      expect(await runHook(runner, installation)).toEqual(SILENT);
      expect(await untilWoken(installation)).toHaveLength(1);
    });

    test('with a file in place of the inbox', async () => {
      rmSync(installation.inbox, { recursive: true });
      writeFileSync(installation.inbox, '');
      expect(await runHook(runner, installation)).toEqual(SILENT);
      expect(await untilWoken(installation)).toHaveLength(1);
    });

    test('with standard input closed', async () => {
      expect(await runHook(runner, installation, { before: 'exec <&-' })).toEqual(SILENT);
      expect(await untilWoken(installation)).toHaveLength(1);
    });

    test('with all standard streams closed', async () => {
      expect(await runHook(runner, installation, { before: 'exec <&- >&- 2>&-' })).toEqual(SILENT);
      expect(await untilWoken(installation)).toHaveLength(1);
    });

    test('with nothing on standard input', async () => {
      expect(await runHook(runner, installation, { input: '' })).toEqual(SILENT);
      expect(await untilWoken(installation)).toHaveLength(1);
    });

    test('in a folder that was deleted', async () => {
      const gone = join(installation.root, 'gone');
      const before = `mkdir ${quote(gone)}; cd ${quote(gone)}; rmdir ${quote(gone)}`;
      const run = await runHook(runner, installation, { before });
      expect(run.code).toBe(0);
      // A dash that is started in such a folder says so before it reads its first line.
      expect(run.output.replace(/^.*getcwd\(\) failed.*\n/, '')).toBe('');
      onlyTicket(installation);
      expect(await untilWoken(installation)).toHaveLength(1);
    });

    test('without HOME, PATH or any other variable', async () => {
      expect(await runHook(runner, installation, { before: 'unset HOME PATH PWD', env: {} })).toEqual(SILENT);
      onlyTicket(installation);
      expect(await untilWoken(installation)).toHaveLength(1);
    });

    test.skipIf(!canMount)('with a full disk, and no part of a ticket stays', async () => {
      // A small file system of our own over inbox/, in a mount namespace that ends with the hook.
      const before = `mount -t tmpfs -o size=64k tmpfs ${quote(installation.inbox)}`;
      const after = `ls -A ${quote(installation.inbox)}`;
      const run = await runHook(
        { ...runner, command: (it) => `(${runner.command(it)}); echo "code $?"; ${after}` },
        installation,
        { input: LARGE, before, under: ['unshare', '-m'] },
      );
      expect(run).toEqual({ code: 0, output: 'code 0\n' });
      expect(await untilWoken(installation)).toHaveLength(1);
    });

    test.skipIf(!canMount)('with a disk that has no room for one byte', async () => {
      const inbox = quote(installation.inbox);
      const before = `mount -t tmpfs -o size=4k tmpfs ${inbox}; head -c 4096 /dev/zero >${inbox}/.full`;
      const run = await runHook(
        { ...runner, command: (it) => `(${runner.command(it)}); echo "code $?"; ls -A ${inbox}` },
        installation,
        { before, under: ['unshare', '-m'] },
      );
      expect(run).toEqual({ code: 0, output: 'code 0\n.full\n' });
      expect(await untilWoken(installation)).toHaveLength(1);
    });

    test.skipIf(!canMount)('with a read-only disk', async () => {
      const inbox = quote(installation.inbox);
      const before = `mount -t tmpfs -o ro tmpfs ${inbox}`;
      expect(await runHook(runner, installation, { before, under: ['unshare', '-m'] })).toEqual(SILENT);
      expect(await untilWoken(installation)).toHaveLength(1);
    });

    test('when a limit cuts the ticket off, and no part of it stays', async () => {
      // 8 blocks: of 512 bytes or of 1 KB, as the shell counts.
      const before = 'ulimit -f 8';
      expect(await runHook(runner, installation, { input: LARGE, before })).toEqual(SILENT);
      expect(readdirSync(installation.inbox)).toEqual([]);
      await untilWoken(installation);
    });
  });

  describe.skipIf(!runner.present)('is silent and exits 0', () => {
    test('with no Node anywhere, and leaves its ticket', async () => {
      const bin = join(installation.root, 'no node');
      mkdirSync(bin);
      for (const name of ['cat', 'env', 'rm', 'setsid']) symlinkSync(`/usr/bin/${name}`, join(bin, name));
      const place = makeInstallation({ path: bin, node: '/no/node' });
      withoutSystemFolders(place);
      expect(await runHook(runner, place)).toEqual(SILENT);
      onlyTicket(place);
      removeInstallation(place);
    });

    test('with no command at all, and leaves no part of a ticket', async () => {
      const place = makeInstallation({ path: '/nothing/here', node: '/no/node' });
      withoutSystemFolders(place);
      expect(await runHook(runner, place)).toEqual(SILENT);
      if (runner === TWIN) onlyTicket(place);
      removeInstallation(place);
    });

    test('when its whole installation is gone', async () => {
      const command = runner.command(installation);
      const before = `rm -r ${quote(installation.inbox)} ${quote(installation.node)}`;
      expect(await runHook({ ...runner, command: () => command }, installation, { before })).toEqual(SILENT);
    });
  });
});

describe.each(titled(SHELLS))('%s', (_, runner) => {
  test.skipIf(!runner.present)('the entry is silent and exits 0 when its script is missing', async () => {
    rmSync(installation.script);
    expect(await runHook(runner, installation)).toEqual(SILENT);
  });

  test.skipIf(!runner.present)('nothing in a hostile environment moves or stops the hook', async () => {
    const trap = join(installation.root, 'trap');
    mkdirSync(trap);
    const sprung = join(installation.root, 'sprung');
    for (const name of ['cat', 'env', 'rm', 'setsid', 'node', 'emulate', 'mv']) {
      writeFileSync(join(trap, name), `#!/bin/sh\n: >'${sprung}'\n`, { mode: 0o755 });
    }
    const env = {
      PATH: trap,
      CDPATH: trap,
      HOME: trap,
      IFS: 't/-0123456789',
      ENV: join(trap, 'cat'),
      ZSH_VERSION: '5.9',
      SHELLOPTS: 'errexit:nounset:noclobber:noglob:allexport',
      POSIXLY_CORRECT: '1',
      GLOBIGNORE: '*',
      turnspan_dir: trap,
      turnspan_node: join(trap, 'node'),
      turnspan_client: '1 1',
      turnspan_part: 'x',
      turnspan_line: '1 (x) S 1',
      TURNSPAN_DIR: trap,
      XDG_DATA_HOME: trap,
      LC_ALL: 'xx_XX',
    };
    const run = await runHook(runner, installation, { env });
    expect(run.code).toBe(0);
    // A shell may complain of the locale before the script has begun.
    expect(run.output.replaceAll(/^.*(setlocale|locale).*\n/gm, '')).toBe('');
    expect(onlyTicket(installation).bytes.toString()).toMatch(
      /^TURNSPAN_TICKET=1\0TURNSPAN_CLIENT=\d+ \d+\0\0\{\}\0TURNSPAN_END\0$/,
    );
    const [worker] = await untilWoken(installation);
    expect(worker?.environ).toEqual([`PATH=${installation.path}`, `HOME=${installation.home}`]);
    expect(existsSync(sprung)).toBe(false);
  });

  test.skipIf(!runner.present || !canMount)('exits 0 without /dev/null', async () => {
    const before = 'mount -t tmpfs -o ro tmpfs /dev';
    expect((await runHook(runner, installation, { before, under: ['unshare', '-m'] })).code).toBe(0);
    onlyTicket(installation);
  });

  test.skipIf(!runner.present)('exits 0 where the shell itself gives up half-way', async () => {
    const run = await runHook(runner, installation, { before: 'readonly turnspan_ticket' });
    expect(run).toEqual(SILENT);
    expect(readdirSync(installation.inbox)).toEqual([]);
  });

  test.skipIf(!runner.present || !canMount)(
    'without /proc it writes its ticket, names no client and always wakes',
    async () => {
      writeFileSync(join(installation.dir, 'worker.alive'), `${process.pid} 1\n`);
      const before = 'mount -t tmpfs tmpfs /proc';
      expect(await runHook(runner, installation, { before, under: ['unshare', '-m'] })).toEqual(SILENT);
      const { name, bytes } = onlyTicket(installation);
      expect(name).toMatch(/^\d+-0-0$/);
      expect(bytes.toString()).toBe('TURNSPAN_TICKET=1\0\0{}\0TURNSPAN_END\0');
      expect((await untilWoken(installation))[0]?.arguments).toEqual([
        installation.worker,
        '--dir',
        installation.dir,
      ]);
    },
  );
});

test('the template itself, with nothing filled in, is silent, exits 0 and writes nothing', () => {
  const template = join(import.meta.dirname, '../../src/hook/hook.sh');
  const cwd = join(installation.root, 'empty');
  mkdirSync(cwd);
  expect(execFileSync('sh', [template], { input: '{}', cwd }).toString()).toBe('');
  expect(readdirSync(cwd)).toEqual([]);
});
