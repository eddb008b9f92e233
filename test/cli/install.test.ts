// `turnspan install` and `uninstall` as a user runs them: the built command, in a home of its own.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import type * as z from 'zod';
import { installSchema } from '../../src/cli/install-report.ts';
import { uninstallSchema } from '../../src/cli/uninstall.ts';
import { resolveDestinations } from '../../src/config/resolve.ts';
import { ALL, makeMachine, registered, write, type Machine } from '../install/support/machine.ts';
import { turnspan } from './run-turnspan.ts';

const MINE = '{\n  "model": "opus",\n  "env": { "TOKEN": "secret" }\n}\n';

let machine: Machine;
beforeEach(() => {
  machine = makeMachine(`it's "Ada's" home $HOME`);
  write(join(machine.home, '.local/bin/claude'), '#!/bin/sh\necho "2.1.329 (Claude Code)"\n', 0o755);
});

describe('--json', () => {
  test('says the same as one object, from a dry run to the end', async () => {
    write(machine.settings, MINE);
    const { program, state } = placesHere();
    const shown = await inJson(installSchema, 'install', '--dry-run', '--json');
    expect(shown).toMatchObject({ status: 'dry-run', hooks: ALL, backup: null, hooksWereThere: false });
    expect(existsSync(program)).toBe(false);
    const done = await inJson(
      installSchema,
      'install',
      '--endpoint',
      'http://127.0.0.1:9',
      '--yes',
      '--json',
    );
    expect(done).toMatchObject({
      status: 'installed',
      settings: machine.settings,
      program,
      state,
      paused: false,
    });
    expect(done.config).toContain('config.json');
    expect(readFileSync(done.backup ?? '', 'utf8')).toBe(MINE);
    expect(await inJson(installSchema, 'install', '--yes', '--json')).toMatchObject({ hooksWereThere: true });
    const out = await inJson(uninstallSchema, 'uninstall', '--yes', '--json');
    expect(out).toMatchObject({ status: 'uninstalled', hooks: ALL.length, elsewhere: [] });
    expect(out.left).toContain(state);
    expect(readFileSync(machine.settings, 'utf8')).toBe(MINE);
    expect(await inJson(uninstallSchema, 'uninstall', '--purge', '--yes', '--json')).toMatchObject({
      left: [],
    });
  });

  test('a refusal is told as an object too, and ends with 1', async () => {
    write(machine.settings, '{ "hooks": ');
    for (const [name, schema] of [
      ['install', installSchema],
      ['uninstall', uninstallSchema],
    ] as const) {
      const { code, stdout, stderr } = await run(name, '--yes', '--json');
      const { status, why } = schema.parse(JSON.parse(stdout));
      expect([code, status]).toEqual([1, 'refused']);
      expect(stderr).toContain(why ?? 'no reason');
    }
  });

  test.each(['install', 'uninstall'])(
    '%s --json asks nothing, so it wants --yes or --dry-run',
    async (name) => {
      expect(await run(name, '--json')).toMatchObject({ code: 2, stdout: '' });
    },
  );

  async function inJson<T>(schema: z.ZodType<T>, ...args: string[]): Promise<T> {
    const { code, stdout, stderr } = await run(...args);
    expect([code, stderr]).toEqual([0, '']);
    return schema.parse(JSON.parse(stdout));
  }
});

