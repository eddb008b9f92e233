// Every preset as a new user meets it: an empty home, `install`, a session, `status`, `doctor`, `uninstall`, against a server on
// loopback that answers as the backend documents; clouds are reached at their real addresses, through a proxy.
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { presetNamed, presets } from '../../src/config/presets/list.ts';
import type { Outcome } from '../cli/run-turnspan.ts';
import { makeCertificates, NO_OPENSSL, readPair, type Certificates } from '../delivery/certificates.ts';
import { startConnectProxy, type ConnectProxy } from '../support/connect-proxy.ts';
import { startBackendServer, type BackendServer } from './support/backend-server.ts';
import { documentedBackends, KEY, LOOPBACK, type DocumentedBackend } from './support/documented.ts';
import { newcomer, type Newcomer } from './support/newcomer.ts';

let made: Certificates;
beforeAll(() => {
  if (NO_OPENSSL === undefined) made = makeCertificates(documentedBackends.flatMap(({ host = [] }) => host));
});
afterAll(() => {
  if (NO_OPENSSL === undefined) made.remove();
});

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

interface Tour {
  readonly user: Newcomer;
  readonly server: BackendServer;
  readonly proxy: ConnectProxy;
}

/** A user who has exported what docs/backends.md says; `change` in place of it. */
async function begin(
  backend: DocumentedBackend,
  change: Readonly<Record<string, string>> = {},
): Promise<Tour> {
  const server = await startBackendServer(backend, readPair(made.server));
  const proxy = await startConnectProxy(backend.host === undefined ? {} : { [backend.host]: server.port });
  stops.push(
    () => server.stop(),
    () => proxy.stop(),
  );
  const own = Object.entries(backend.variables).map(([name, value]) => [
    name,
    value.replace(LOOPBACK, `http://127.0.0.1:${server.port}`),
  ]);
  const shell = {
    HTTPS_PROXY: proxy.url,
    HTTP_PROXY: proxy.url,
    NODE_EXTRA_CA_CERTS: made.ca,
    ...(Object.fromEntries(own) as Record<string, string>), // pairs of texts
    ...change,
  };
  return { user: newcomer(shell), server, proxy };
}

