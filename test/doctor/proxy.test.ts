// What the doctor says of a proxy on the way: that it is not there, that it says no, and that the backend behind it is fine.
import { afterEach, describe, expect, test } from 'vitest';
import { reportText } from '../../src/doctor/report.ts';
import { startConnectProxy, type ConnectProxy, type ConnectProxyOptions } from '../support/connect-proxy.ts';
import { closedPort } from './support/endpoints.ts';
import {
  examine,
  failedIn,
  makePatient,
  namesIn,
  sendTo,
  writeConfig,
  type Patient,
} from './support/patient.ts';

const HOST = 'otel.example.com';

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

async function patientBehind(
  options: ConnectProxyOptions = {},
): Promise<{ patient: Patient; proxy: ConnectProxy }> {
  const patient = await makePatient();
  const proxy = await startConnectProxy({ [HOST]: Number(new URL(patient.backend.url).port) }, options);
  stops.push(() => proxy.stop());
  sendTo(patient, `http://${HOST}`);
  return { patient, proxy };
}

const PATH = '/usr/bin:/bin';

async function endpointSays(patient: Patient, env: Readonly<Record<string, string>>) {
  const report = await examine(patient, { env: { PATH: `${patient.home}/.local/bin:${PATH}`, ...env } });
  expect(failedIn(report)).toEqual([]);
  return { names: namesIn(report).filter((name) => name.startsWith('endpoint')), text: reportText(report) };
}

test('a backend behind a proxy is asked through it', async () => {
  const { patient, proxy } = await patientBehind({ login: 'ada:secret' });
  const HTTP_PROXY = proxy.url.replace('//', '//ada:secret@');
  expect((await endpointSays(patient, { HTTP_PROXY })).names).toEqual([]);
  expect(proxy.asked).toEqual([`POST http://${HOST}/v1/traces`]);
});

test('a proxy that is not there', async () => {
  const { patient } = await patientBehind();
  const HTTP_PROXY = `http://ada:secret@127.0.0.1:${await closedPort()}`;
  const { names, text } = await endpointSays(patient, { HTTP_PROXY });
  expect(names).toEqual(['endpoint-proxy-unreachable']);
  expect(text).toContain('ECONNREFUSED');
  expect(text).not.toContain('secret');
});

describe('a proxy that says no', () => {
  test('407: name and password', async () => {
    const { patient, proxy } = await patientBehind({ login: 'ada:secret' });
    const { names, text } = await endpointSays(patient, { HTTP_PROXY: proxy.url });
    expect(names).toEqual(['endpoint-proxy-refuses']);
    expect(text).toContain('http://NAME:PASSWORD@HOST:PORT');
  });

  test('403 to a tunnel', async () => {
    const { patient, proxy } = await patientBehind();
    proxy.answer(403);
    sendTo(patient, `https://${HOST}`);
    const { names, text } = await endpointSays(patient, { HTTPS_PROXY: proxy.url });
    expect(names).toEqual(['endpoint-proxy-refuses']);
    expect(text).toContain('NO_PROXY');
  });

  test('a silent one', async () => {
    const { patient, proxy } = await patientBehind();
    proxy.answer('hang');
    sendTo(patient, `https://${HOST}`, { timeoutMs: 300 });
    expect((await endpointSays(patient, { HTTPS_PROXY: proxy.url })).names).toEqual([
      'endpoint-proxy-unreachable',
    ]);
  });
});

describe('a refused key', () => {
  const preset = (parameters: object) => ({
    version: 1,
    destinations: { mine: { preset: 'langfuse-self-hosted', parameters } },
  });

  test.each([
    ['in the file', 'sk-wrong', 'turnspan install --preset langfuse-self-hosted'],
    ['in a variable', { env: 'MY_KEY' }, 'export it as MY_KEY where Claude Code is started'],
    ['of a command', { command: 'echo sk-wrong' }, 'the command of "secretKey"'],
  ])('%s: where it is made, and where it is written', async (_, secretKey, says) => {
    const patient = await makePatient();
    patient.backend.answer({ status: 401 });
    writeConfig(patient, preset({ url: patient.backend.url, publicKey: 'pk', secretKey }));
    const { names, text } = await endpointSays(patient, { MY_KEY: 'sk-wrong' });
    expect(names).toEqual(['endpoint-key-refused']);
    for (const part of ['the project, Settings, API Keys', says]) expect(text).toContain(part);
    expect(text).not.toContain('sk-wrong');
  });
});