describe('turnspan install --yes', () => {
  test('says what it did and where, and how to see the first trace', async () => {
    write(machine.settings, MINE);
    const { code, stdout, stderr } = await run('install', '--yes');
    expect([code, stderr]).toEqual([0, '']);
    const { program, state } = placesHere();
    expect(stdout).toContain('Claude Code 2.1.329.');
    for (const word of [machine.settings, program, state, ...ALL]) expect(stdout).toContain(word);
    expect(stdout).toMatch(/backup +\S.*\/backups\/\d+T[\d.]+Z-settings\.json/);
    expect(stdout).toContain('To see the first trace: finish a turn in Claude Code');
    expect(stdout).not.toContain('Paused');
    expect(stdout).not.toContain('secret');
    expect(registered(machine.settings)).toEqual(ALL);
  });

  test('registers what works: in an empty environment and any folder, each entry leaves a ticket and says nothing', async () => {
    await run('install', '--yes');
    const { state } = placesHere();
    standInForWorker(state);
    const commands = commandsOf(machine.settings);
    expect(commands).toHaveLength(ALL.length);
    for (const command of commands) {
      const { status, stdout, stderr } = spawnSync('/bin/sh', ['-c', command], {
        env: {},
        cwd: '/',
        input: '{"hook_event_name":"Stop"}',
      });
      expect([status, stdout.length, stderr.length]).toEqual([0, 0, 0]);
    }
    const tickets = readdirSync(join(state, 'inbox'));
    expect(tickets).toHaveLength(ALL.length);
    expect(readFileSync(join(state, 'inbox', tickets[0]!), 'utf8')).toContain('{"hook_event_name":"Stop"}');
  });

  test('registers what wakes the worker that it put in place', async () => {
    await run('install', '--yes');
    const { state } = placesHere();
    const [command = ''] = commandsOf(machine.settings);
    spawnSync('/bin/sh', ['-c', command], { env: {}, cwd: '/', input: '{}' });
    const log = join(state, 'worker.log');
    while (!existsSync(log) || !readFileSync(log, 'utf8').includes('worker-leaves')) await later();
    expect(readdirSync(join(state, 'inbox'))).toEqual([]);
  });

  test('registers what is silent when its script is gone', async () => {
    await run('install', '--yes');
    rmSync(placesHere().program, { recursive: true });
    for (const command of commandsOf(machine.settings)) {
      const { status, stdout, stderr } = spawnSync('/bin/sh', ['-c', command], { env: {}, input: '{}' });
      expect([status, stdout.length, stderr.length]).toEqual([0, 0, 0]);
    }
  });

  test('writes into script and worker nothing of the folder that it was called in', async () => {
    await run('install', '--yes');
    const script = readFileSync(join(placesHere().program, 'hook.sh'), 'utf8');
    expect(script).toContain("turnspan_path='/usr/local/bin:/usr/bin:/bin'\n");
    expect(statSync(join(placesHere().program, 'hook.sh')).mode & 0o777).toBe(0o755);
  });

  test('says that a pause is on, because nothing would be seen', async () => {
    await run('install', '--yes');
    await run('pause');
    expect((await run('install', '--yes')).stdout).toMatch(
      /Paused since \S+Z: nothing is read or sent until `turnspan resume`\./,
    );
  });

  test('a second time changes nothing', async () => {
    write(machine.settings, MINE);
    await run('install', '--yes');
    const before = treeOf(machine.home);
    const { code, stdout } = await run('install', '--yes');
    expect(code).toBe(0);
    expect(stdout).toContain('its hooks were in place');
    expect(stdout).not.toContain('backup');
    expect(treeOf(machine.home)).toEqual(before);
  });

  test('leaves StopFailure out for an older client, and says why; a newer client has it again', async () => {
    const program = join(machine.home, '.local/bin/claude');
    write(program, '#!/bin/sh\necho "2.0.50 (Claude Code)"\n', 0o755);
    expect((await run('install', '--yes')).stdout).toContain('Claude Code 2.0.50. StopFailure is left out');
    expect(registered(machine.settings)).toEqual(ALL.filter((name) => name !== 'StopFailure'));
    write(program, '#!/bin/sh\necho "2.1.329 (Claude Code)"\n', 0o755);
    await run('install', '--yes');
    expect(registered(machine.settings).sort()).toEqual([...ALL].sort());
    write(program, '#!/bin/sh\necho "2.0.50 (Claude Code)"\n', 0o755);
    await run('install', '--yes');
    expect(registered(machine.settings)).not.toContain('StopFailure');
    await run('uninstall', '--yes');
    expect(existsSync(machine.settings)).toBe(false);
  });

  test('says that it found no client, or one that does not answer, and registers what all know', async () => {
    write(join(machine.home, '.local/bin/claude'), '#!/bin/sh\nexit 3\n', 0o755);
    expect((await run('install', '--yes')).stdout).toContain(
      '/.local/bin/claude did not say its version. StopFailure is left out',
    );
    rmSync(join(machine.home, '.local/bin/claude'));
    expect((await run('install', '--yes')).stdout).toContain(
      'No Claude Code was found to ask for its version. StopFailure is left out',
    );
    expect(registered(machine.settings)).toEqual(ALL.filter((name) => name !== 'StopFailure'));
  });

  test('refuses a client without hooks', async () => {
    write(join(machine.home, '.local/bin/claude'), '#!/bin/sh\necho "1.0.20 (Claude Code)"\n', 0o755);
    const { code, stderr } = await run('install', '--yes');
    expect([code, existsSync(machine.settings)]).toEqual([1, false]);
    expect(stderr).toContain('update it');
  });

  test('warns where the client will not load the file', async () => {
    write(machine.settings, '{\n  // mine\n}\n');
    expect((await run('install', '--yes')).stdout).toContain(
      'Careful: this file has comments or trailing commas',
    );
  });
});

