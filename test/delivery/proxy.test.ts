// Deliveries through a real proxy: tunnels, plain requests, passwords, what a proxy refuses, and nothing left open.
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer as createHttpsServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';

import type { Destination } from '../../src/config/destination.ts';
import { drainOutbox } from '../../src/delivery/drain.ts';
import { readDestination } from '../../src/delivery/destination-file.ts';
import type { Outcome } from '../../src/delivery/outcome.ts';
import { silentLog } from '../../src/platform/log.ts';
import { startConnectProxy, type ConnectProxy, type ConnectProxyOptions } from '../support/connect-proxy.ts';
import { startBackend } from '../support/loopback-backend.ts';
import { makeCertificates, NO_OPENSSL, readPair, type Certificates } from './certificates.ts';
import { commit, destinationTo, idOf, spanOf, temporaryFolder } from './fixtures.ts';
import { senderTo } from './grpc-backend.ts';

const HOST = 'otel.example.com';
let made: Certificates;
beforeAll(() => {
  if (NO_OPENSSL === undefined) made = makeCertificates([HOST]);
});
afterAll(() => {
  if (NO_OPENSSL === undefined) made.remove();
});

const stops: (() => unknown)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

interface TlsBackend {
  readonly port: number;
  readonly headers: Record<string, unknown>[];
  connections: number;
}

