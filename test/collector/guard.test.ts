import { expect, test } from 'vitest';
import { networkInterfaces } from 'node:os';
import { connect } from 'node:net';
import { collectorForTest, rawStatus } from './support.ts';

test('only the names of this machine with the right port are answered, on every path', async () => {
  const collector = await collectorForTest();
  const { port } = collector;
  for (const path of ['/', '/healthz', '/api/stats', '/v1/traces', '/nothing']) {
    const wrong = [
      'evil.example',
      `evil.example:${port}`,
      '127.0.0.1',
      `localhost:${port + 1}`,
      `127.0.0.1:${port}.evil.example`,
    ];
    for (const host of wrong) expect(await rawStatus(collector, 'GET', path, { Host: host })).toBe(403);
  }
  for (const host of [`localhost:${port}`, `127.0.0.1:${port}`, `[::1]:${port}`, `LOCALHOST:${port}`]) {
    expect(await rawStatus(collector, 'GET', '/healthz', { Host: host })).toBe(200);
  }
});

test('pages of other origins can neither write nor read', async () => {
  const collector = await collectorForTest();
  const Host = `127.0.0.1:${collector.port}`;
  for (const Origin of [
    'https://evil.example',
    'null',
    `http://127.0.0.1:${collector.port + 1}`,
    `https://${Host}`,
  ]) {
    expect(await rawStatus(collector, 'POST', '/v1/traces', { Host, Origin })).toBe(403);
    expect(await rawStatus(collector, 'GET', '/api/stats', { Host, Origin })).toBe(403);
  }
  expect(await rawStatus(collector, 'GET', '/api/stats', { Host, Origin: `http://${Host}` })).toBe(200);
  const crossSite = { Host, 'Sec-Fetch-Site': 'cross-site' };
  expect(await rawStatus(collector, 'GET', '/api/stats', { ...crossSite, 'Sec-Fetch-Mode': 'no-cors' })).toBe(
    403,
  );
  expect(await rawStatus(collector, 'GET', '/healthz', { ...crossSite, 'Sec-Fetch-Mode': 'navigate' })).toBe(
    200,
  );
});

test('nothing listens on other addresses of this machine', async () => {
  const { port } = await collectorForTest();
  const others = Object.values(networkInterfaces())
    .flat()
    .filter((entry) => entry?.family === 'IPv4' && !entry.internal)
    .map((entry) => entry?.address ?? '');
  for (const host of others) expect(await connects(host, port)).toBe(false);
  expect(await connects('127.0.0.1', port)).toBe(true);
});

async function connects(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    socket.on('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => {
      resolve(false);
    });
  });
}
