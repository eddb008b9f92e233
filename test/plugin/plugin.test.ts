// The plugin's entries as a client runs them: real shells, real processes, the built bundles. What a real client makes of
// them is in test/real-client/plugin.real.ts.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { OPTION_VARIABLES } from '../../src/config/settings-file.ts';
import { eventsFor } from '../../src/install/events.ts';
import { hookCommand } from '../../src/install/render-hook.ts';
import { openInstallation } from '../../src/state/installation.ts';
import { temporaryFolder } from '../support/folders.ts';
import { startBackend } from '../support/loopback-backend.ts';
import { writeExample } from '../worker/support/example.ts';
import { expectSameSpans, exportedSpans, spansOf } from '../worker/support/spans.ts';
import { BUNDLES, settled, tickets, until, workersOf, type World } from '../worker/support/world.ts';
import { startClientProcess, type ClientProcess } from './support/client-process.ts';
import { layOutPlugin, pluginCommand, pluginEntries, REPOSITORY } from './support/plugin.ts';

const textOf = (...path: string[]): string => readFileSync(join(REPOSITORY, ...path), 'utf8');
const { version } = JSON.parse(textOf('package.json')) as { version: string }; // our own
const SHELLS = ['dash', 'bash', 'zsh', 'busybox'].map((name) => {
  const path = ['/bin', '/usr/bin'].map((folder) => join(folder, name)).find((file) => existsSync(file));
  return [name, path] as const;
});
const SILENT = { code: 0, said: '' };

let world: World;
let root: string;
let client: ClientProcess | undefined;

beforeEach(() => {
  const base = temporaryFolder();
  const home = join(base, 'home');
  const project = join(home, '.claude/projects/-home-ada-shop');
  mkdirSync(project, { recursive: true });
  root = layOutPlugin(join(base, 'plugin'), BUNDLES);
  const dir = join(home, '.local/state/turnspan');
  world = { root: base, dir, home, project, hook: '', workerCommand: [process.execPath] };
});

afterEach(async () => {
  await client?.stop();
  client = undefined;
  await until(() => {
    for (const pid of workersOf(world)) killIfThere(pid);
    return workersOf(world).length === 0;
  });
});

function killIfThere(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has just left.
  }
}

function clientOf(variables: Readonly<Record<string, string>> = {}, pluginRoot = root): ClientProcess {
  const path = `${dirname(process.execPath)}:/usr/bin:/bin`;
  client = startClientProcess(
    { HOME: world.home, PATH: path, TURNSPAN_DISABLED: '1', ...variables },
    { CLAUDE_PLUGIN_ROOT: pluginRoot },
  );
  return client;
}

function installed(home = world.home): string {
  return join(home, '.local/share/turnspan', version, 'hook.sh');
}

function eventOf(name: string): object {
  return { hook_event_name: name, transcript_path: join(world.project, 'x.jsonl'), cwd: world.home };
}

describe('what is shipped', () => {
  test('has one version', () => {
    expect(JSON.parse(textOf('.claude-plugin/plugin.json'))).toMatchObject({ name: 'turnspan', version });
    expect(textOf('hooks/turnspan.sh')).toContain(`\nturnspan_version=${version}\n`);
  });

  test('the marketplace offers it, from the package', () => {
    const { name } = JSON.parse(textOf('package.json')) as { name: string }; // our own
    expect(JSON.parse(textOf('.claude-plugin/marketplace.json'))).toMatchObject({
      plugins: [{ name: 'turnspan', source: { source: 'npm', package: name } }],
    });
  });

  test('its options are those that are read, and none is a secret or has what older clients refuse', () => {
    const { userConfig } = JSON.parse(textOf('.claude-plugin/plugin.json')) as { userConfig: object }; // our own
    expect(Object.keys(userConfig)).toEqual(OPTION_VARIABLES.map(([option]) => option));
    for (const option of Object.values(userConfig) as object[])
      expect(Object.keys(option)).toEqual(['type', 'title', 'description']);
  });

  test('listens to the events that install registers, with the same time limits', () => {
    const events = eventsFor('2.1.329').map(({ name, timeout }) => [name, timeout]);
    const ours = [...pluginEntries()].map(([name, { timeout }]) => [name, timeout]);
    expect(ours.sort()).toEqual(events.sort());
  });

  test('has one command, with one variable, which the client sets', () => {
    for (const [event, { command }] of pluginEntries()) {
      expect(command.replace(`turnspan_event=${event};`, '')).toBe(
        pluginEntries().get('Stop')?.command.replace('turnspan_event=Stop;', ''),
      );
      expect(command.match(/\$\W?[A-Z]\w*/g)).toEqual(['$CLAUDE_PLUGIN_ROOT']);
    }
  });
});