describe('where things go', () => {
  test('CLAUDE_CONFIG_DIR and the XDG folders decide; a relative one does not', async () => {
    const at = (name: string) => join(machine.home, name);
    const env = {
      CLAUDE_CONFIG_DIR: at('claude'),
      XDG_DATA_HOME: at('data'),
      XDG_STATE_HOME: at('state'),
      XDG_CONFIG_HOME: 'config',
    };
    const { code } = await turnspan(['install', '--yes', '--endpoint', 'http://127.0.0.1:9'], {
      ...environment(),
      ...env,
    });
    expect(code).toBe(0);
    expect(registered(at('claude/settings.json'))).toEqual(ALL);
    expect(readdirSync(at('data/turnspan'))).toEqual([versionHere()]);
    expect(existsSync(at('state/turnspan/installation.json'))).toBe(true);
    expect(existsSync(at('.config/turnspan/config.json'))).toBe(true);
    await turnspan(['uninstall', '--yes', '--purge'], { ...environment(), ...env });
    expect(readdirSync(at('state'))).toEqual([]);
    expect(existsSync(at('claude'))).toBe(false);
  });

  test.each([
    ['project', 'settings.json'],
    ['local', 'settings.local.json'],
  ])('--scope %s is .claude/%s of the current folder', async (scope, name) => {
    const project = join(machine.home, 'shop');
    mkdirSync(project);
    expect(runIn(project, 'install', '--yes', '--scope', scope).status).toBe(0);
    expect(registered(join(project, '.claude', name))).toEqual(ALL);
    expect(existsSync(machine.settings)).toBe(false);
    const refused = await run('uninstall', '--yes', '--purge');
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain(`${join(project, '.claude', name)} still has Turnspan's hooks`);
    expect(runIn(project, 'uninstall', '--yes', '--scope', scope).status).toBe(0);
    expect(existsSync(join(project, '.claude'))).toBe(false);
    expect((await run('uninstall', '--yes', '--purge')).code).toBe(0);
  });

  test('--endpoint writes one destination, which the worker uses before all variables', async () => {
    await run('install', '--yes', '--endpoint', 'http://127.0.0.1:4318');
    const { config, state } = placesHere();
    expect(JSON.parse(readFileSync(config, 'utf8'))).toEqual({
      version: 1,
      destinations: { default: { endpoint: 'http://127.0.0.1:4318' } },
    });
    expect(statSync(config).mode & 0o777).toBe(0o600);
    write(machine.settings, '{"env": {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://other"}}');
    const resolution = resolveDestinations({
      dir: state,
      home: machine.home,
      hookVariables: new Map(),
      projectDirs: [],
      managedFolder: '/nowhere',
    });
    expect(resolution).toMatchObject({
      status: 'send',
      destinations: [{ url: 'http://127.0.0.1:4318/v1/traces', content: 'none' }],
    });
    const again = await run('install', '--yes', '--endpoint', 'http://ada:secret@127.0.0.1:4319');
    expect(again.stdout).toContain('http://127.0.0.1:4319');
    expect(again.stdout).not.toContain('secret');
    expect(
      Object.keys((JSON.parse(readFileSync(config, 'utf8')) as { destinations: object }).destinations),
    ).toEqual(['default']);
  });

  test("--preset with --endpoint: the preset's headers and limits, sent to the endpoint", async () => {
    const env = { ...environment(), DD_API_KEY: 'secret' };
    const args = ['install', '--yes', '--preset', 'datadog', '--endpoint', 'http://127.0.0.1:8080'];
    const { code, stdout } = await turnspan(args, env);
    expect(code).toBe(0);
    expect(stdout).toContain('http://127.0.0.1:8080, preset datadog, content none (in ');
    expect(stdout).not.toContain('secret');
    expect(destinationHere()).toMatchObject({
      url: 'http://127.0.0.1:8080/v1/traces',
      headers: { 'dd-api-key': 'secret', 'dd-otlp-source': 'llmobs' },
    });
    // The same endpoint alone is another destination: the key goes with the preset.
    await run('install', '--yes', '--endpoint', 'http://127.0.0.1:8080');
    expect(destinationHere()).toMatchObject({ headers: {} });
  });

  test('of the same endpoint, what is not said anew stays, and the content level that stays is told', async () => {
    const same = ['install', '--yes', '--endpoint', 'http://127.0.0.1:8080'];
    await run(...same, '--header', 'X-Key=secret', '--content', 'full');
    const before = treeOf(machine.home);
    expect((await run(...same)).stdout).toContain('header X-Key, content full (in ');
    expect(treeOf(machine.home)).toEqual(before);
    await run(...same, '--content', 'none', '--protocol', 'http/json');
    expect(destinationHere()).toMatchObject({
      headers: { 'x-key': 'secret' },
      content: 'none',
      encoding: 'json',
    });
  });

  test('without --endpoint no destination is written, and one that is there is told', async () => {
    expect((await run('install', '--yes')).stdout).toContain(
      'OTEL_EXPORTER_OTLP_ENDPOINT of Claude Code or its settings',
    );
    expect(existsSync(placesHere().config)).toBe(false);
    write(placesHere().config, '{"destinations": {"home": {"endpoint": "http://127.0.0.1:9"}}}');
    expect((await run('install', '--yes')).stdout).toContain('http://127.0.0.1:9 (from ');
  });

  test('a config file that is not understood is left alone', async () => {
    const { config } = placesHere();
    write(config, '{"destinations": {"home": {"endpoint": "http://127.0.0.1:9", "colour": "red"}}}');
    const before = treeOf(machine.home);
    const { code, stderr } = await run('install', '--yes', '--endpoint', 'http://127.0.0.1:4318');
    expect(code).toBe(1);
    expect(stderr).toContain('has a key that this version does not know: destinations.home.colour');
    expect(treeOf(machine.home)).toEqual(before);
  });
});