/** Nothing is sent before it is known that it goes through the proxy: a fault here must not ask the real backend. */
async function installPreset(user: Newcomer, { preset, host }: DocumentedBackend): Promise<Outcome> {
  const install = await user.run(['install', '--preset', preset, '--yes']);
  expect(install).toMatchObject({ code: 0, stderr: '' });
  expect(install.stdout).toContain(preset);
  const config = await user.run(['config']);
  expect(config).toMatchObject({ code: 0, stderr: '' });
  expect(/ proxy .*HTTPS_PROXY of the client's environment/.test(config.stdout)).toBe(host !== undefined);
  expect(config.stdout).not.toContain(KEY);
  return install;
}

test('every preset has its tour', () => {
  expect(new Set(documentedBackends.map(({ preset }) => preset))).toEqual(
    new Set(presets.map(({ name }) => name)),
  );
});

/** What is left is Claude Code's own, and the folders that all programs of a home share. */
function isOfTurnspan({ home }: Newcomer): (path: string) => boolean {
  const shared = ['.claude', '.config', '.local', '.local/share', '.local/state'].map((name) =>
    join(home, name),
  );
  return (path) => !shared.includes(path) && !path.startsWith(join(home, '.claude/projects'));
}

const named = documentedBackends.map(
  (backend) =>
    [`${backend.preset}${backend.host === undefined ? '' : ` at ${backend.host}`}`, backend] as const,
);

describe.skipIf(NO_OPENSSL)(`with certificates${NO_OPENSSL ? ` (skipped: ${NO_OPENSSL})` : ''}`, () => {
  test.each(named)('%s', async (_, backend) => {
    const { user, server, proxy } = await begin(backend);
    const install = await installPreset(user, backend);

    await user.session();
    const sent = server.taken.filter(({ body }) => body.length > 0);
    expect(sent.length).toBeGreaterThan(0);
    expect(new Set(server.answers)).toEqual(new Set([backend.good.status]));
    const ways = new Set(proxy.asked);
    expect(ways).toEqual(new Set(backend.host === undefined ? [] : [`CONNECT ${backend.host}:443`]));

    const status = await user.run(['status']);
    expect(status).toMatchObject({ code: 0, stderr: '' });
    const doctor = await user.run(['doctor']);
    expect({ doctor }).toMatchObject({ doctor: { code: 0, stderr: '' } });
    const log = await user.run(['logs']);
    for (const { stdout } of [install, status, doctor, log]) expect(stdout).not.toContain(KEY);

    const uninstall = await user.run(['uninstall', '--purge', '--yes']);
    expect(uninstall).toMatchObject({ code: 0, stderr: '' });
    expect(user.files().filter(isOfTurnspan(user))).toEqual([]);
  });

  // Of the regions of one backend, the first stands for all.
  const withKey = named.filter(
    ([, { keyVariable }], place) =>
      keyVariable !== undefined && place === named.findIndex(([, one]) => one.keyVariable === keyVariable),
  );
  test.each(withKey)('%s with a wrong key', async (_, backend) => {
    const { keyVariable = '', bad = { status: 0 } } = backend;
    const { user, server } = await begin(backend, { [keyVariable]: 'wr0ng-key' });
    const install = await installPreset(user, backend);
    await user.session();
    expect(server.taken).toEqual([]);
    expect(new Set(server.answers)).toEqual(new Set([bad.status]));

    const status = await user.run(['status']);
    expect(status.code).toBe(1);
    expect(status.stdout).toContain(`(HTTP ${bad.status})`);
    const doctor = await user.run(['doctor']);
    expect(doctor.code).toBe(1);
    // The destination, the status, where a key is made, and which variable it goes into.
    const hint = presetNamed(backend.preset)?.parameters.find(({ secret }) => secret)?.hint ?? 'no hint';
    for (const part of [
      'default (https://',
      'endpoint-key-refused',
      `HTTP ${bad.status}`,
      hint,
      keyVariable,
    ]) {
      expect(doctor.stdout).toContain(part);
    }
    const log = await user.run(['logs']);
    expect(log.stdout).toContain('delivery.refused');
    expect(log.stdout).toContain(`status=${bad.status}`);
    for (const { stdout, stderr } of [install, status, doctor, log]) {
      // Neither the key nor a word of the backend's.
      expect(stdout + stderr).not.toContain('wr0ng-key');
      expect(stdout + stderr).not.toContain(bad.body ?? 'wr0ng-key');
    }

    // What the doctor says helps: the same command with a good key.
    const again = { [keyVariable]: KEY };
    expect(await user.run(['install', '--preset', backend.preset, '--yes'], again)).toMatchObject({
      code: 0,
    });
    const mended = await user.run(['doctor'], again);
    expect(mended.stdout).not.toContain('endpoint-key-refused');
  });

  test('an address with the path twice: the doctor finds the right one', async () => {
    const [backend] = documentedBackends.filter(
      ({ preset, host }) => preset === 'langfuse-self-hosted' && !host,
    );
    if (backend === undefined) throw new Error('it is in the list');
    const url = `${LOOPBACK}/api/public/otel`;
    const { user, server } = await begin({
      ...backend,
      variables: { ...backend.variables, LANGFUSE_BASE_URL: url },
    });
    expect(await user.run(['install', '--preset', backend.preset, '--yes'])).toMatchObject({ code: 0 });
    await user.session();
    expect(new Set(server.answers)).toEqual(new Set([404]));
    const { code, stdout } = await user.run(['doctor']);
    expect(code).toBe(1);
    for (const part of [
      'endpoint-wrong-path',
      'HTTP 404',
      `http://127.0.0.1:${server.port}/api/public/otel in`,
    ]) {
      expect(stdout).toContain(part);
    }
  });
});
