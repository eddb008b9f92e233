// Faults of the environment: variables, and Claude Code's own telemetry. The command runs with them, beside a process that
// stands for the Claude Code that runs.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { clientVariables } from '../../src/config/remembered-clients.ts';
import { readProcess } from '../../src/platform/processes.ts';
import { write } from '../install/support/machine.ts';
import { startBackend } from '../support/loopback-backend.ts';
import {
  examine,
  examineByCommand,
  failedIn,
  makePatient,
  namesIn,
  run,
  writeConfig,
  type Environment,
  type Patient,
} from './support/patient.ts';

const clients: ChildProcess[] = [];
afterEach(async () => {
  for (const client of clients.splice(0)) {
    client.kill('SIGKILL');
    await once(client, 'close');
  }
});

test('variables-not-seen: this shell names an endpoint that the running client was not started with', async () => {
  const patient = await withoutConfig();
  startClient(patient, { OTEL_EXPORTER_OTLP_ENDPOINT: patient.backend.url });
  const report = await examineByCommand(patient, {
    OTEL_EXPORTER_OTLP_ENDPOINT: patient.backend.url,
    OTEL_EXPORTER_OTLP_HEADERS: 'authorization=secret',
  });
  expect([failedIn(report), namesIn(report)]).toEqual([[], ['variables-not-seen']]);
  expect(JSON.stringify(report)).toContain('OTEL_EXPORTER_OTLP_HEADERS of this shell is not what');
});

test('the running client is asked where it sends, and a shell without variables says nothing', async () => {
  const patient = await withoutConfig();
  startClient(patient, { OTEL_EXPORTER_OTLP_ENDPOINT: patient.backend.url });
  expect(namesIn(await examineByCommand(patient))).toEqual([]);
  expect(patient.backend.requests).toHaveLength(1);
});

test('what the settings say need not be in the environment', async () => {
  const patient = await withoutConfig();
  startClient(patient, {});
  const env = { OTEL_EXPORTER_OTLP_ENDPOINT: patient.backend.url };
  setEnv(patient.settings, env);
  expect(namesIn(await examineByCommand(patient, env))).toEqual([]);
});

