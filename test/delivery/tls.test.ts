// TLS over both transports, with certificates that the test makes.
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createHttpsServer } from 'node:https';
import { createServer as createTcpServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { TlsOptions } from 'node:tls';

import { ServerCredentials } from '@grpc/grpc-js';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';

import type { Destination, TlsFiles, Transport } from '../../src/config/destination.ts';
import { drainOutbox } from '../../src/delivery/drain.ts';
import type { Outcome } from '../../src/delivery/outcome.ts';
import { sendTo } from '../../src/delivery/destination-file.ts';
import { openSender } from '../../src/delivery/sender.ts';
import { silentLog } from '../../src/platform/log.ts';
import { makeCertificates, NO_OPENSSL, readPair, type Certificates, type Pair } from './certificates.ts';
import { commit, destinationTo, idOf, spanOf, temporaryFolder } from './fixtures.ts';
import { grpcDestinationTo, senderTo, startGrpcBackend } from './grpc-backend.ts';

let made: Certificates;
beforeAll(() => {
  if (NO_OPENSSL === undefined) made = makeCertificates();
});
afterAll(() => {
  if (NO_OPENSSL === undefined) made.remove();
});

const stops: (() => unknown)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

/** Starts a backend of each kind; its URL is for `localhost`. */
const backends: Record<
  Exclude<Transport, 'console'>,
  (pair: Pair, asksForClient?: boolean) => Promise<string>
> = {
  http: async (pair, asksForClient = false) => {
    const options: TlsOptions = {
      ...readPair(pair),
      ...(asksForClient && { requestCert: true, ca: readFileSync(made.ca) }),
    };
    const server = createHttpsServer(options, (request, response) => {
      request.resume().on('end', () => response.end());
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    stops.push(() => {
      server.close();
      server.closeAllConnections();
    });
    return `https://localhost:${(server.address() as AddressInfo).port}`; // a listening TCP server has one
  },
  grpc: async (pair, asksForClient = false) => {
    const { cert, key } = readPair(pair);
    const ca = asksForClient ? readFileSync(made.ca) : null;
    const credentials = ServerCredentials.createSsl(
      ca,
      [{ cert_chain: cert, private_key: key }],
      asksForClient,
    );
    const backend = await startGrpcBackend(credentials);
    stops.push(() => {
      backend.stop();
    });
    return backend.url;
  },
};

function destination(transport: Transport, url: string, tls: TlsFiles | undefined): Destination {
  return transport === 'http' ? destinationTo(url, { tls }) : grpcDestinationTo(url, { tls });
}

async function send(transport: Transport, url: string, tls?: TlsFiles): Promise<Outcome> {
  const sender = await senderTo(destination(transport, url, tls));
  try {
    return await sender.send({ body: Buffer.from('\x0a\x05spans'), encoding: 'protobuf' });
  } finally {
    sender.close();
  }
}

const unreachable = (why: string): Outcome => ({ status: 'later', cause: 'unreachable', why });

describe.skipIf(NO_OPENSSL)(`with certificates${NO_OPENSSL ? ` (skipped: ${NO_OPENSSL})` : ''}`, () => {
  describe.each(['http', 'grpc'] as const)('%s', (transport) => {
    test('takes a backend whose authority is named', async () => {
      const url = await backends[transport](made.server);
      expect(await send(transport, url, { certificate: made.ca })).toEqual({ status: 'accepted' });
    });

    test('says of a backend why it is not taken', async () => {
      const url = await backends[transport](made.server);
      expect(await send(transport, url)).toEqual(unreachable('certificate not trusted'));
      expect(await send(transport, url, { certificate: made.stranger.cert })).toEqual(
        unreachable('certificate not trusted'),
      );
      const byAddress = url.replace('localhost', '127.0.0.1');
      expect(await send(transport, byAddress, { certificate: made.ca })).toEqual(
        unreachable('certificate of another host'),
      );
      const expired = await backends[transport](made.expired);
      expect(await send(transport, expired, { certificate: made.ca })).toEqual(
        unreachable('certificate expired'),
      );
      const stranger = await backends[transport](made.stranger);
      expect(await send(transport, stranger, { certificate: made.ca })).toEqual(
        unreachable('certificate not trusted'),
      );
    });

    test('shows its own certificate to a backend that asks for one', async () => {
      const url = await backends[transport](made.server, true);
      const { cert: clientCertificate, key: clientKey } = made.client;
      const tls = { certificate: made.ca, clientCertificate, clientKey };
      expect(await send(transport, url, tls)).toEqual({ status: 'accepted' });
      expect(await send(transport, url, { certificate: made.ca })).toEqual(
        unreachable('client certificate missing or not accepted'),
      );
      const { cert, key } = made.stranger;
      const strange = { certificate: made.ca, clientCertificate: cert, clientKey: key };
      // Node's servers hang up without an alert on a certificate that they do not take.
      expect(await send(transport, url, strange)).toMatchObject({ status: 'later', cause: 'unreachable' });
    });

    test('reads the files anew each time', async () => {
      const url = await backends[transport](made.server);
      const dir = temporaryFolder();
      const certificate = join(dir, 'authority.pem');
      writeFileSync(certificate, readFileSync(made.stranger.cert));
      expect(await send(transport, url, { certificate })).toMatchObject({ status: 'later' });
      writeFileSync(certificate, readFileSync(made.ca));
      expect(await send(transport, url, { certificate })).toEqual({ status: 'accepted' });
    });

    test('keeps everything while a file cannot be read, and sends it when it can', async () => {
      const url = await backends[transport](made.server);
      const dir = temporaryFolder();
      const certificate = join(dir, 'authority.pem');
      writeFileSync(certificate, readFileSync(made.ca));
      commit(dir, [destination(transport, url, { certificate })], [spanOf(1)]);
      rmSync(certificate);
      const { destinations } = await drainOutbox(dir, silentLog);
      expect(destinations).toMatchObject([{ waiting: 1, why: 'certificate cannot be read (ENOENT)' }]);
      writeFileSync(certificate, readFileSync(made.ca));
      expect((await drainOutbox(dir, silentLog)).destinations).toMatchObject([{ requests: 1, waiting: 0 }]);
    });

    test('says which file it cannot use, and never where it is', async () => {
      const { client, server, ca, folder } = made;
      const broken = join(folder, 'broken.pem');
      writeFileSync(broken, '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n');
      const gone = join(folder, 'gone.pem');
      const cases: readonly (readonly [TlsFiles, string, string])[] = [
        [{ certificate: gone }, 'certificate', 'certificate cannot be read (ENOENT)'],
        [{ certificate: folder }, 'certificate', 'certificate cannot be read (EISDIR)'],
        [{ certificate: join(folder, 'extensions') }, 'certificate', 'certificate is no PEM file'],
        [{ certificate: broken }, 'certificate', 'certificate cannot be used (ERR_OSSL_'],
        [
          { clientCertificate: gone, clientKey: client.key },
          'clientCertificate',
          'clientCertificate cannot be read (ENOENT)',
        ],
        [
          { clientCertificate: client.cert, clientKey: gone },
          'clientKey',
          'clientKey cannot be read (ENOENT)',
        ],
        [
          { clientCertificate: client.cert, clientKey: ca },
          'clientKey',
          'clientKey cannot be used (ERR_OSSL_',
        ],
        [
          { clientCertificate: client.cert, clientKey: server.key },
          'clientKey',
          'clientKey does not fit clientCertificate (ERR_OSSL_',
        ],
        [{ clientCertificate: client.cert }, 'clientKey', 'clientKey is missing: clientCertificate needs it'],
        [{ clientKey: client.key }, 'clientCertificate', 'clientCertificate is missing: clientKey needs it'],
      ];
      for (const [tls, setting, why] of cases) {
        const opened = await openSender(sendTo(destination(transport, 'https://localhost:1', tls)));
        expect(opened).toMatchObject({
          status: 'unusable',
          setting,
          why: expect.stringContaining(why) as string,
        });
        expect(JSON.stringify(opened)).not.toContain(folder);
      }
    });
  });
});

test.each(['http', 'grpc'] as const)('%s without TLS needs no file', async (transport) => {
  const opened = await openSender(
    sendTo(destination(transport, 'http://127.0.0.1:1', { certificate: '/nowhere' })),
  );
  expect(opened.status).toBe('open');
  if (opened.status === 'open') opened.sender.close();
});

test.each(['http', 'grpc'] as const)(
  '%s to a backend that never ends its TLS handshake leaves nothing open',
  async (transport) => {
    const server = createTcpServer();
    const closed = new Promise<void>((resolve) => {
      server.on('connection', (socket) => {
        socket.on('error', () => {});
        socket.resume().on('close', () => {
          resolve();
        });
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    stops.push(() => server.close());
    const { port } = server.address() as AddressInfo; // a listening TCP server has one
    const dir = temporaryFolder();
    const to = destination(transport, `https://localhost:${port}`, undefined);
    commit(dir, [{ ...to, id: idOf('one'), timeoutMs: 300 }], [spanOf(1)]);
    const { destinations } = await drainOutbox(dir, silentLog);
    expect(destinations).toMatchObject([{ waiting: 1, why: 'timeout' }]);
    await closed;
  },
);
