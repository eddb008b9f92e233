// `turnspan status` as a user runs it: the built command, in a home of its own.
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { statusSchema, type Status } from '../../src/cli/status-report.ts';
import { destinationId, type Destination } from '../../src/config/destination.ts';
import { writeBackoff } from '../../src/delivery/backoff.ts';
import { batchIds } from '../../src/delivery/batch-id.ts';
import { listPending, setAside } from '../../src/delivery/outbox.ts';
import { publish, stage } from '../../src/delivery/staging.ts';
import { fileLog } from '../../src/platform/log.ts';
import { makeMachine, write, type Machine } from '../install/support/machine.ts';
import { turnspan, type Outcome } from './run-turnspan.ts';

let machine: Machine;
beforeEach(() => {
  machine = makeMachine();
});

const at = (name: string): string => join(machine.places.state, name);

function run(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Outcome> {
  return turnspan(args, { HOME: machine.home, ...env });
}

async function statusNow(
  env: Readonly<Record<string, string>> = {},
): Promise<Status & { code: number | null }> {
  const { code, stdout, stderr } = await run(['status', '--json'], env);
  expect(stderr).toBe('');
  return { ...statusSchema.parse(JSON.parse(stdout)), code };
}

/** Two requests wait at a destination whose address and headers hold secrets, and one was refused. */
function fillOutbox(): Destination['id'] {
  const tracesUrl = 'https://ada:pa55word@collector.example/v1/traces?key=s3cret';
  const destination: Destination = {
    id: destinationId(tracesUrl, 'protobuf'),
    name: 'example',
    transport: 'http',
    signal: 'traces',
    url: tracesUrl,
    headers: { authorization: 'Bearer t0ken' },
    timeoutMs: 1000,
    compression: 'gzip',
    encoding: 'protobuf',
    content: 'none',
  };
  const batch = batchIds()();
  const requests = [1, 2, 3].map((spans) => ({ bytes: Buffer.alloc(1000), spans }));
  stage(machine.places.state, batch, [{ destination, requests }]);
  publish(machine.places.state, batch);
  const [first] = listPending(machine.places.state, destination.id);
  setAside(machine.places.state, destination.id, first!.file, { httpStatus: 401, why: 'HTTP 401' });
  const notBefore = Date.now() + 60_000;
  writeBackoff(machine.places.state, destination.id, { failures: 3, notBefore, why: 'ECONNREFUSED' });
  return destination.id;
}

describe('where nothing was ever installed', () => {
  test('says so and what to do, ends with 1, and leaves nothing behind', async () => {
    const { code, stdout, stderr } = await run(['status']);
    expect([code, stderr]).toEqual([1, '']);
    expect(stdout).toMatch(/installed +no\n/);
    expect(stdout).toContain('! Turnspan is not installed.\n  `turnspan install` puts its hooks');
    expect(await statusNow()).toMatchObject({ code: 1, installedAt: null, settings: [], worker: null });
    expect(readdirSync(machine.home)).toEqual([]);
  });
});

describe('where it is installed', () => {
  beforeEach(async () => {
    expect((await run(['install', '--yes'])).code).toBe(0);
  });

  test('says where, which version, where sessions go, and ends with 0; changes nothing', async () => {
    const before = readdirSync(machine.home, { recursive: true });
    const { code, stdout, stderr } = await run(['status']);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(
      new RegExp(`installed +${machine.settings} \\(\\d hooks, \\d+\\.\\d+\\.\\d+\\)\n`),
    );
    expect(stdout).toMatch(/paused +no\n/);
    expect(stdout).toMatch(/destination +\S+: http:\/\/localhost:4318\/v1\/traces \(http\), from default\n/);
    expect(stdout).toMatch(/ content none, from default\n/);
    expect(await statusNow()).toMatchObject({
      code: 0,
      tickets: 0,
      paused: null,
      lastExport: null,
      outboxes: [],
      findings: [],
    });
    expect(readdirSync(machine.home, { recursive: true })).toEqual(before);
  });

  test('shows who named the destination, and neither password, query nor header', async () => {
    const env = {
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://ada:pa55word@127.0.0.1:9/otlp?key=s3cret',
      OTEL_EXPORTER_OTLP_HEADERS: 'authorization=t0ken',
    };
    const { stdout } = await run(['status'], env);
    expect(stdout).toContain(
      'http://127.0.0.1:9/otlp/v1/traces (http), from OTEL_EXPORTER_OTLP_ENDPOINT of this shell',
    );
    expectNoSecret(stdout + JSON.stringify(await statusNow(env)));
  });

  test('a switch that the user has set is shown, and is no finding', async () => {
    const status = await statusNow({ TURNSPAN_DISABLED: '1' });
    expect(status).toMatchObject({ code: 0, destinations: [], noDestination: { isWanted: true } });
    expect(status.noDestination?.why).toContain('TURNSPAN_DISABLED');
  });

  test('a pause is shown with its time, and is no finding', async () => {
    await run(['pause']);
    const { code, stdout } = await run(['status']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/paused +since \d{4}-.*Z \(\d+ s ago\)\n/);
    expect(stdout).toContain('`turnspan resume` sends what waits');
  });

  test('what waits, what was refused and why, and until when a destination is left alone', async () => {
    fillOutbox();
    write(at('inbox/1-2-0'), 'TURNSPAN_TICKET=1\0\0{}\0TURNSPAN_END\0');
    write(at('inbox/1-3-0'), 'TURNSPAN_TICKET=1\0\0{"unfinis');
    const { code, stdout } = await run(['status']);
    expect(code).toBe(1);
    expect(stdout).toMatch(/tickets +1 wait\n/);
    expect(stdout).toContain('https://collector.example/v1/traces: 2 requests, 5 spans, 2 kB; 1 refused');
    expect(stdout).toMatch(/left alone until \d{4}-.* \(ECONNREFUSED\)/);
    expect(stdout).toContain('refused 1 request (HTTP 401)');
    const status = await statusNow();
    expect(status.outboxes).toMatchObject([
      { requests: 2, spans: 5, bytes: 2000, refused: 1, refusedWhy: 'HTTP 401' },
    ]);
    expect(status.outboxes[0]?.backoff).toMatchObject({ failures: 3, why: 'ECONNREFUSED' });
    expectNoSecret(stdout + JSON.stringify(status));
  });

  test('when a destination took something last, also from the log before this one', async () => {
    const destination = fillOutbox();
    const log = fileLog(at('worker.log.1'), () => Date.parse('2025-11-21T10:00:00.000Z'));
    log.info('delivery.sent', { destination, requests: 1, spans: 7, rejectedSpans: 0, refused: 0 });
    log.info('worker-leaves');
    expect((await statusNow()).lastExport).toEqual({
      at: '2025-11-21T10:00:00.000Z',
      destination,
      url: 'https://collector.example/v1/traces',
      spans: 7,
    });
  });

  test('a settings file that lost its hooks, or names a script that is gone', async () => {
    rmSync(machine.places.data, { recursive: true });
    expect((await run(['status'])).stdout).toContain(`! ${machine.settings} names a script that is gone: `);
    writeFileSync(machine.settings, '{}');
    const { code, stdout } = await run(['status']);
    expect(code).toBe(1);
    expect(stdout).toContain(`! ${machine.settings} has no hooks of Turnspan any more.`);
  });

  test.each([
    ['installation.json', '{', 'installation.json cannot be read'],
    ['install.json', '{', 'install.json is not valid JSON'],
    ['install.json', '{"version":9}', 'install.json is not of this version'],
    ['paused', '{', 'paused does not say since when'],
    ['paused', '{"version":1,"since":1e300}', 'paused does not say since when'],
    ['skipped.json', '[]', 'skipped.json cannot be read, so nothing is sent'],
    ['worker.log', '\0\u001b[31m delivery.sent \n', ''],
    ['worker.alive', 'x', ''],
    ['lock/3', 'x', ''],
    ['inbox-unreadable/1', 'x', ''],
  ])('survives %s with %j, and names it where someone must look', async (name, text, finding) => {
    write(at(name), text);
    const { code, stdout, stderr } = await run(['status']);
    expect([code, stderr]).toEqual([finding === '' ? 0 : 1, '']);
    expect(stdout).toContain(finding);
    expect(readFileSync(at(name), 'utf8')).toBe(text);
    statusSchema.parse(JSON.parse((await run(['status', '--json'])).stdout));
  });

  test('survives a session record, a destination, a back-off and a reason that cannot be read', async () => {
    write(at('watch/s-1.json'), '');
    write(at('watch/s-2.json'), '');
    write(at('sessions/s-1.json'), '{');
    const id = fillOutbox();
    for (const file of ['destination.json', 'retry.json']) write(at(`outbox/${id}/${file}`), '{');
    for (const file of readdirSync(at(`refused/${id}`)).filter((name) => name.endsWith('.json')))
      write(at(`refused/${id}/${file}`), '{');
    const { code, stdout } = await run(['status']);
    expect(code).toBe(1);
    expect(stdout).toMatch(/sessions +2 watched, 0 open turns\n/);
    expect(stdout).toContain('s-1.json cannot be read.');
    expect(stdout).toContain('destination.json is missing or unreadable, and 2 requests wait for it');
    expect(stdout).toContain(`${id} refused 1 request.`);
  });

  test('a settings file and a config file that cannot be read', async () => {
    write(machine.settings, '{ "hooks": 1 }');
    write(machine.places.config, '{');
    const { code, stdout } = await run(['status']);
    expect(code).toBe(1);
    expect(stdout).toContain(`! ${machine.settings} cannot be read (1:`);
    expect(stdout).toMatch(/! Where to send is not known: .*config\.json/);
  });
});

test('a wrong option gets the usage and 2; a state that is no folder is told, with 2', async () => {
  expect(await run(['status', '--yaml'])).toMatchObject({ code: 2, stdout: '' });
  mkdirSync(join(machine.home, '.local/state'), { recursive: true });
  write(join(machine.places.state, 'inbox'), '');
  const { code, stderr } = await run(['status']);
  expect(code).toBe(2);
  expect(stderr).toContain('inbox cannot be read or written (ENOTDIR)');
});

function expectNoSecret(text: string): void {
  for (const secret of ['pa55word', 's3cret', 't0ken']) expect(text).not.toContain(secret);
}

describe('the config file', () => {
  const configure = (content: object, mode = 0o600): void => {
    write(machine.places.config, JSON.stringify(content), mode);
  };

  test.each(['status', 'config'])('%s runs no command that it names', async (name) => {
    const mark = join(machine.home, 'ran');
    const command = `echo >'${mark}'; echo 'x-key: s3cret'`;
    const mine = {
      endpoint: 'http://127.0.0.1:1',
      headersCommand: command,
      headers: { 'x-other': { command } },
    };
    const parameters = { url: { command }, publicKey: { command }, secretKey: { command } };
    configure({ destinations: { mine, theirs: { preset: 'langfuse-self-hosted', parameters } } });
    const { stdout } = await run([name]);
    expect(stdout).toContain('http://127.0.0.1:1/v1/traces');
    expect(stdout).toContain('http://from-a-command/api/public/otel');
    expect(existsSync(mark)).toBe(false);
    if (name === 'config') expect(stdout.match(/\(from a command\)/g)).toHaveLength(2);
  });

  test('that holds a key and is open to others is told, with the remedy', async () => {
    const mine = { endpoint: 'http://127.0.0.1:1', headers: { 'x-key': 's3cret' } };
    configure({ destinations: { mine } }, 0o644);
    chmodSync(join(machine.places.config, '..'), 0o777);
    const { findings } = await statusNow();
    const own = findings.filter(({ what }) => what.startsWith(machine.places.config));
    expect(own.map(({ remedy }) => remedy)).toEqual([
      'chmod 600 ~/.config/turnspan/config.json',
      'chmod 700 ~/.config/turnspan',
    ]);
    expect(JSON.stringify(findings)).not.toContain('s3cret');
  });
});
