// A real HTTP proxy on loopback. CONNECT to a host that it knows ends at the port of loopback that stands for it, so that real
// addresses reach a test's own server; `GET http://…` and the like are passed on in the same way. It never leaves loopback: what
// it does not know is answered with 502.
import { createServer, request as requestOf, type IncomingMessage } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { connect, type AddressInfo, type Socket } from 'node:net';

/** A running proxy. */
export interface ConnectProxy {
  /** `http://localhost:PORT`, or `https:`. */
  readonly url: string;
  /** What it was asked for, oldest first: `CONNECT api.example.com:443`, `POST http://example.com/v1/traces`. */
  readonly asked: readonly string[];
  /** The headers that came with those. */
  readonly headers: readonly IncomingMessage['headers'][];
  /** Connections that are open now. */
  readonly open: number;
  /** From now on every CONNECT is answered so; `hang`: not at all; undefined: as usual. */
  answer(status: number | 'hang' | undefined): void;
  stop(): Promise<void>;
}

export interface ConnectProxyOptions {
  /** `name:password` that it wants, else it answers 407. */
  readonly login?: string;
  /** Its own certificate: the proxy speaks TLS. */
  readonly tls?: { readonly cert: Buffer; readonly key: Buffer };
}

/** `ports`: by a host's name, the port of loopback behind it; `*` for all others. */
export async function startConnectProxy(
  ports: Readonly<Record<string, number>>,
  { login, tls }: ConnectProxyOptions = {},
): Promise<ConnectProxy> {
  const asked: string[] = [];
  const headers: IncomingMessage['headers'][] = [];
  const sockets = new Set<Socket>();
  let fixed: number | 'hang' | undefined;
  const wanted = login === undefined ? undefined : `Basic ${Buffer.from(login).toString('base64')}`;
  const refusal = (incoming: IncomingMessage, host: string): number | undefined => {
    if (wanted !== undefined && incoming.headers['proxy-authorization'] !== wanted) return 407;
    return (ports[host] ?? ports['*']) === undefined ? 502 : undefined;
  };
  const note = (incoming: IncomingMessage): void => {
    asked.push(`${incoming.method ?? ''} ${incoming.url ?? ''}`);
    headers.push(incoming.headers);
  };
  const server = tls === undefined ? createServer() : createTlsServer(tls);
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
  });
  server.on('tlsClientError', () => {});
  server.on('connect', (incoming: IncomingMessage, client: Socket, head: Buffer) => {
    note(incoming);
    client.on('error', () => {});
    if (fixed === 'hang') {
      client.resume().on('end', () => client.destroy());
      return;
    }
    const host = (incoming.url ?? '').replace(/:\d+$/, '');
    const status = fixed ?? refusal(incoming, host);
    if (status !== undefined) {
      client.end(`HTTP/1.1 ${status} No\r\nContent-Length: 6\r\n\r\nsecret`);
      return;
    }
    let connected = false;
    const backend = connect(ports[host] ?? ports['*'] ?? 0, '127.0.0.1', () => {
      connected = true;
      client.write('HTTP/1.1 200 Connection established\r\n\r\n');
      backend.write(head);
      backend.pipe(client).pipe(backend);
    });
    sockets.add(backend);
    backend.on('error', () => {
      if (!connected) client.end('HTTP/1.1 502 No\r\n\r\n');
    });
    backend.on('close', () => {
      sockets.delete(backend);
      if (connected) client.destroy();
    });
    // Whoever goes ends it for both: what is looked for is who leaves something open.
    for (const event of ['end', 'close']) client.on(event, () => backend.destroy());
  });
  server.on('request', (incoming, response) => {
    note(incoming);
    if (fixed === 'hang') return;
    const { hostname, pathname, search } = new URL(incoming.url ?? '/', 'http://none.invalid');
    const status = fixed ?? refusal(incoming, hostname);
    if (status !== undefined) {
      response.writeHead(status).end('secret');
      return;
    }
    const onwards = requestOf(
      {
        host: '127.0.0.1',
        port: ports[hostname] ?? ports['*'],
        method: incoming.method,
        path: `${pathname}${search}`,
        headers: incoming.headers,
        agent: false,
      },
      (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
      },
    );
    onwards.on('error', () => response.destroy());
    incoming.pipe(onwards);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo; // a listening TCP server has one
  return {
    url: `${tls === undefined ? 'http' : 'https'}://localhost:${port}`,
    asked,
    headers,
    get open() {
      return sockets.size;
    },
    answer: (status) => {
      fixed = status;
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        for (const socket of sockets) socket.destroy();
      }),
  };
}