describe.each(SHELLS)('%s', (name, shell) => {
  test.skipIf(shell === undefined)(
    'the first session puts the program in place, and leaves its ticket',
    async () => {
      const run = name === 'busybox' ? busybox(shell ?? '') : (shell ?? '');
      const command = pluginCommand('SessionStart');
      expect(await clientOf().run([command], eventOf('SessionStart'), {}, run)).toEqual([SILENT]);
      expect(existsSync(installed())).toBe(true);
      await settled(world);
      expect(readFileSync(join(world.dir, 'worker.log'), 'utf8')).toContain('worker-leaves');
      expect(readdirSync(world.home).sort()).toEqual(['.claude', '.local']);
    },
  );
});

/** `busybox -c` would be an applet's name. */
function busybox(program: string): string {
  const file = join(world.root, 'busybox-sh');
  writeFileSync(file, `#!${program} sh\nexec ${program} sh "$@"\n`, { mode: 0o755 });
  return file;
}

test('only the beginning of a session or a turn may take that time', async () => {
  const running = clientOf();
  for (const event of ['Stop', 'StopFailure', 'SubagentStop', 'SessionEnd'])
    expect(await running.run([pluginCommand(event)], eventOf(event))).toEqual([SILENT]);
  expect(existsSync(installed())).toBe(false);
});

test('hooks that come at once put one program in place, whole', async () => {
  const command = pluginCommand('UserPromptSubmit');
  const runs = await clientOf().run([command, command, command], eventOf('UserPromptSubmit'));
  expect(runs).toEqual([SILENT, SILENT, SILENT]);
  await settled(world);
  const files = readdirSync(dirname(installed())).sort();
  expect(files).toEqual(['grpc.cjs', 'hook.cjs', 'hook.json', 'hook.sh', 'worker-program.cjs', 'worker.cjs']);
});

test.each([`o'brien`, 'a "b"', '$(exit 3)', '`exit 3`', 'ü ü', 'a\\nb'])(
  'a plugin in a folder %j is run, and nothing of the name',
  async (folder) => {
    const odd = layOutPlugin(join(world.root, folder), BUNDLES);
    const running = clientOf({}, odd);
    expect(await running.run([pluginCommand('SessionStart')], eventOf('SessionStart'))).toEqual([SILENT]);
    expect(existsSync(installed())).toBe(true);
  },
);

test('a plugin that is gone is silence', async () => {
  const running = clientOf({}, join(world.root, 'gone'));
  expect(await running.run([pluginCommand('Stop')], eventOf('Stop'))).toEqual([SILENT]);
});