describe('looking first', () => {
  test('--dry-run shows the change and changes nothing', async () => {
    write(machine.settings, MINE);
    const before = treeOf(machine.home);
    const { code, stdout } = await run('install', '--dry-run', '--endpoint', 'http://127.0.0.1:4318');
    expect(code).toBe(0);
    expect(stdout).toContain('+  "hooks": {');
    expect(stdout).toContain('nothing was changed');
    expect(treeOf(machine.home)).toEqual(before);
    await run('install', '--yes');
    expect((await run('install', '--dry-run')).stdout).toContain('The settings are up to date.');
    const installed = treeOf(machine.home);
    expect((await run('uninstall', '--dry-run')).stdout).toContain('-  "hooks": {');
    expect(treeOf(machine.home)).toEqual(installed);
  });

  test('--print prints the hooks, puts the program in place, and leaves the settings alone', async () => {
    write(machine.settings, MINE);
    const { code, stdout, stderr } = await run('install', '--print');
    expect(code).toBe(0);
    const printed = join(machine.home, 'printed.json');
    write(printed, stdout);
    expect(registered(printed)).toEqual(ALL);
    expect(stderr).toContain(placesHere().program);
    expect(readFileSync(machine.settings, 'utf8')).toBe(MINE);
    standInForWorker(placesHere().state);
    spawnSync('/bin/sh', ['-c', commandsOf(printed)[0]!], { env: {}, input: '{}' });
    expect(readdirSync(join(placesHere().state, 'inbox'))).toHaveLength(1);
  });

  test('--print --dry-run changes nothing at all', async () => {
    const before = treeOf(machine.home);
    expect((await run('install', '--print', '--dry-run')).code).toBe(0);
    expect(treeOf(machine.home)).toEqual(before);
  });

  test('--place puts the program in place as --print does, asks no client, and touches no settings file', async () => {
    const asked = join(machine.home, 'asked');
    write(join(machine.home, '.local/bin/claude'), `#!/bin/sh\ntouch ${quoted(asked)}\n`, 0o755);
    write(machine.settings, MINE);
    const { code, stdout } = await run('install', '--place');
    expect([code, stdout]).toEqual([0, `Script and worker are in ${placesHere().program}.\n`]);
    expect(existsSync(asked)).toBe(false);
    expect(readFileSync(machine.settings, 'utf8')).toBe(MINE);
    const placed = treeOf(placesHere().data).map(([path]) => path);
    const script = readFileSync(join(placesHere().program, 'hook.sh'), 'utf8');
    await run('install', '--print');
    expect(existsSync(asked)).toBe(true);
    expect(treeOf(placesHere().data).map(([path]) => path)).toEqual(placed);
    expect(readFileSync(join(placesHere().program, 'hook.sh'), 'utf8')).toBe(script);
    expect(existsSync(join(placesHere().state, 'installation.json'))).toBe(true);
  });

  test.each([['install'], ['uninstall']])(
    '%s without --yes and without a terminal changes nothing and names the remedy',
    async (command) => {
      write(machine.settings, MINE);
      if (command === 'uninstall') await run('install', '--yes');
      const before = treeOf(machine.home);
      const { code, stderr } = await run(command);
      expect(code).toBe(2);
      expect(stderr).toContain('add --yes');
      expect(treeOf(machine.home)).toEqual(before);
    },
  );

  test.skipIf(spawnSync('script', ['-V']).status !== 0)(
    'on a terminal it asks: no by default, and yes installs',
    async () => {
      expect(await onTerminal('install', '\n')).toContain('Nothing was changed.');
      expect(existsSync(machine.settings)).toBe(false);
      expect(await onTerminal('install', '\u0004')).toContain('Nothing was changed.');
      expect(await onTerminal('install', 'y\n')).toContain('is installed.');
      expect(registered(machine.settings)).toEqual(ALL);
    },
  );
});