async function startTlsBackend(hang = false): Promise<TlsBackend> {
  const backend: TlsBackend = { port: 0, headers: [], connections: 0 };
  const server: Server = createHttpsServer(readPair(made.server), (request, response) => {
    backend.headers.push(request.headers);
    request.resume().on('end', () => response.end());
  });
  // Before the handshake, so that it never ends.
  if (hang) server.removeAllListeners('connection');
  server.on('connection', (socket) => {
    backend.connections += 1;
    if (hang) stops.push(() => socket.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  stops.push(() => {
    server.close();
    server.closeAllConnections();
  });
  return Object.assign(backend, { port: (server.address() as AddressInfo).port }); // a listening TCP server has one
}

async function proxyTo(port: number, options: ConnectProxyOptions = {}): Promise<ConnectProxy> {
  const proxy = await startConnectProxy({ [HOST]: port }, options);
  stops.push(() => proxy.stop());
  return proxy;
}

const through = (proxy: string, changes: Partial<Destination> = {}): Destination =>
  destinationTo(`https://${HOST}`, { proxy, tls: { extraCertificates: made.ca }, ...changes });

/** Sends `count` times over one sender. */
async function send(destination: Destination, count = 1): Promise<Outcome[]> {
  const sender = await senderTo(destination);
  const outcomes: Outcome[] = [];
  try {
    for (let sent = 0; sent < count; sent += 1) {
      outcomes.push(await sender.send({ body: Buffer.from('\x0a\x05spans'), encoding: 'protobuf' }));
    }
    return outcomes;
  } finally {
    sender.close();
  }
}

async function untilNothingIsOpen(proxy: ConnectProxy): Promise<void> {
  while (proxy.open > 0) await new Promise((resolve) => setTimeout(resolve, 5));
}

const taken: Outcome = { status: 'accepted' };
const unreachable = (why: string): Outcome => ({ status: 'later', cause: 'unreachable', why });

describe.skipIf(NO_OPENSSL)(`with certificates${NO_OPENSSL ? ` (skipped: ${NO_OPENSSL})` : ''}`, () => {
  test('a tunnel to an https: destination is kept for all requests, and the proxy sees no header of them', async () => {
    const backend = await startTlsBackend();
    const proxy = await proxyTo(backend.port);
    expect(await send(through(proxy.url), 3)).toEqual([taken, taken, taken]);
    expect(proxy.asked).toEqual([`CONNECT ${HOST}:443`]);
    expect(backend.connections).toBe(1);
    expect(backend.headers[0]).toMatchObject({ host: HOST, authorization: 'Bearer of-a-test' });
    expect(JSON.stringify(proxy.headers)).not.toContain('of-a-test');
    await untilNothingIsOpen(proxy);
  });

  test('the authorities of Node alone do not do, those of a certificate that is named do', async () => {
    const backend = await startTlsBackend();
    const proxy = await proxyTo(backend.port);
    expect(await send(through(proxy.url, { tls: undefined }))).toEqual([
      unreachable('certificate not trusted'),
    ]);
    expect(await send(through(proxy.url, { tls: { certificate: made.ca } }))).toEqual([taken]);
    // What is named for this destination stands alone.
    const tls = { certificate: made.stranger.cert, extraCertificates: made.ca };
    expect(await send(through(proxy.url, { tls }))).toEqual([unreachable('certificate not trusted')]);
  });

  test('a file of more authorities that cannot be used is passed over', async () => {
    const backend = await startTlsBackend();
    const proxy = await proxyTo(backend.port);
    const broken = join(temporaryFolder(), 'broken.pem');
    writeFileSync(broken, 'nothing');
    for (const extraCertificates of [broken, `${broken}.gone`]) {
      expect(await send(through(proxy.url, { tls: { extraCertificates } }))).toEqual([
        unreachable('certificate not trusted'),
      ]);
    }
    const both = join(temporaryFolder(), 'both.pem');
    writeFileSync(both, Buffer.concat([readFileSync(made.stranger.cert), readFileSync(made.ca)]));
    expect(await send(through(proxy.url, { tls: { extraCertificates: both } }))).toEqual([taken]);
  });

  test('more authorities count without a proxy too', async () => {
    const backend = await startTlsBackend();
    const direct = destinationTo(`https://localhost:${backend.port}`, {
      tls: { extraCertificates: made.ca },
    });
    expect(await send(direct)).toEqual([taken]);
  });

  test('name and password of the proxy go to the proxy alone', async () => {
    const backend = await startTlsBackend();
    const logins = [
      ['ada:pa ss', 'ada:pa%20ss'],
      ['ada:50%', 'ada:50%'],
      ['ada:', 'ada'],
    ] as const;
    for (const [login, written] of logins) {
      const proxy = await proxyTo(backend.port, { login });
      expect(await send(through(proxy.url.replace('//', `//${written}@`)))).toEqual([taken]);
    }
    const proxy = await proxyTo(backend.port, { login: 'ada:secret' });
    expect(backend.headers[0]).not.toHaveProperty('proxy-authorization');
    const wrong = await send(through(proxy.url.replace('//', '//ada:wr0ng@')));
    expect(wrong).toEqual([unreachable('proxy: HTTP 407')]);
  });

  test('a proxy that speaks TLS itself', async () => {
    const backend = await startTlsBackend();
    const proxy = await proxyTo(backend.port, { tls: readPair(made.server) });
    expect(await send(through(proxy.url), 2)).toEqual([taken, taken]);
    expect(await send(through(proxy.url, { tls: { certificate: made.ca } }))).toEqual([
      unreachable('proxy: certificate not trusted'),
    ]);
    await untilNothingIsOpen(proxy);
  });

  test('what a proxy refuses waits, and is never set aside', async () => {
    const backend = await startTlsBackend();
    const proxy = await proxyTo(backend.port);
    const dir = temporaryFolder();
    const one = through(proxy.url, { id: idOf('one') });
    for (const status of [403, 407, 400, 503]) {
      proxy.answer(status);
      expect(await send(one)).toEqual([unreachable(`proxy: HTTP ${status}`)]);
    }
    commit(dir, [one], [spanOf(1)]);
    expect((await drainOutbox(dir, silentLog)).destinations).toMatchObject([
      { waiting: 1, refused: 0, why: 'proxy: HTTP 503' },
    ]);
    expect(backend.connections).toBe(0);
    await untilNothingIsOpen(proxy);
  });

  test('what is remembered of a destination names its proxy and the file', async () => {
    const backend = await startTlsBackend();
    const proxy = await proxyTo(backend.port);
    const dir = temporaryFolder();
    commit(dir, [through(proxy.url, { id: idOf('one') })], [spanOf(1)]);
    expect(readDestination(dir, idOf('one'))).toMatchObject({
      proxy: proxy.url,
      tls: { extraCertificates: made.ca },
    });
    expect((await drainOutbox(dir, silentLog)).destinations).toMatchObject([{ requests: 1, waiting: 0 }]);
    expect(proxy.asked).toHaveLength(1);
  });

  test('a proxy that never answers leaves nothing open', async () => {
    const proxy = await proxyTo(1);
    proxy.answer('hang');
    expect(await send(through(proxy.url, { timeoutMs: 200 }))).toEqual([
      { status: 'later', cause: 'timeout', why: 'proxy: timeout' },
    ]);
    await untilNothingIsOpen(proxy);
  });

  test('a handshake that never ends behind the proxy leaves nothing open', async () => {
    const backend = await startTlsBackend(true);
    const proxy = await proxyTo(backend.port);
    expect(await send(through(proxy.url, { timeoutMs: 200 }))).toEqual([
      { status: 'later', cause: 'timeout', why: 'timeout' },
    ]);
    await untilNothingIsOpen(proxy);
  });

  test('a proxy that is not there is told from a backend that is not there', async () => {
    const proxy = await proxyTo(1);
    expect(await send(through(proxy.url))).toEqual([unreachable('proxy: HTTP 502')]);
    await proxy.stop();
    expect(await send(through(proxy.url))).toEqual([unreachable('proxy: ECONNREFUSED')]);
  });
});

describe('to an http: destination', () => {
  test('requests go to the proxy whole, over one connection', async () => {
    const backend = await startBackend();
    stops.push(() => backend.stop());
    const proxy = await proxyTo(Number(new URL(backend.url).port), { login: 'ada:secret' });
    const url = proxy.url.replace('//', '//ada:secret@');
    expect(await send(destinationTo(`http://${HOST}:4318`, { proxy: url }), 2)).toEqual([taken, taken]);
    expect(proxy.asked).toEqual(Array(2).fill(`POST http://${HOST}:4318/v1/traces`));
    expect(backend.requests[0]?.headers).toMatchObject({ authorization: 'Bearer of-a-test' });
    await untilNothingIsOpen(proxy);
  });

  test('407 is the proxy’s word, what else comes is the backend’s', async () => {
    const backend = await startBackend({ status: 403 });
    stops.push(() => backend.stop());
    const proxy = await proxyTo(Number(new URL(backend.url).port), { login: 'ada:secret' });
    expect(await send(destinationTo(`http://${HOST}`, { proxy: proxy.url }))).toEqual([
      unreachable('proxy: HTTP 407'),
    ]);
    const url = proxy.url.replace('//', '//ada:secret@');
    expect(await send(destinationTo(`http://${HOST}`, { proxy: url }))).toEqual([
      { status: 'refused', httpStatus: 403, why: 'HTTP 403' },
    ]);
    await proxy.stop();
    expect(await send(destinationTo(`http://${HOST}`, { proxy: url }))).toEqual([
      unreachable('proxy: ECONNREFUSED'),
    ]);
  });
});
