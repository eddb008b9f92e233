// Faults on this machine: each is planted for real, and found by its name; nothing else is found beside it.
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import type { DoctorRequest } from '../../src/doctor/context.ts';
import type { Destination } from '../../src/config/destination.ts';
import { destinationId } from '../../src/config/destination.ts';
import { rememberDestination } from '../../src/delivery/destination-file.ts';
import { outboxFolder } from '../../src/delivery/folders.ts';
import { writeBackoff } from '../../src/delivery/backoff.ts';
import { setAside } from '../../src/delivery/outbox.ts';
import { USUAL_FOLDERS } from '../../src/doctor/plugin-node.ts';
import { placesOf } from '../../src/install/places.ts';
import { formatOwner } from '../../src/platform/lock-file.ts';
import { identifySelf } from '../../src/platform/processes.ts';
import { beginPause } from '../../src/state/pause.ts';
import { write } from '../install/support/machine.ts';
import {
  examine,
  failedIn,
  makePatient,
  namesIn,
  register,
  says,
  writeConfig,
  type Patient,
} from './support/patient.ts';

const HOUR = 60 * 60_000;

interface Fault {
  readonly finding: string;
  /** Plants it; may give a change of what is asked. */
  readonly fault: string;
  readonly plant: (patient: Patient) => unknown;
  /** What is found beside it, of necessity. */
  readonly also?: readonly string[];
}

