import { createServer as createHttp2Server, type Http2Server, type ServerHttp2Stream } from 'node:http2';
import { createServer as createTcpServer, type AddressInfo, type Server, type Socket } from 'node:net';

import { status } from '@grpc/grpc-js';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';

import type { Destination } from '../../src/config/destination.ts';
import type { Outcome } from '../../src/delivery/outcome.ts';
import { sendTo } from '../../src/delivery/destination-file.ts';
import { openSender, type Sender } from '../../src/delivery/sender.ts';
import { startBackend } from '../support/loopback-backend.ts';
import {
  grpcDestinationTo,
  retryInfo,
  senderTo,
  startGrpcBackend,
  type GrpcBackend,
} from './grpc-backend.ts';
import { partialSuccess } from './otlp-answers.ts';

let backend: GrpcBackend;
const stops: (() => unknown)[] = [];
beforeEach(async () => {
  backend = await startGrpcBackend();
  stops.push(() => {
    backend.stop();
  });
});
afterEach(async () => {
  vi.unstubAllEnvs();
  for (const stop of stops.splice(0)) await stop();
});

const body = Buffer.from('\x0a\x05spans'.repeat(1000));

async function open(changes: Partial<Destination> = {}): Promise<Sender> {
  const sender = await senderTo(grpcDestinationTo(backend.url, { timeoutMs: 20_000, ...changes }));
  stops.unshift(() => {
    sender.close();
  });
  return sender;
}

async function send(changes: Partial<Destination> = {}, signal?: AbortSignal): Promise<Outcome> {
  return (await open(changes)).send({ body, encoding: 'protobuf', signal });
}