test.each([
  ['a process of the same user', false],
  ['the process that started the client', true],
])("a project's settings move nothing, with %s in CLAUDE_PID", async (_, isAncestor) => {
  const evil = join(world.root, 'evil');
  const bin = join(evil, 'bin');
  mkdirSync(bin, { recursive: true });
  const mark = join(world.root, 'ran');
  for (const name of ['node', 'tr', 'id', 'env', 'sh', 'cat'])
    writeFileSync(join(bin, name), `#!/bin/sh\necho ${name} >>'${mark}'\n`, { mode: 0o755 });
  // Another process of the user's that lives, with another home.
  const other = startClientProcess({ HOME: evil, PATH: '/usr/bin:/bin' });
  try {
    const project = {
      HOME: evil,
      PATH: bin,
      XDG_DATA_HOME: join(evil, 'data'),
      XDG_STATE_HOME: join(evil, 'state'),
      XDG_CONFIG_HOME: join(evil, 'config'),
      CLAUDE_CONFIG_DIR: join(evil, '.claude'),
      CLAUDE_PLUGIN_DATA: join(evil, 'plugin-data'),
      CLAUDE_PLUGIN_OPTION_ENDPOINT: 'http://127.0.0.1:9',
      NODE_OPTIONS: '--require=/nonexistent.cjs',
      LD_LIBRARY_PATH: evil,
      IFS: '/',
      turnspan_root: evil,
      turnspan_home: evil,
      turnspan_script: join(evil, 'hook.sh'),
      turnspan_data: evil,
      turnspan_client: String(other.pid),
      turnspan_search: bin,
      turnspan_node: join(bin, 'node'),
    };
    const path = `${dirname(process.execPath)}:/usr/bin:/bin`;
    // An old client sets no CLAUDE_PID for its hooks.
    client = startClientProcess(
      { HOME: world.home, PATH: path, TURNSPAN_DISABLED: '1' },
      { ...project, CLAUDE_PLUGIN_ROOT: root, ...(isAncestor ? {} : { CLAUDE_PID: String(other.pid) }) },
      isAncestor ? { HOME: evil, PATH: path } : undefined,
    );
    const command = pluginCommand('SessionStart');
    expect(await client.run([command], eventOf('SessionStart'))).toEqual([SILENT]);
    await settled(world);
    expect(existsSync(installed())).toBe(true);
    expect(readdirSync(evil)).toEqual(['bin']);
    expect(existsSync(mark)).toBe(false);
    const script = readFileSync(installed(), 'utf8');
    expect(script).not.toContain(evil);
  } finally {
    await other.stop();
  }
});

test('the XDG folders that the client was started with count', async () => {
  const data = join(world.root, 'data');
  const state = join(world.root, 'state');
  const running = clientOf({ XDG_DATA_HOME: data, XDG_STATE_HOME: state });
  await running.run([pluginCommand('SessionStart')], eventOf('SessionStart'));
  expect(existsSync(join(data, 'turnspan', version, 'hook.sh'))).toBe(true);
  await settled({ ...world, dir: join(state, 'turnspan') });
  expect(existsSync(installed())).toBe(false);
});

test('with the entries of install beside it, an event leaves two tickets and its turns are sent once', async () => {
  openInstallation(world.dir, Date.now() - 3_600_000);
  execFileSync(process.execPath, [join(BUNDLES, 'turnspan.cjs'), 'install', '--print'], {
    env: { HOME: world.home, PATH: `${dirname(process.execPath)}:/usr/bin:/bin` },
    stdio: 'ignore',
  });
  const backend = await startBackend();
  try {
    const transcript = await writeExample(world);
    const running = clientOf({ OTEL_EXPORTER_OTLP_ENDPOINT: backend.url, TURNSPAN_DISABLED: '' });
    // While a worker seems to live none is woken, so that both tickets can be counted.
    const stat = readFileSync(`/proc/${running.pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ')[19] ?? '';
    writeFileSync(join(world.dir, 'worker.alive'), `${running.pid} ${stat}\n`);
    const both = (event: string): string[] => [hookCommand(installed()), pluginCommand(event)];
    const input = { ...eventOf('Stop'), transcript_path: transcript };
    expect(await running.run(both('Stop'), input)).toEqual([SILENT, SILENT]);
    expect(tickets(world)).toHaveLength(2);
    writeFileSync(join(world.dir, 'worker.alive'), '');
    const end = { ...input, hook_event_name: 'SessionEnd' };
    expect(await running.run(both('SessionEnd'), end)).toEqual([SILENT, SILENT]);
    await settled(world);
    expectSameSpans(spansOf(backend.requests), exportedSpans(transcript));
  } finally {
    await backend.stop();
  }
});