const faults: readonly Fault[] = [
  {
    finding: 'settings-not-json',
    fault: 'a comma too few',
    plant: ({ settings }) => {
      edit(settings, (text) => text.replace('{\n', '{\n  "model": "opus"\n'));
    },
    also: ['hooks-missing', 'destination-unusable'],
  },
  {
    finding: 'settings-not-json',
    fault: "in the project's settings",
    plant: ({ project }) => {
      write(join(project, '.claude/settings.json'), '{ "env": ');
    },
  },
  {
    finding: 'settings-with-comments',
    fault: 'a comment',
    plant: ({ settings }) => {
      edit(settings, (text) => text.replace('{\n', '{\n  // mine\n'));
    },
    also: ['destination-unusable'],
  },
  {
    finding: 'settings-hooks-shape',
    fault: 'hooks in a list',
    plant: ({ settings }) => {
      write(settings, '{ "hooks": [] }');
    },
    also: ['hooks-missing'],
  },
  {
    finding: 'settings-unreadable',
    fault: 'a link that leads back to itself',
    plant: ({ project }) => {
      mkdirSync(join(project, '.claude'));
      symlinkSync('settings.local.json', join(project, '.claude/settings.local.json'));
    },
  },
  {
    finding: 'hooks-disabled',
    fault: 'disableAllHooks of the user',
    plant: ({ settings }) => {
      set(settings, { disableAllHooks: true });
    },
  },
  {
    finding: 'hooks-disabled',
    fault: 'disableAllHooks of the project',
    plant: ({ project }) => {
      write(join(project, '.claude/settings.json'), '{ "disableAllHooks": true }');
    },
  },
  {
    finding: 'hooks-managed-only',
    fault: 'allowManagedHooksOnly of the administrator',
    plant: ({ managedFolder }) => {
      write(join(managedFolder, 'managed-settings.json'), '{ "allowManagedHooksOnly": true }');
    },
  },
  {
    finding: 'hooks-missing',
    fault: 'the hooks are gone from the settings',
    plant: ({ settings }) => {
      write(settings, '{}');
    },
  },
  {
    finding: 'hooks-incomplete',
    fault: 'the hook of Stop is gone',
    plant: ({ settings }) => {
      const value = JSON.parse(readFileSync(settings, 'utf8')) as { hooks: Record<string, unknown> };
      delete value.hooks['Stop'];
      write(settings, JSON.stringify(value));
    },
  },
  {
    finding: 'hooks-twice',
    fault: 'installed for the user and for the project',
    plant: ({ request, project }) => {
      register({ ...request, settings: join(project, '.claude/settings.json') });
    },
  },
  {
    finding: 'hooks-outdated',
    fault: 'the hooks are of another version',
    plant: ({ home }) => ({ places: placesOf(home, {}, '9.9.9') }),
  },
  {
    finding: 'hook-script-missing',
    fault: 'the script was deleted',
    plant: ({ places }) => {
      rmSync(join(places.program, 'hook.sh'));
    },
  },
  {
    finding: 'hook-script-damaged',
    fault: 'the script was cut',
    plant: ({ places }) => {
      write(join(places.program, 'hook.sh'), '#!/bin/sh\n');
    },
  },
  {
    finding: 'plugin-and-settings',
    fault: 'the plugin is enabled too',
    plant: ({ settings }) => {
      set(settings, { enabledPlugins: { 'turnspan@somewhere': true } });
    },
  },
  {
    finding: 'client-missing',
    fault: 'no client on this machine',
    plant: ({ claude }) => {
      rmSync(claude);
    },
  },
  {
    finding: 'client-silent',
    fault: 'a client that does not say its version',
    plant: ({ claude }) => {
      write(claude, '#!/bin/sh\nexit 3\n', 0o755);
    },
  },
  {
    finding: 'client-too-old',
    fault: 'a client without hooks that help',
    plant: (patient) => {
      says(patient, '1.0.20');
    },
  },
  {
    finding: 'event-unknown',
    fault: 'a client that was downgraded',
    plant: (patient) => {
      says(patient, '2.0.50');
    },
  },
  {
    finding: 'worker-missing',
    fault: 'the worker was deleted',
    plant: ({ places }) => {
      rmSync(join(places.program, 'worker.cjs'));
    },
  },
  {
    finding: 'node-missing',
    fault: 'no Node, neither there nor on the path',
    plant: ({ places, home }) => {
      changeScript(places.program, 'node', join(home, 'no-node'));
      changeScript(places.program, 'path', join(home, 'nothing'));
    },
    // Without a search path the hook finds no `cat` either.
    also: ['hook-leaves-no-ticket'],
  },
  {
    finding: 'node-moved',
    fault: 'the Node is gone, and another is on the path',
    plant: ({ places, home }) => {
      mkdirSync(join(home, 'bin'));
      symlinkSync(process.execPath, join(home, 'bin/node'));
      changeScript(places.program, 'node', join(home, 'no-node'));
      changeScript(places.program, 'path', `${join(home, 'bin')}:/usr/bin:/bin`);
    },
  },
  {
    finding: 'node-too-old',
    fault: 'the Node is an old one',
    plant: ({ places, home }) => {
      write(join(home, 'node'), '#!/bin/sh\necho v18.20.0\n', 0o755);
      changeScript(places.program, 'node', join(home, 'node'));
    },
  },
  {
    finding: 'state-elsewhere',
    fault: 'the hooks use another state folder',
    plant: ({ places, home }) => {
      changeScript(places.program, 'dir', join(home, 'other-state'));
    },
  },
  {
    finding: 'hook-slow',
    fault: 'a hook that waits',
    plant: ({ places }) => {
      edit(join(places.program, 'hook.sh'), (text) => text.replace('\ntrap ', '\n/bin/sleep 0.06\ntrap '));
      return { slowHookMs: 50 };
    },
  },
  {
    finding: 'hook-not-silent',
    fault: 'a hook that prints',
    plant: ({ places }) => {
      edit(join(places.program, 'hook.sh'), (text) => text.replace('\ntrap ', '\necho hello\ntrap '));
    },
  },
  {
    finding: 'hook-leaves-no-ticket',
    fault: 'a hook that ends at once',
    plant: ({ places }) => {
      edit(join(places.program, 'hook.sh'), (text) => text.replace('\ntrap ', '\nexit 0\ntrap '));
    },
  },
  {
    finding: 'state-missing',
    fault: 'the state was deleted',
    plant: ({ places }) => {
      rmSync(places.state, { recursive: true });
    },
  },
  {
    finding: 'state-not-writable',
    fault: 'the inbox is a file',
    plant: ({ places }) => {
      rmSync(join(places.state, 'inbox'), { recursive: true });
      writeFileSync(join(places.state, 'inbox'), '');
    },
  },
  {
    finding: 'state-open-to-others',
    fault: 'a state that everybody can read',
    plant: ({ places }) => {
      chmodSync(places.state, 0o755);
    },
  },
  {
    finding: 'disk-nearly-full',
    fault: 'less room than is wanted',
    plant: () => ({ leastFreeBytes: Infinity }),
  },
  {
    finding: 'worker-dead',
    fault: 'a worker that was killed',
    plant: ({ places }) => {
      const { pid } = spawnSync('/bin/true');
      lock(places.state, { ...identifySelf(), pid, startTime: '1' });
    },
  },
  {
    finding: 'worker-stuck',
    fault: 'a worker without a sign of life',
    plant: ({ places }) => {
      lock(places.state, identifySelf(), 10 * 60);
    },
  },
  {
    finding: 'worker-elsewhere',
    fault: 'a worker of another container',
    plant: ({ places }) => {
      lock(places.state, { ...identifySelf(), pidNamespace: 'pid:[1]' });
    },
  },
  {
    finding: 'tickets-waiting',
    fault: 'a ticket of two hours ago',
    plant: ({ places }) => {
      const ticket = join(places.state, 'inbox/1-1-0');
      writeFileSync(ticket, 'x');
      utimesSync(ticket, Date.now() / 1000, (Date.now() - 2 * HOUR) / 1000);
    },
  },
  {
    finding: 'tickets-unreadable',
    fault: 'a ticket that was set aside',
    plant: ({ places }) => {
      write(join(places.state, 'inbox-unreadable/1-1-0'), 'x');
    },
  },
  {
    finding: 'sending-backs-off',
    fault: 'a backend that was down',
    plant: (patient) => {
      const { id } = wait(patient, Date.now());
      const backoff = { failures: 3, notBefore: Date.now() + 60_000, why: 'HTTP 503' };
      writeBackoff(patient.places.state, id, backoff);
    },
  },
  {
    finding: 'requests-waiting',
    fault: 'a request of two hours ago',
    plant: (patient) => {
      wait(patient, Date.now() - 2 * HOUR);
    },
  },
  {
    finding: 'requests-refused',
    fault: 'a request that was refused',
    plant: (patient) => {
      const { id, file } = wait(patient, Date.now());
      setAside(patient.places.state, id, file, { httpStatus: 401, why: 'HTTP 401' });
    },
  },
  {
    finding: 'destination-unknown',
    fault: 'a destination that was forgotten',
    plant: (patient) => {
      const { id } = wait(patient, Date.now());
      rmSync(join(outboxFolder(patient.places.state, id), 'destination.json'));
    },
  },
  {
    finding: 'config-invalid',
    fault: 'a config file with an unknown key',
    plant: (patient) => {
      writeConfig(patient, { version: 1, destination: {} });
    },
    also: ['destination-unusable'],
  },
  {
    finding: 'config-unreadable',
    fault: 'a folder in place of the config file',
    plant: ({ places }) => {
      rmSync(places.config);
      mkdirSync(places.config);
    },
    also: ['destination-unusable'],
  },
  {
    finding: 'config-elsewhere',
    fault: 'another XDG_CONFIG_HOME than at the installation',
    plant: ({ home, places }) => {
      const config = join(home, 'other/turnspan/config.json');
      write(config, '{}');
      return { places: { ...places, config } };
    },
  },
  {
    finding: 'config-open-to-others',
    fault: 'a key in a config file that everybody can read',
    plant: (patient) => {
      const mine = { endpoint: patient.backend.url, headers: { 'x-key': 'k' } };
      writeConfig(patient, { destinations: { mine } }, 0o644);
    },
    also: ['destination-unusable?'],
  },
  {
    finding: 'config-writable-by-others',
    fault: 'a config file that everybody can change',
    plant: (patient) => {
      writeConfig(patient, { destinations: { mine: { endpoint: patient.backend.url } } }, 0o646);
    },
  },
  {
    finding: 'config-writable-by-others',
    fault: 'a config file in a folder that everybody can write',
    plant: ({ places }) => {
      chmodSync(dirname(places.config), 0o777);
    },
  },
  {
    finding: 'project-sets-variables',
    fault: "a project's settings with an endpoint and NODE_OPTIONS",
    plant: ({ project }) => {
      const env = {
        OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9',
        NODE_OPTIONS: '--no-warnings',
        TURNSPAN_TAGS: 'a',
      };
      write(join(project, '.claude/settings.local.json'), JSON.stringify({ env }));
    },
  },
  {
    finding: 'project-file-ignored',
    fault: 'a .turnspan.json with a destination',
    plant: ({ project }) => {
      write(join(project, '.turnspan.json'), '{ "destinations": {}, "headers": {}, "tags": ["a"] }');
    },
  },
  {
    finding: 'paused',
    fault: 'export was paused',
    plant: ({ places }) => {
      beginPause(places.state, Date.now());
    },
  },
  {
    finding: 'switched-off',
    fault: "the project's .turnspan.json switches it off",
    plant: ({ project }) => {
      write(join(project, '.turnspan.json'), '{ "disabled": true }');
    },
  },
];