/** A server of node:net or node:http2 in place of the backend. */
async function listen(server: Server | Http2Server): Promise<string> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  stops.push(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`; // a listening TCP server has one
}

/** An HTTP/2 server that is no gRPC server, or a bad one. */
function http2(answer: (stream: ServerHttp2Stream, socket: Socket) => void): Promise<string> {
  const server = createHttp2Server();
  let socket: Socket;
  server.on('connection', (connected: Socket) => (socket = connected));
  server.on('session', (session) => session.on('error', () => {}));
  server.on('stream', (stream) => {
    stream.on('error', () => {});
    stream.resume();
    answer(stream, socket);
  });
  return listen(server);
}

/** No name server is asked for such a name. */
const TOO_LONG = 'a'.repeat(64);

const GRPC_HEAD = { ':status': 200, 'content-type': 'application/grpc' };

describe('what the backend takes', () => {
  test.each(['gzip', 'none'] as const)(
    'arrives as the bytes that were given (compression %s)',
    async (compression) => {
      expect(await send({ compression })).toEqual({ status: 'accepted' });
      expect(backend.requests.map((request) => request.body)).toEqual([body]);
    },
  );

  test.each([
    ['gzip', 'gzip', 1],
    ['none', undefined, 0],
  ] as const)('is compressed only if the destination says so (%s)', async (compression, encoding, flag) => {
    const heard: unknown[] = [];
    const server = createHttp2Server();
    server.on('stream', (stream, headers) => {
      stream.once('data', (frame: Buffer) => heard.push(headers['grpc-encoding'], frame[0]));
      stream.on('end', () => {
        stream.respond({ ...GRPC_HEAD, 'grpc-status': status.ABORTED }, { endStream: true });
      });
    });
    await send({ compression, url: await listen(server) });
    expect(heard).toEqual([encoding, flag]);
  });

  test('goes with the headers of the user, but for those that describe the call', async () => {
    await send({
      headers: {
        authorization: 'Bearer of-a-test',
        'X-Tenant': 'a',
        'content-type': 'text/plain',
        'content-length': '1',
        connection: 'close',
        te: 'gzip',
        'grpc-timeout': '1n',
        'user-agent': 'mine',
      },
    });
    const sent = backend.requests[0]?.metadata.getMap();
    expect(sent).toMatchObject({ authorization: 'Bearer of-a-test', 'x-tenant': 'a' });
    expect(sent?.['user-agent']).toMatch(/^mine grpc-node-js/);
    expect(sent).not.toHaveProperty('connection');
  });

  test('goes over one connection', async () => {
    const sender = await open();
    for (let n = 0; n < 20; n++) await sender.send({ body, encoding: 'protobuf' });
    expect(new Set(backend.requests.map(({ peer }) => peer)).size).toBe(1);
    expect(backend.requests).toHaveLength(20);
  });

  test('may be a part of it', async () => {
    backend.answer(
      { message: partialSuccess(3, 'bad') },
      { message: partialSuccess(0, 'old') },
      { message: Buffer.from('?') },
    );
    expect(await send()).toEqual({ status: 'partial', rejected: 3, message: 'bad' });
    expect(await send()).toEqual({ status: 'partial', rejected: 0, message: 'old' });
    expect(await send()).toEqual({ status: 'accepted' });
  });

  test('goes through no proxy', async () => {
    for (const name of ['grpc_proxy', 'https_proxy', 'http_proxy']) vi.stubEnv(name, 'http://127.0.0.1:1');
    expect(await send()).toEqual({ status: 'accepted' });
  });
});

describe('a status of the backend', () => {
  test.each([
    'CANCELLED',
    'DEADLINE_EXCEEDED',
    'ABORTED',
    'OUT_OF_RANGE',
    'UNAVAILABLE',
    'DATA_LOSS',
  ] as const)('%s is for later, with the wait it asks for', async (name) => {
    const code = status[name];
    backend.answer({ code }, { code, statusDetails: retryInfo(7, 500_000_000) });
    expect(await send()).toEqual({ status: 'later', cause: 'busy', why: `gRPC ${name}` });
    expect(await send()).toEqual({ status: 'later', cause: 'busy', why: `gRPC ${name}`, afterMs: 7500 });
  });

  test.each([
    'UNKNOWN',
    'INVALID_ARGUMENT',
    'NOT_FOUND',
    'ALREADY_EXISTS',
    'PERMISSION_DENIED',
    'FAILED_PRECONDITION',
    'UNIMPLEMENTED',
    'INTERNAL',
    'UNAUTHENTICATED',
  ] as const)('%s is refused, whatever wait it asks for', async (name) => {
    backend.answer({ code: status[name], statusDetails: retryInfo(1) });
    expect(await send()).toEqual({ status: 'refused', why: `gRPC ${name}` });
  });

  test('RESOURCE_EXHAUSTED is for later only with RetryInfo', async () => {
    const code = status.RESOURCE_EXHAUSTED;
    const why = 'gRPC RESOURCE_EXHAUSTED';
    backend.answer(
      { code },
      { code, statusDetails: Buffer.from('\x1a\x7f?') },
      { code, statusDetails: retryInfo(30) },
      { code, statusDetails: retryInfo(0) },
    );
    expect(await send()).toEqual({ status: 'refused', why });
    expect(await send()).toEqual({ status: 'refused', why });
    expect(await send()).toEqual({ status: 'later', cause: 'busy', why, afterMs: 30_000 });
    expect(await send()).toEqual({ status: 'later', cause: 'busy', why });
  });

  test('that gRPC does not know is refused with its number', async () => {
    const url = await http2((stream) => {
      stream.respond({ ...GRPC_HEAD, 'grpc-status': 42 }, { endStream: true });
    });
    expect(await send({ url })).toEqual({ status: 'refused', why: 'gRPC 42' });
  });

  test('that words of grpc-js are put into is still the status', async () => {
    backend.answer(
      {
        code: status.INVALID_ARGUMENT,
        details: 'No connection established. Last error: connect ECONNREFUSED',
      },
      { code: status.INTERNAL, details: 'Received HTTP status code 503' },
    );
    expect(await send()).toEqual({ status: 'refused', why: 'gRPC INVALID_ARGUMENT' });
    expect(await send()).toEqual({ status: 'refused', why: 'gRPC INTERNAL' });
  });
});

describe('a backend that gives no status', () => {
  test('because it hangs is given up after the timeout', async () => {
    backend.answer('hang');
    expect(await send({ timeoutMs: 300 })).toEqual({ status: 'later', cause: 'timeout', why: 'timeout' });
  });

  test('because it takes connections and says nothing, too', async () => {
    const url = await listen(createTcpServer());
    expect(await send({ url, timeoutMs: 300 })).toEqual({
      status: 'later',
      cause: 'timeout',
      why: 'timeout',
    });
  });

  test('because it dies in the middle is for later', async () => {
    backend.answer('hang');
    const pending = send();
    await backend.received(1);
    backend.stop();
    expect(await pending).toMatchObject({ status: 'later', cause: 'unreachable' });
  });

  test.each<[string, string, (stream: ServerHttp2Stream, socket: Socket) => void]>([
    ['resets the connection', 'ECONNRESET', (_, socket) => socket.resetAndDestroy()],
    [
      'resets the stream',
      'connection closed',
      (stream) => {
        stream.close(2);
      },
    ],
    [
      'begins an answer and goes',
      'connection closed',
      (stream, socket) => {
        stream.respond(GRPC_HEAD);
        setTimeout(() => socket.destroy(), 50);
      },
    ],
    [
      'ends an answer without a status',
      'connection closed',
      (stream) => {
        stream.respond(GRPC_HEAD);
        stream.end(Buffer.alloc(5));
      },
    ],
  ])('because it %s is for later', async (_, why, answer) => {
    const url = await http2(answer);
    expect(await send({ url })).toEqual({ status: 'later', cause: 'unreachable', why });
  });

  test('because there is none is for later', async () => {
    backend.stop();
    expect(await send()).toEqual({ status: 'later', cause: 'unreachable', why: 'ECONNREFUSED' });
    expect(await send({ url: `http://${TOO_LONG}:4317` })).toEqual({
      status: 'later',
      cause: 'unreachable',
      why: 'host name not found',
    });
  });

  test('is asked anew by a connection of its own each time', async () => {
    const url = backend.url;
    backend.stop();
    expect(await send({ url })).toMatchObject({ status: 'later' });
    expect(await send({ url })).toMatchObject({ status: 'later', why: 'ECONNREFUSED' });
  });
});