test('with a destination in the config file, OTLP variables count for nothing', async () => {
  const patient = await makePatient();
  startClient(patient, {});
  expect(
    namesIn(await examineByCommand(patient, { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9' })),
  ).toEqual([]);
});

test('variables-not-handed-on: where the worker cannot read the environment of a client', async () => {
  const patient = await makePatient();
  const env = { PATH: '/usr/bin:/bin', OTEL_SERVICE_NAME: 'mine' };
  const report = await examine(patient, { env, readsClients: false });
  expect(namesIn(report)).toEqual(['variables-not-handed-on']);
});

test('destination-unusable: an endpoint that is no URL', async () => {
  const patient = await withoutConfig();
  const report = await examineByCommand(patient, { OTEL_EXPORTER_OTLP_ENDPOINT: 'not-a-url' });
  expect([failedIn(report), namesIn(report)]).toEqual([[], ['destination-unusable']]);
});

test('setting-ignored: a protocol that there is not', async () => {
  const patient = await withoutConfig();
  const report = await examineByCommand(patient, {
    OTEL_EXPORTER_OTLP_ENDPOINT: patient.backend.url,
    OTEL_EXPORTER_OTLP_PROTOCOL: 'carrier-pigeon',
  });
  expect([failedIn(report), namesIn(report)]).toEqual([[], ['setting-ignored']]);
  expect(JSON.stringify(report)).not.toContain('carrier-pigeon');
});

test('switched-off: TURNSPAN_DISABLED', async () => {
  const patient = await makePatient();
  const report = await examineByCommand(patient, { TURNSPAN_DISABLED: '1' });
  expect([failedIn(report), namesIn(report)]).toEqual([[], ['switched-off']]);
});

test('native-metrics-delta, until the preference says what is wanted', async () => {
  const patient = await makePatient();
  const env = { CLAUDE_CODE_ENABLE_TELEMETRY: '1', OTEL_METRICS_EXPORTER: 'otlp' };
  const report = await examineByCommand(patient, env);
  expect([failedIn(report), namesIn(report)]).toEqual([[], ['native-metrics-delta']]);
  expect(JSON.stringify(report)).toContain('docs/native-telemetry.md');
  const decided = { ...env, OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE: 'delta' };
  expect(namesIn(await examineByCommand(patient, decided))).toEqual([]);
});

test('native-traces-apart, until it is said that this is meant', async () => {
  const patient = await makePatient();
  const env = {
    CLAUDE_CODE_ENABLE_TELEMETRY: '1',
    CLAUDE_CODE_ENHANCED_TELEMETRY_BETA: '1',
    OTEL_TRACES_EXPORTER: 'otlp',
    OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9',
  };
  const report = await examineByCommand(patient, env);
  expect([failedIn(report), namesIn(report)]).toEqual([[], ['native-traces-apart']]);
  expect(namesIn(await examineByCommand(patient, { ...env, TURNSPAN_NATIVE: 'separate' }))).toEqual([]);
});

test('a project that sets an endpoint moves nothing: the shell counts, and the project is told', async () => {
  const patient = await withoutConfig();
  const other = await startBackend();
  try {
    const settings = join(patient.project, '.claude/settings.json');
    write(settings, JSON.stringify({ env: { OTEL_EXPORTER_OTLP_ENDPOINT: other.url } }));
    const report = await examineByCommand(patient, { OTEL_EXPORTER_OTLP_ENDPOINT: patient.backend.url });
    expect([failedIn(report), namesIn(report)]).toEqual([[], ['project-sets-variables']]);
    expect([other.requests.length, patient.backend.requests.length]).toEqual([0, 1]);
  } finally {
    await other.stop();
  }
});

test('a variable that the config file takes a key from is found in this shell', async () => {
  const patient = await makePatient();
  const mine = { endpoint: patient.backend.url, headers: { 'x-key': { env: 'MY_KEY' } } };
  writeConfig(patient, { destinations: { mine } });
  expect(namesIn(await examineByCommand(patient, { MY_KEY: 'abc' }))).toEqual([]);
  expect(patient.backend.requests[0]?.headers['x-key']).toBe('abc');
});

test('no secret is shown, wherever one stands', async () => {
  const patient = await makePatient();
  const secrets = Array.from({ length: 12 }, (_, index) => `Sesame${index}Open${index}Sesame`);
  const secret = (index: number): string => secrets[index]!;
  const port = patient.backend.url.split(':').at(-1)!;
  const url = (index: number): string =>
    `http://user:${secret(index)}@127.0.0.1:${port}/p/${secret(index + 1)}?key=${secret(index + 2)}`;
  patient.backend.answer({
    status: 401,
    headers: {
      'www-authenticate': secret(0),
      location: `http://x/${secret(0)}`,
      'content-type': 'text/html',
    },
    body: secret(0),
  });
  writeConfig(
    patient,
    { destinations: { mine: { endpoint: url(0), headers: { authorization: secret(3) } } } },
    0o644,
  );
  setEnv(patient.settings, { OTEL_EXPORTER_OTLP_HEADERS: `k=${secret(4)}`, MY_TOKEN: secret(5) });
  const project = { OTEL_EXPORTER_OTLP_ENDPOINT: url(6), NODE_OPTIONS: `--x=${secret(9)}` };
  write(join(patient.project, '.claude/settings.json'), JSON.stringify({ env: project }));
  write(join(patient.project, '.turnspan.json'), JSON.stringify({ [`${secret(10)} key`]: secret(10) }));
  startClient(patient, { OTEL_EXPORTER_OTLP_HEADERS: `k=${secret(11)}` });
  const env = {
    OTEL_EXPORTER_OTLP_ENDPOINT: url(6),
    OTEL_EXPORTER_OTLP_HEADERS: `k=${secret(9)},${secret(11)}`,
    OTEL_EXPORTER_OTLP_TIMEOUT: secret(8),
    TURNSPAN_CONTENT: secret(7),
    CLAUDE_CODE_ENABLE_TELEMETRY: '1',
    CLAUDE_CODE_ENHANCED_TELEMETRY_BETA: '1',
    OTEL_TRACES_EXPORTER: 'otlp',
  };
  const said: string[] = [];
  for (const args of [['doctor'], ['doctor', '--json'], ['test'], ['test', '--json']]) {
    const { code, stdout, stderr } = await run(patient, args, env);
    expect(code).toBe(1);
    said.push(stdout, stderr);
  }
  // With the environment in place of the config file, too.
  rmSync(patient.places.config);
  for (const args of [['doctor'], ['test']]) {
    const { stdout, stderr } = await run(patient, args, env);
    said.push(stdout, stderr);
  }
  expect(said.join('\n')).toContain('endpoint-key-refused');
  for (const one of secrets) expect(said.join('\n')).not.toContain(one);
});

async function withoutConfig(): Promise<Patient> {
  const patient = await makePatient();
  rmSync(patient.places.config);
  return patient;
}

function setEnv(settings: string, env: Environment): void {
  const old = JSON.parse(readFileSync(settings, 'utf8')) as object;
  writeFileSync(settings, JSON.stringify({ ...old, env }));
}

/** A process with this environment, which the worker has seen. */
function startClient({ places }: Patient, env: Environment): void {
  const client = spawn('/bin/sleep', ['600'], { env, stdio: 'ignore' });
  clients.push(client);
  const pid = client.pid!;
  mkdirSync(join(places.state, 'clients'), { recursive: true, mode: 0o700 });
  if (clientVariables(places.state, { pid, startTime: readProcess(pid)!.startTime }) === undefined) {
    throw new Error('the client was not seen');
  }
}
