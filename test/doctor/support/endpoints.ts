// Things that may stand at the other end of an endpoint: TLS, gRPC, silence. All on loopback, all stopped after the test.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer as createHttp2, type Http2Server, type ServerHttp2Stream } from 'node:http2';
import { createServer as createHttps } from 'node:https';
import { createServer as createTcp, type AddressInfo, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach } from 'vitest';

const running: { server: Server; sockets: Set<Socket> }[] = [];
afterEach(async () => {
  for (const { server, sockets } of running.splice(0)) {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  }
});

/** A gRPC receiver without TLS; answers with `status`. */
export async function startGrpc(status = 0, headers: Readonly<Record<string, string>> = {}): Promise<number> {
  const server = createHttp2();
  server.on('stream', (stream: ServerHttp2Stream) => {
    stream.on('error', () => {});
    stream.respond(
      { ':status': 200, 'content-type': 'application/grpc', ...headers },
      { waitForTrailers: true },
    );
    stream.on('wantTrailers', () => {
      stream.sendTrailers({ 'grpc-status': String(status) });
    });
    stream.resume();
    stream.on('end', () => {
      stream.end(Buffer.alloc(5));
    });
  });
  return listen(server);
}

/** An OTLP receiver with TLS. Its certificate is its own authority. */
export async function startTls(): Promise<number> {
  const { key, certificate } = certificateFiles();
  return listen(
    createHttps({ key: readFileSync(key), cert: readFileSync(certificate) }, (request, response) => {
      request.resume().on('end', () => response.writeHead(200).end());
    }),
  );
}

/** Takes connections and says nothing. */
export function startSilence(): Promise<number> {
  return listen(createTcp((socket) => socket.resume()));
}

/** Says something that is neither HTTP nor TLS. */
export function startGreeter(): Promise<number> {
  return listen(createTcp((socket) => socket.end('220 mail.example ESMTP\r\n')));
}

/** A port of loopback at which nobody listens. */
export async function closedPort(): Promise<number> {
  const server = createTcp();
  const port = await new Promise<number>((resolve) =>
    server.listen(0, '127.0.0.1', () => {
      resolve((server.address() as AddressInfo).port);
    }),
  );
  await new Promise((resolve) => server.close(resolve));
  return port;
}

let folder: string | undefined;
afterAll(() => {
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
});

/** A key and a certificate for 127.0.0.1, made by the system's openssl. */
export function certificateFiles(): { key: string; certificate: string } {
  const made = folder !== undefined;
  folder ??= mkdtempSync(join(tmpdir(), 'turnspan-tls-'));
  const files = { key: join(folder, 'key.pem'), certificate: join(folder, 'certificate.pem') };
  if (!made) {
    const subject = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1'];
    const key = ['-newkey', 'rsa:2048', '-nodes', '-keyout', files.key, '-out', files.certificate];
    execFileSync('openssl', ['req', '-x509', '-days', '2', ...key, ...subject], { stdio: 'ignore' });
  }
  return files;
}

async function listen(server: Server | Http2Server): Promise<number> {
  const sockets = new Set<Socket>();
  const tracked = server; // An Http2Server is one.
  tracked.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
  });
  tracked.on('tlsClientError', () => {});
  running.push({ server: tracked, sockets });
  await new Promise<void>((resolve) => tracked.listen(0, '127.0.0.1', resolve));
  return (tracked.address() as AddressInfo).port;
}
