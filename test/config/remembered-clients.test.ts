import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { clientVariables, forgetClients } from '../../src/config/remembered-clients.ts';
import { identifySelf } from '../../src/platform/processes.ts';
import { startClient } from './started-client.ts';
import type { StartedClient } from './started-client.ts';

const DAY = 24 * 60 * 60_000;
let dir: string;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'turnspan-clients-'));
});
afterEach(() => {
  rmSync(dir, { recursive: true });
});

describe.runIf(existsSync('/proc/self/environ'))('a client', () => {
  const environment = {
    OTEL_EXPORTER_OTLP_ENDPOINT: 'http://one',
    OTEL_EXPORTER_OTLP_HEADERS: 'a=pa55word',
    ANTHROPIC_API_KEY: 'never kept',
    TURNSPAN_ANYTHING: 'never kept',
  };
  const named = new Map([
    ['OTEL_EXPORTER_OTLP_ENDPOINT', 'http://one'],
    ['OTEL_EXPORTER_OTLP_HEADERS', 'a=pa55word'],
  ]);

  test('that was seen once can be asked when it is gone', async () => {
    const { child, client } = startClient(environment);
    expect(clientVariables(dir, client)).toEqual(named);
    await child.kill();
    expect(clientVariables(dir, client)).toEqual(named);
  });

  test('that was never seen cannot', async () => {
    const { child, client } = startClient(environment);
    await child.kill();
    expect(clientVariables(dir, client)).toBeUndefined();
  });

  test('is remembered in a file for the user alone, which holds the named variables and no others', () => {
    const { client } = startClient(environment);
    clientVariables(dir, client);
    const file = fileOf(client);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(statSync(join(dir, 'clients')).mode & 0o777).toBe(0o700);
    expect(readFileSync(file, 'utf8')).not.toContain('never kept');
  });

  test('is not mixed up with a later one of the same number', async () => {
    const { child, client } = startClient(environment);
    clientVariables(dir, client);
    expect(clientVariables(dir, { ...client, startTime: '1' })).toBeUndefined();
    await child.kill();
    expect(clientVariables(dir, { ...client, startTime: '1' })).toBeUndefined();
  });

  test('is read although it cannot be remembered', () => {
    const { client } = startClient(environment);
    writeFileSync(join(dir, 'clients'), 'a file where the folder should be');
    expect(clientVariables(dir, client)).toEqual(named);
  });

  test('whose file was damaged is remembered anew', () => {
    const { client } = startClient(environment);
    mkdirSync(join(dir, 'clients'));
    writeFileSync(fileOf(client), '{"version":1,');
    expect(clientVariables(dir, client)).toEqual(named);
    expect(JSON.parse(readFileSync(fileOf(client), 'utf8'))).toMatchObject({ version: 1 });
  });

  test.each(['', '../../x', '1/2', '-1', undefined])('with the start time %j is nobody', (startTime) => {
    expect(
      clientVariables(dir, { pid: process.pid, ...(startTime === undefined ? {} : { startTime }) }),
    ).toBeUndefined();
    expect(readdirSync(dir)).toEqual([]);
  });

  test('is forgotten when it is gone and a day has passed', async () => {
    const { child, client } = startClient(environment);
    clientVariables(dir, client);
    forgetClients(dir, Date.now() + 2 * DAY);
    expect(readdirSync(join(dir, 'clients'))).toHaveLength(1);
    await child.kill();
    forgetClients(dir, Date.now() + DAY / 2);
    expect(readdirSync(join(dir, 'clients'))).toHaveLength(1);
    forgetClients(dir, Date.now() + 2 * DAY);
    expect(readdirSync(join(dir, 'clients'))).toEqual([]);
  });

  test('of another pid namespace is kept for a month', () => {
    const { client } = startClient(environment);
    clientVariables(dir, client);
    const identity = { ...identifySelf(), ...client, pidNamespace: 'pid:[1]' };
    writeFileSync(fileOf(client), JSON.stringify({ version: 1, identity, variables: {} }));
    forgetClients(dir, Date.now() + 29 * DAY);
    expect(existsSync(fileOf(client))).toBe(true);
    forgetClients(dir, Date.now() + 31 * DAY);
    expect(existsSync(fileOf(client))).toBe(false);
  });
});

test('old files that are no client are cleared, and no folder is no trouble', () => {
  forgetClients(dir, Date.now());
  const folder = join(dir, 'clients');
  mkdirSync(folder);
  for (const name of ['1-1.json', '.tmp-1-0-1-1.json']) {
    writeFileSync(join(folder, name), 'torn');
    utimesSync(join(folder, name), 1, 1);
  }
  forgetClients(dir, Date.now());
  expect(readdirSync(folder)).toEqual([]);
});

function fileOf({ pid, startTime }: StartedClient['client']): string {
  return join(dir, 'clients', `${pid}-${startTime}.json`);
}