test.each(faults)('$finding: $fault', async ({ finding, plant, also = [] }) => {
  const patient = await makePatient();
  // What a planting gives is a change of the request; most give nothing.
  const change = (plant(patient) ?? {}) as Partial<DoctorRequest>;
  const report = await examine(patient, change);
  const found = report.checks.flatMap(({ findings }) => findings).filter(({ name }) => name === finding);
  expect(failedIn(report)).toEqual([]);
  expect(found).toHaveLength(1);
  expect(found[0]?.remedy).not.toBe('');
  const optional = also.filter((name) => name.endsWith('?')).map((name) => name.slice(0, -1));
  const others = namesIn(report).filter((name) => name !== finding && !optional.includes(name));
  expect(others).toEqual(also.filter((name) => !name.endsWith('?')));
});

test('a place in a file is told with its line and column', async () => {
  const patient = await makePatient();
  write(patient.settings, '{\n  "model": "opus"\n  "env": {}\n}\n');
  const report = await examine(patient);
  expect(JSON.stringify(report)).toContain('~/.claude/settings.json:3:3: a comma is missing before this');
});

test("of the administrator's own hooks nobody else can switch off any", async () => {
  const patient = await makePatient();
  mkdirSync(patient.managedFolder, { recursive: true });
  renameSync(patient.settings, join(patient.managedFolder, 'managed-settings.json'));
  set(join(patient.managedFolder, 'managed-settings.json'), { allowManagedHooksOnly: true });
  write(patient.settings, '{ "disableAllHooks": true }');
  expect(namesIn(await examine(patient))).toEqual([]);
});