describe('a server on the port that is none of gRPC', () => {
  const is = 'is this the port for gRPC?';

  test('of HTTP/1 waits until the endpoint is right', async () => {
    const other = await startBackend();
    stops.push(() => other.stop());
    expect(await send({ url: other.url })).toEqual({
      status: 'later',
      cause: 'unreachable',
      why: `no HTTP/2 there: ${is}`,
    });
  });

  test.each([
    [404, { status: 'refused', httpStatus: 404, why: `HTTP 404, not gRPC: ${is}` }],
    [200, { status: 'refused', why: `an HTTP answer, not gRPC: ${is}` }],
    [503, { status: 'later', cause: 'busy', why: `HTTP 503, not gRPC: ${is}` }],
  ])('of HTTP/2 that answers %i with a page is told', async (code, outcome) => {
    const url = await http2((stream) => {
      stream.respond({ ':status': code, 'content-type': 'text/html' });
      stream.end('<html>KEY of someone</html>');
    });
    expect(await send({ url })).toEqual(outcome);
  });

  test('of HTTP/2 that answers 404 without a page is told', async () => {
    const url = await http2((stream) => {
      stream.respond({ ':status': 404 }, { endStream: true });
    });
    expect(await send({ url })).toMatchObject({ status: 'refused', httpStatus: 404 });
  });
});

test.each([
  [
    'x-key-bin',
    'aGFsbG8',
    'one of the headers has a name that ends in -bin, which gRPC keeps for binary values: rename it',
  ],
  ['x-key', 'é', 'one of the headers has a character that gRPC does not allow (values: ASCII only)'],
])('a header %s that cannot be sent keeps everything waiting', async (name, value, why) => {
  const opened = await openSender(sendTo(grpcDestinationTo(backend.url, { headers: { [name]: value } })));
  expect(opened).toEqual({ status: 'unusable', setting: 'headers', why });
});

test('JSON is not sent by gRPC', async () => {
  const outcome = await (await open()).send({ body, encoding: 'json' });
  expect(outcome).toEqual({ status: 'refused', why: 'gRPC takes protobuf only' });
});

test('a signal ends it, before and in the middle', async () => {
  expect(await send({}, AbortSignal.abort())).toEqual({ status: 'later', cause: 'aborted', why: 'aborted' });
  expect(backend.requests).toHaveLength(0);
  backend.answer('hang');
  const controller = new AbortController();
  const pending = send({}, controller.signal);
  await backend.received(1);
  controller.abort();
  expect(await pending).toEqual({ status: 'later', cause: 'aborted', why: 'aborted' });
});
