// Stand-ins for `claude`: programs in a temporary home that answer, hang, fail or are not there.
import { existsSync, readFileSync, symlinkSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeEach, describe, expect, test } from 'vitest';
import { findClients, oldestVersion } from '../../src/install/client-versions.ts';
import { eventsFor } from '../../src/install/events.ts';
import { compareVersions, versionIn } from '../../src/install/version-order.ts';
import { readProcess } from '../../src/platform/processes.ts';
import { temporaryFolder } from '../support/folders.ts';
import { ALL, write } from './support/machine.ts';

let home: string;
beforeEach(() => {
  home = temporaryFolder();
});

describe('the clients of a machine', () => {
  test('are found on the path, in the usual places and in editors, each once', async () => {
    claude('bin/claude', 'echo "2.1.329 (Claude Code)"');
    claude('.claude/local/claude', 'echo "1.0.128 (Claude Code)"');
    for (const version of ['2.1.9', '2.1.100', '2.0.50']) {
      claude(
        `.vscode/extensions/anthropic.claude-code-${version}-linux-x64/resources/native-binary/claude`,
        `echo ${version}`,
      );
    }
    mkdirSync(join(home, '.local/bin'), { recursive: true });
    symlinkSync(join(home, 'bin/claude'), join(home, '.local/bin/claude'));
    const clients = await find(`${home}/bin:${home}/nowhere:.:relative:`);
    expect(clients.map(({ version }) => version)).toEqual(['2.1.329', '1.0.128', '2.1.100']);
    expect(oldestVersion(clients)).toBe('1.0.128');
  });

  test('are none where none is, and then the cautious version counts', async () => {
    expect(await find('')).toEqual([]);
    expect(oldestVersion([])).toBe('1.0.85');
  });

  test('in a relative folder of the path are not asked: a project could put one there', async () => {
    expect(await find('.:bin:node_modules/.bin')).toEqual([]);
  });

  test.each([
    ['fails', 'echo "2.1.329 (Claude Code)"; exit 1'],
    ['says nothing', ':'],
    ['says something else', 'echo "claude: command line for Claude the plotter, version 3"'],
    ['cannot be started', undefined],
  ])('that %s has no version, and counts as an old one', async (_, script) => {
    claude('one/claude', script);
    claude('two/claude', 'echo "2.1.329 (Claude Code)"');
    const clients = await find(`${home}/one:${home}/two`);
    expect(clients).toEqual([
      { path: `${home}/one/claude` },
      { path: `${home}/two/claude`, version: '2.1.329' },
    ]);
    expect(oldestVersion(clients)).toBe('1.0.85');
  });

  test('that hangs is ended with all that it started, and the others are heard', async () => {
    claude('one/claude', `sleep 600 & echo $! >'${home}/child'; wait`);
    claude('two/claude', 'echo "2.1.50 (Claude Code)"');
    const clients = await find(`${home}/one:${home}/two`, 3000);
    expect(clients.map(({ version }) => version)).toEqual([undefined, '2.1.50']);
    const pid = readFileSync(join(home, 'child'), 'utf8').trim();
    // A killed process takes a moment to be gone; the test's own time limit is the end of it.
    while (existsSync(`/proc/${pid}`) && readProcess(Number(pid))?.zombie === false) await sleep(10);
  });

  test('that talks without end is not listened to without end', async () => {
    claude('one/claude', 'echo "2.1.50 (Claude Code)"; yes');
    expect((await find(`${home}/one`, 1000)).map(({ version }) => version)).toEqual(['2.1.50']);
  });
});

describe('events', () => {
  test.each([
    ['2.1.329', ALL],
    ['2.1.78', ALL],
    ['2.1.77', ALL.filter((name) => name !== 'StopFailure')],
    ['1.0.85', ALL.filter((name) => name !== 'StopFailure')],
    ['1.0.84', ['Stop', 'SubagentStop', 'UserPromptSubmit', 'SessionStart']],
    ['1.0.61', ['Stop', 'SubagentStop', 'UserPromptSubmit']],
    ['1.0.41', ['Stop', 'SubagentStop']],
    ['1.0.38', ['Stop']],
    ['1.0.37', []],
  ] as const)('a client %s knows %j', (version, names) => {
    expect(eventsFor(version).map(({ name }) => name)).toEqual(names);
  });

  test('of SessionEnd leaves the time that the client gives to all of them as it is', () => {
    expect(eventsFor('2.1.329').find(({ name }) => name === 'SessionEnd')?.timeout).toBeLessThan(1.5);
  });
});

test('versions are ordered by number, and read from what a client prints', () => {
  expect(
    ['2.1.100', '2.1.9', '1.0.128', '2.0.0'].sort((a, b) => compareVersions(a as never, b as never)),
  ).toEqual(['1.0.128', '2.0.0', '2.1.9', '2.1.100']);
  expect(versionIn('warning: old config\n2.1.329 (Claude Code)\n')).toBe('2.1.329');
  expect(versionIn('v2.1.0-beta.1')).toBe('2.1.0');
  for (const text of ['', '2.1', 'Claude 2.1.329', '2.1.329.4', '1.2.x'])
    expect(versionIn(text)).toBeUndefined();
});

function find(path: string, timeoutMs?: number) {
  return findClients({ home, path: path && `${path}:/usr/bin:/bin` }, timeoutMs);
}

/** A program that runs `script`; without one, a program that no system can start. */
function claude(path: string, script: string | undefined): void {
  write(join(home, path), script === undefined ? '\0\0' : `#!/bin/sh\n${script}\n`, 0o755);
}