test.each([
  ['none', undefined],
  ['an old one', 'v18.20.0'],
])('plugin-without-node: %s where the plugin looks', async (_, version) => {
  const patient = await makePatient();
  const { home, places, settings } = patient;
  write(settings, '{ "enabledPlugins": { "turnspan@somewhere": true } }');
  rmSync(places.data, { recursive: true });
  const bin = join(home, '.volta/bin');
  // One of a package does not count.
  write(join(home, 'node_modules/.bin/node'), '#!/bin/sh\necho v22.0.0\n', 0o755);
  if (version !== undefined) write(join(bin, 'node'), `#!/bin/sh\necho ${version}\n`, 0o755);
  const report = await examine(patient, {
    env: { PATH: `${join(home, '.local/bin')}:${join(home, 'node_modules/.bin')}:node_modules/.bin` },
    usualFolders: ['~/.volta/bin'],
  });
  expect([failedIn(report), namesIn(report)]).toEqual([[], ['plugin-without-node']]);
  write(join(bin, 'node'), '#!/bin/sh\necho v22.0.0\n', 0o755);
  expect(namesIn(await examine(patient, { usualFolders: ['~/.volta/bin'] }))).toEqual([]);
});

test('a parameter that is no secret may be read by others', async () => {
  const patient = await makePatient();
  const langfuse = { preset: 'langfuse-eu', endpoint: patient.backend.url };
  const parameters = { publicKey: 'pk-lf-1', secretKey: { command: 'echo sk-lf-2' } };
  writeConfig(patient, { destinations: { mine: { ...langfuse, parameters } } }, 0o644);
  expect(namesIn(await examine(patient))).toEqual([]);
  const clear = { ...parameters, secretKey: 'sk-lf-2' };
  writeConfig(patient, { destinations: { mine: { ...langfuse, parameters: clear } } }, 0o644);
  expect(namesIn(await examine(patient))).toEqual(['config-open-to-others']);
});

