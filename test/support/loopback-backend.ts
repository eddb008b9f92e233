// A real HTTP server on loopback that plays a backend: it records every request as it came, decodes nothing, and
// answers as it was told.
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

/** What a request is answered with. */
export type Answer =
  | {
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: string | Uint8Array;
      /** Sends status, headers and body, and never ends the answer. */
      readonly open?: boolean;
    }
  /** Takes the request and never answers. */
  | 'hang'
  /** Takes the request and resets the connection. */
  | 'reset';

/** One request as it came over the wire. */
export interface RecordedRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  /** Not decompressed. */
  readonly body: Buffer;
  /** 1 for the first connection, 2 for the second, … */
  readonly connection: number;
}

/** A running backend. */
export interface LoopbackBackend {
  /** `http://127.0.0.1:PORT`, no slash at the end. */
  readonly url: string;
  /** Everything that came, oldest first; whole requests only. */
  readonly requests: readonly RecordedRequest[];
  /** Connections that were ever opened. */
  readonly connections: number;
  /** Answers for the next requests, one each; the last one stays for all that follow. A function decides for each request. */
  answer(...answers: readonly (Answer | ((request: RecordedRequest) => Answer))[]): void;
  /** Resolves when `count` requests have come in all. */
  received(count: number): Promise<void>;
  /** Closes idle connections, as servers do after a while. */
  closeIdle(): void;
  /** Stops listening and drops all connections: from now on they are refused. */
  refuse(): Promise<void>;
  /** Listens again, on the same port. */
  listen(): Promise<void>;
  stop(): Promise<void>;
}

/** Starts a backend that answers 200 with an empty body until told otherwise. Stop it in the end. */
export async function startBackend(...answers: readonly Answer[]): Promise<LoopbackBackend> {
  const requests: RecordedRequest[] = [];
  const connections = new Map<Socket, number>();
  const waiting: { count: number; resolve: () => void }[] = [];
  let script: (Answer | ((request: RecordedRequest) => Answer))[] = [];
  let opened = 0;

  const server = createServer((incoming, response) => {
    void record(incoming, connections.get(incoming.socket) ?? 0).then(
      (request) => {
        requests.push(request);
        const next = script.length > 1 ? script.shift() : script[0];
        give(typeof next === 'function' ? next(request) : (next ?? { status: 200 }), incoming, response);
        for (const { count, resolve } of waiting) if (requests.length >= count) resolve();
      },
      () => {
        // The client went away in the middle of its request; nothing came, nothing is recorded.
      },
    );
  });
  server.keepAliveTimeout = 0; // idle connections stay open until `closeIdle`
  server.on('connection', (socket) => {
    connections.set(socket, ++opened);
    socket.on('close', () => connections.delete(socket));
    socket.on('error', () => {});
  });

  const backend = {
    requests,
    get connections() {
      return opened;
    },
    answer: (...next: readonly (Answer | ((request: RecordedRequest) => Answer))[]) => {
      script = [...next];
    },
    received: (count: number) =>
      new Promise<void>((resolve) => {
        if (requests.length >= count) resolve();
        else waiting.push({ count, resolve });
      }),
    closeIdle: () => {
      server.closeIdleConnections();
    },
    refuse: () => close(server),
    listen: () => listen(server, port),
    stop: () => close(server),
  };
  backend.answer(...answers);
  await listen(server, 0);
  const { port } = server.address() as AddressInfo; // a listening TCP server has one
  return Object.assign(backend, { url: `http://127.0.0.1:${port}` });
}

async function record(incoming: IncomingMessage, connection: number): Promise<RecordedRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer); // no encoding is set, so chunks are buffers
  const { method = '', url = '', headers } = incoming;
  return { method, path: url, headers, body: Buffer.concat(chunks), connection };
}

function give(answer: Answer, incoming: IncomingMessage, response: ServerResponse): void {
  if (answer === 'hang') return;
  if (answer === 'reset') {
    incoming.socket.resetAndDestroy();
    return;
  }
  response.writeHead(answer.status, answer.headers);
  if (answer.open) response.write(answer.body ?? '');
  else response.end(answer.body);
  if (answer.open) response.flushHeaders();
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      resolve();
    });
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => {
      resolve();
    });
    server.closeAllConnections();
  });
}