describe('turnspan uninstall --yes', () => {
  test('gives the first bytes back, says what it left, and how to remove that', async () => {
    write(machine.settings, MINE);
    await run('install', '--yes');
    const { code, stdout } = await run('uninstall', '--yes');
    const { data, state } = placesHere();
    expect(code).toBe(0);
    expect(stdout).toContain(`${machine.settings}: 6 hooks of Turnspan taken out`);
    expect(stdout).toContain(`Left: ${data}, ${state}. \`turnspan uninstall --purge\` removes that.`);
    expect(readFileSync(machine.settings, 'utf8')).toBe(MINE);
  });

  test('with --purge leaves nothing', async () => {
    await run('install', '--yes', '--endpoint', 'http://127.0.0.1:4318');
    expect((await run('uninstall', '--yes', '--purge')).code).toBe(0);
    expect(treeOf(machine.home).filter(([path]) => path.includes('/turnspan/'))).toEqual([]);
    expect(existsSync(dirname(machine.settings))).toBe(false);
  });

  test('where nothing is installed says so', async () => {
    const { code, stdout } = await run('uninstall', '--yes');
    expect(code).toBe(0);
    expect(stdout).toBe(`${machine.settings} has no hooks of Turnspan.\nNothing of Turnspan is left.\n`);
  });
});

