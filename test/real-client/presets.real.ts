// A new user of each preset, with the real client: `install --preset`, one session, `status`, `doctor`, `uninstall`.
// A cloud is a server on loopback with its name and path, reached through a proxy as in a company. Out: the right requests at
// the right places, and the settings file as it was.
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeCertificates, NO_OPENSSL, readPair, type Certificates } from '../delivery/certificates.ts';
import { startBackendServer } from '../presets/support/backend-server.ts';
import { documentedBackends, KEY, LOOPBACK, type DocumentedBackend } from '../presets/support/documented.ts';
import { startConnectProxy } from '../support/connect-proxy.ts';
import { installOn, programFolder } from './installation.ts';
import { tell } from './results.ts';
import { isAskedFor, isShort } from './runs.ts';
import { oneAgent } from './scenarios/agents.ts';
import { setStage, type ClientStage } from './support/client-stage.ts';
import { fetchClient, type InstalledClient } from './support/clients.ts';
import { runHeadless } from './support/headless-client.ts';
import { startModelServer } from './support/model-server.ts';
import { newest } from './versions.ts';

/** On the short list a cloud and a backend at home. */
const tried = documentedBackends.filter(
  ({ preset }) => !isShort() || ['langfuse-eu', 'jaeger'].includes(preset),
);
const client = await fetchClient(newest);

let made: Certificates;
beforeAll(() => {
  if (NO_OPENSSL === undefined) made = makeCertificates(tried.flatMap(({ host = [] }) => host));
});
afterAll(() => {
  if (NO_OPENSSL === undefined) made.remove();
});

describe.skipIf(client.kind === 'unavailable' || NO_OPENSSL !== undefined)('presets', () => {
  for (const backend of tried) {
    const isTwin = tried.some((one) => one !== backend && one.preset === backend.preset);
    const name = `preset-${backend.preset}${isTwin && backend.host !== undefined ? '-elsewhere' : ''}`;
    test.skipIf(!isAskedFor(name))(name, async () => {
      if (client.kind === 'unavailable') return;
      try {
        await tour(backend, client);
        tell({ name, version: newest, result: 'ok' });
      } catch (error) {
        tell({ name, version: newest, result: 'faults', faults: [{ rule: 'one right delivery', what: String(error).slice(0, 300) }] }); // prettier-ignore
        throw error;
      }
    });
  }
});

async function tour(backend: DocumentedBackend, installed: InstalledClient): Promise<void> {
  const model = await startModelServer(oneAgent.script);
  const server = await startBackendServer(backend, readPair(made.server));
  const proxy = await startConnectProxy(backend.host === undefined ? {} : { [backend.host]: server.port });
  const own = Object.entries(backend.variables).map(([variable, value]) => [
    variable,
    value.replace(LOOPBACK, `http://127.0.0.1:${server.port}`),
  ]);
  const shell = {
    HTTPS_PROXY: proxy.url,
    NO_PROXY: 'localhost,127.0.0.1',
    NODE_EXTRA_CA_CERTS: made.ca,
    ...(Object.fromEntries(own) as Record<string, string>), // pairs of texts
  };
  const stage = setStage({ baseUrl: model.url, settings: { model: 'opus', hooks: {} }, env: shell });
  const settings = join(stage.config, 'settings.json');
  const before = readFileSync(settings, 'utf8');
  const run = commandOn(stage, installed);
  let installation: Awaited<ReturnType<typeof installOn>> | undefined;
  try {
    await run(['install', '--preset', backend.preset, '--yes']);
    const { stdout: config } = await run(['config']);
    // Before anything is sent: it must not go to the real one.
    expect(config.includes('HTTPS_PROXY')).toBe(backend.host !== undefined);
    // Again, without a destination: it stays.
    installation = await installOn(stage, installed);
    await runHeadless(installed, stage, 'Have it read');
    await installation.rest();
    expect(server.taken.filter(({ body }) => body.length > 0).length).toBeGreaterThan(0);
    expect(new Set(server.answers)).toEqual(new Set([backend.good.status]));
    if (backend.host !== undefined) expect(proxy.asked).toContain(`CONNECT ${backend.host}:443`);
    const { stdout: status } = await run(['status']);
    expect(status).toContain('last export');
    const { stdout: doctor } = await run(['doctor']);
    expect(doctor).toContain('Nothing was found.');
    expect(status + doctor + installation.log()).not.toContain(KEY);
    await installation.uninstall();
    expect(readFileSync(settings, 'utf8')).toBe(before);
  } finally {
    installation?.stop();
    await Promise.all([model.stop(), server.stop(), proxy.stop()]);
    stage.remove();
  }
}

/** The built command, run in the user's shell. Rejects where it fails. */
function commandOn(stage: ClientStage, { executable }: InstalledClient) {
  const env = { ...stage.env, PATH: [dirname(executable), '/usr/bin', '/bin'].join(':') };
  const program = join(programFolder(), 'turnspan.cjs');
  return (args: readonly string[]) =>
    promisify(execFile)(process.execPath, [program, ...args], { env, cwd: stage.work });
}