test('the plugin looks for Node where the check does', () => {
  const script = readFileSync(join(import.meta.dirname, '../../hooks/turnspan.sh'), 'utf8');
  const own = script.split('turnspan_find_node() {')[1]?.split('\n}')[0] ?? '';
  const folders = [...own.matchAll(/turnspan_search=\$turnspan_search:(\S+)/g)].flatMap(([, list = '']) =>
    list.replaceAll('$turnspan_home', '~').split(':'),
  );
  expect(folders).toEqual(USUAL_FOLDERS);
});

test("a plugin's worker that is gone is found as one of `install`", async () => {
  const patient = await makePatient();
  write(patient.settings, '{ "enabledPlugins": { "turnspan@somewhere": true } }');
  rmSync(join(patient.places.program, 'worker.cjs'));
  expect(namesIn(await examine(patient))).toEqual(['worker-missing']);
});

test('a plugin alone is an installation', async () => {
  const patient = await makePatient();
  write(patient.settings, '{ "enabledPlugins": { "turnspan@somewhere": true } }');
  expect(namesIn(await examine(patient))).toEqual([]);
});

test('the timed hook leaves nothing behind', async () => {
  const patient = await makePatient();
  const before = readdirSync(patient.places.state).sort();
  await examine(patient);
  expect(readdirSync(patient.places.state).sort()).toEqual(before);
  expect(readdirSync(join(patient.places.state, 'inbox'))).toEqual([]);
  expect(existsSync(join(patient.places.state, 'worker.log'))).toBe(false);
});

function edit(path: string, change: (text: string) => string): void {
  const text = readFileSync(path, 'utf8');
  const changed = change(text);
  if (changed === text) throw new Error('nothing was planted');
  writeFileSync(path, changed, { mode: statSync(path).mode });
}

function set(settings: string, values: object): void {
  const value = JSON.parse(readFileSync(settings, 'utf8')) as object;
  write(settings, JSON.stringify({ ...value, ...values }));
}

function changeScript(program: string, name: string, value: string): void {
  edit(join(program, 'hook.sh'), (text) =>
    text.replace(new RegExp(`^turnspan_${name}='.*'$`, 'm'), `turnspan_${name}='${value}'`),
  );
}

function lock(state: string, owner: Parameters<typeof formatOwner>[0], silentSeconds = 0): void {
  const path = join(state, 'lock/1');
  write(path, formatOwner(owner));
  const beat = Date.now() / 1000 - silentSeconds;
  utimesSync(path, beat, beat);
}

/** A request that waits since `at` for the patient's backend. */
function wait({ places, backend }: Patient, at: number): { id: Destination['id']; file: string } {
  const tracesUrl = `${backend.url}/v1/traces`;
  const id = destinationId(tracesUrl, 'protobuf');
  const destination: Destination = {
    id,
    name: 'mine',
    transport: 'http',
    signal: 'traces',
    url: tracesUrl,
    headers: {},
    timeoutMs: 1000,
    compression: 'gzip',
    encoding: 'protobuf',
    content: 'none',
  };
  rememberDestination(places.state, destination);
  const file = `${at}-1-000000_0000_1.otlp`;
  write(join(outboxFolder(places.state, id), file), '');
  return { id, file };
}
