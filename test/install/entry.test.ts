// The hook in settings.json: what is written, for which system and client, and what is known again as ours.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { hookHandler, scriptOf } from '../../src/install/entry.ts';
import { eventsFor } from '../../src/install/events.ts';
import { placeProgram, withoutProjectFolders } from '../../src/install/program.ts';
import { temporaryFolder } from '../support/folders.ts';

const [stop] = eventsFor('2.1.329');
const target = {
  script: "/home/it's/turnspan/0.1.0/hook.sh",
  twin: 'C:\\Users\\Ada L\\AppData\\Local\\turnspan\\0.1.0\\hook.cjs',
  node: 'C:\\Program Files\\nodejs\\node.exe',
};

describe('an entry', () => {
  test.each([
    ['linux', '2.1.329'],
    ['darwin', '1.0.38'],
    ['win32', '2.1.329'],
    ['win32', '2.1.138'],
  ] as const)('for %s and a client %s is known again, after a round through JSON', (platform, client) => {
    const handler = hookHandler(target, stop!, client, platform);
    const script = platform === 'win32' ? target.twin : target.script;
    const found = scriptOf(JSON.parse(JSON.stringify(handler)));
    expect(found?.replaceAll('/', '\\')).toBe(script.replaceAll('/', '\\'));
  });

  test('on Windows has arguments only for clients that know them: others would start a bare Node', () => {
    expect(hookHandler(target, stop!, '2.1.139', 'win32')).toMatchObject({
      command: target.node,
      args: ['-e', expect.any(String), target.twin],
    });
    expect(hookHandler(target, stop!, '2.1.138', 'win32').args).toBeUndefined();
  });

  test.each([
    undefined,
    null,
    'turnspan',
    {},
    { command: 7 },
    { command: 'node', args: ['-e', 'try{require(process.argv[1])}catch{}', '/x/other/0.1.0/hook.cjs'] },
    { command: 'node', args: ['/x/turnspan/0.1.0/hook.cjs'] },
    { command: 'node', args: 'x' },
    { command: "[ -r '/x/turnspan/hook.sh' ] && . '/x/turnspan/hook.sh'; exit 0" },
    { command: "[ -r '/x/turnspan/1/hook.sh' ] && . '/x/turnspan/1/hook.sh'; exit 0; rm -rf /" },
  ])('%j is not ours', (handler) => {
    expect(scriptOf(handler)).toBeUndefined();
  });
});

describe('the Node twin, started as on Windows', () => {
  test('leaves a ticket, and is silent when it is gone', () => {
    const root = temporaryFolder();
    const dir = join(root, 'state');
    mkdirSync(join(dir, 'inbox'), { recursive: true });
    // A worker that ends at once: this is about the ticket.
    const bundles = join(import.meta.dirname, '../../dist');
    const { script, twin, worker } = placeProgram(bundles, join(root, 'turnspan/0.1.0'), {
      dir,
      node: process.execPath,
      path: '',
      home: root,
    });
    writeFileSync(worker, '');
    const handler = hookHandler({ script, twin, node: process.execPath }, stop!, '2.1.329', 'win32');
    const run = (args: readonly string[]) => spawnSync(handler.command, args, { env: {}, input: '{}' });
    const args = handler.args ?? [];
    const runs = [run(args), run([...args.slice(0, -1), join(root, 'gone.cjs')])];
    for (const { status, stdout, stderr } of runs)
      expect([status, String(stdout), String(stderr)]).toEqual([0, '', '']);
    expect(readdirSync(join(dir, 'inbox'))).toHaveLength(1);
  });
});

test('the search path is kept without what a package manager adds for a project', () => {
  expect(
    withoutProjectFolders(
      '/home/ada/shop/node_modules/.bin:/usr/lib/node_modules/npm/bin:/opt/node/bin:/bin',
    ),
  ).toBe('/opt/node/bin:/bin');
});