describe('what cannot be done', () => {
  test.each([['install'], ['uninstall']])(
    '%s leaves a broken file alone and tells line and column',
    async (command) => {
      write(machine.settings, '{\n  "model": "opus"\n  "env": {}\n}\n');
      const before = treeOf(machine.home);
      const { code, stderr } = await run(command, '--yes');
      expect(code).toBe(1);
      expect(stderr).toBe(
        `turnspan ${command}: ${machine.settings}:3:3: a comma is missing before this. Repair the file and try again; nothing was changed.\n`,
      );
      expect(treeOf(machine.home)).toEqual(before);
    },
  );

  test('a place that cannot be written is named', async () => {
    write(join(machine.home, '.local/share'), 'a file');
    const { code, stderr } = await run('install', '--yes');
    expect(code).toBe(1);
    expect(stderr).toMatch(/\.local\/share\/turnspan\S* cannot be read or written \(ENOTDIR\)/);
    expect(existsSync(machine.settings)).toBe(false);
  });

  test.each([
    [['install', '--endpoint', 'localhost:4318'], '--endpoint "localhost:4318" is no URL that can be used'],
    [['install', '--scope', 'team'], '--scope is "team": write user, project or local'],
    [['uninstall', '--scope', 'team'], '--scope is "team": write user, project or local'],
    [['install', 'now'], "Unexpected argument 'now'"],
    [['install', '--place', '--yes'], '--place goes alone'],
  ])('%j is a wrong command line', async (args, message) => {
    const { code, stderr } = await run(...args);
    expect(code).toBe(2);
    expect(stderr).toContain(message);
    expect(stderr).toContain('Usage: turnspan');
  });
});

function environment(): Record<string, string> {
  return { HOME: machine.home, PATH: `${machine.home}/shop/node_modules/.bin:/usr/local/bin:/usr/bin:/bin` };
}

function run(...args: string[]) {
  return turnspan(args, environment());
}

function runIn(cwd: string, ...args: string[]) {
  return spawnSync(process.execPath, [BUNDLE, ...args], { cwd, env: environment() });
}

/** Runs the command on a terminal of its own and types `text` when it asks. */
async function onTerminal(command: string, text: string): Promise<string> {
  const line = `'${process.execPath}' '${BUNDLE}' ${command}`;
  const child = spawn('script', ['-qec', line, '/dev/null'], {
    env: { ...environment(), SHELL: '/bin/sh', TERM: 'dumb' },
  });
  let said = '';
  child.stdout.on('data', (part) => {
    const asked = said.includes('[y/N]');
    said += String(part);
    if (!asked && said.includes('[y/N]')) child.stdin.write(text);
  });
  await once(child, 'close');
  return said;
}

const BUNDLE = join(import.meta.dirname, '../../dist/turnspan.cjs');

function quoted(path: string): string {
  return `'${path.replaceAll("'", "'\\''")}'`;
}

/** The one destination that the worker would send traces to. */
function destinationHere(): unknown {
  const resolution = resolveDestinations({
    dir: placesHere().state,
    home: machine.home,
    hookVariables: new Map(),
    projectDirs: [],
    managedFolder: '/nowhere',
  });
  return resolution.status === 'send' ? resolution.destinations[0] : resolution;
}

function versionHere(): string {
  const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
  return version;
}

function placesHere() {
  const { places } = machine;
  return { ...places, program: join(places.data, versionHere()) };
}

function commandsOf(file: string): string[] {
  const { hooks } = JSON.parse(readFileSync(file, 'utf8')) as {
    hooks: Record<string, { hooks: { command: string }[] }[]>;
  };
  return Object.values(hooks).flatMap((groups) =>
    groups.flatMap((group) => group.hooks.map(({ command }) => command)),
  );
}

/** To the hook, this process is a worker that is alive. */
function standInForWorker(state: string): void {
  const startTime = readFileSync('/proc/self/stat', 'utf8').split(') ').at(-1)?.split(' ')[19] ?? '';
  write(join(state, 'worker.alive'), `${process.pid} ${startTime}\n`);
}

/** Every file below a folder, with when it was written and how large it is. */
function treeOf(folder: string): (readonly [path: string, mtimeMs: number, size: number])[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => {
      const path = join(entry.parentPath, entry.name);
      const { mtimeMs, size } = statSync(path);
      return [path, mtimeMs, size] as const;
    });
}

function later(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 20));
}
