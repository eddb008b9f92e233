import { gunzipSync } from 'node:zlib';

import { afterEach, beforeEach, expect, test } from 'vitest';

import { openClient, type Client } from '../../src/delivery/client.ts';
import type { Outcome } from '../../src/delivery/outcome.ts';
import { post, type PostRequest } from '../../src/delivery/post.ts';
import { startBackend, type LoopbackBackend } from '../support/loopback-backend.ts';
import { partialSuccess } from './otlp-answers.ts';

let backend: LoopbackBackend;
let client: Client;
beforeEach(async () => {
  backend = await startBackend();
  client = await openClient(backend.url);
});
afterEach(async () => {
  client.close();
  await backend.stop();
});

const body = Buffer.from('\x0a\x05spans'.repeat(1000));

function send(changes: Partial<PostRequest> = {}): Promise<Outcome> {
  const url = `${backend.url}/v1/traces`;
  const plain = {
    url,
    headers: {},
    body,
    encoding: 'protobuf',
    compression: 'none',
    timeoutMs: 20_000,
  } as const;
  return post({ ...plain, ...changes }, client);
}

test('the bytes arrive as they were given', async () => {
  expect(await send()).toEqual({ status: 'accepted' });
  const [request] = backend.requests;
  expect(request?.method).toBe('POST');
  expect(request?.path).toBe('/v1/traces');
  expect(request?.body).toEqual(body);
  expect(request?.headers).toMatchObject({
    'content-type': 'application/x-protobuf',
    'content-length': String(body.length),
    'user-agent': 'turnspan',
  });
  expect(request?.headers['content-encoding']).toBeUndefined();
});

test('gzip arrives as something smaller that unpacks to the same bytes', async () => {
  expect(await send({ compression: 'gzip' })).toEqual({ status: 'accepted' });
  const [request] = backend.requests;
  expect(request?.headers['content-encoding']).toBe('gzip');
  expect(request?.body.length).toBeLessThan(body.length);
  expect(gunzipSync(request?.body ?? '')).toEqual(body);
});

test('JSON is announced as JSON', async () => {
  await send({ encoding: 'json' });
  expect(backend.requests[0]?.headers['content-type']).toBe('application/json');
});

test("the user's headers are sent, but cannot change what the body is", async () => {
  const headers = {
    Authorization: 'Basic abc',
    'x-tenant': 'a',
    'user-agent': 'mine',
    'content-type': 'text/plain',
    'Content-Length': '1',
  };
  await send({ headers });
  expect(backend.requests[0]?.headers).toMatchObject({
    authorization: 'Basic abc',
    'user-agent': 'mine',
  });
  expect(backend.requests[0]?.headers['content-type']).toBe('application/x-protobuf');
  expect(backend.requests[0]?.body).toEqual(body);
});

test('many posts use one connection', async () => {
  for (let n = 0; n < 20; n++) await send();
  expect(backend.requests).toHaveLength(20);
  expect(backend.connections).toBe(1);
});

test('a connection that stays open after an error answer is used again', async () => {
  backend.answer({ status: 503, body: 'x'.repeat(100_000) }, { status: 200 });
  await send();
  expect(await send()).toEqual({ status: 'accepted' });
  expect(backend.connections).toBe(1);
});

test('a connection that the backend closed while it was idle costs nothing', async () => {
  await send();
  backend.closeIdle();
  expect(await send()).toEqual({ status: 'accepted' });
  expect(backend.connections).toBe(2);
});

test('a request on a connection that the backend resets goes out again on a new one', async () => {
  backend.answer({ status: 200 }, 'reset', { status: 200 });
  await send();
  expect(await send()).toEqual({ status: 'accepted' });
  expect(backend.connections).toBe(2);
});

test.each([429, 502, 503, 504])('HTTP %i is for later, with the wait it asks for', async (status) => {
  backend.answer({ status, headers: { 'retry-after': '7' } }, { status });
  expect(await send()).toEqual({ status: 'later', cause: 'busy', why: `HTTP ${status}`, afterMs: 7000 });
  expect(await send()).toEqual({ status: 'later', cause: 'busy', why: `HTTP ${status}` });
});

test('Retry-After may be a date', async () => {
  const date = new Date(Date.now() + 3_600_000).toUTCString();
  backend.answer({ status: 503, headers: { 'retry-after': date } });
  const outcome = await send();
  expect(outcome.status === 'later' && outcome.afterMs).toBeGreaterThan(3_000_000);
});

test.each([400, 401, 403, 404, 405, 408, 413, 415, 422, 500, 501, 505])(
  'HTTP %i is refused',
  async (status) => {
    backend.answer({ status, headers: { 'retry-after': '1' }, body: 'your key is KEY' });
    expect(await send()).toEqual({ status: 'refused', httpStatus: status, why: `HTTP ${status}` });
  },
);

test.each([301, 302, 307, 308])('HTTP %i is refused and not followed', async (status) => {
  backend.answer({ status, headers: { location: `${backend.url}/elsewhere` } });
  expect(await send()).toEqual({ status: 'refused', httpStatus: status, why: 'redirects are not followed' });
  expect(backend.requests).toHaveLength(1);
});

test('a partial success is told in protobuf and in JSON', async () => {
  backend.answer(
    { status: 200, headers: { 'content-type': 'application/x-protobuf' }, body: partialSuccess(3, 'bad') },
    {
      status: 200,
      headers: { 'content-type': 'application/json' },
      body: '{"partialSuccess":{"rejectedSpans":"4","errorMessage":"worse"}}',
    },
  );
  expect(await send()).toEqual({ status: 'partial', rejected: 3, message: 'bad' });
  expect(await send({ encoding: 'json' })).toEqual({ status: 'partial', rejected: 4, message: 'worse' });
});

test.each([
  ['a body that is no OTLP', { status: 200, body: 'OK' }],
  ['202 without a body', { status: 202 }],
  ['more than anyone needs', { status: 200, body: Buffer.alloc(5 * 1024 * 1024) }],
])('2xx with %s is accepted', async (_, answer) => {
  backend.answer(answer);
  expect(await send()).toEqual({ status: 'accepted' });
});

test('an answer whose end never comes counts by its status', async () => {
  backend.answer({ status: 200, body: '{', open: true }, { status: 400, open: true });
  expect(await send({ timeoutMs: 1500 })).toEqual({ status: 'accepted' });
  expect(await send({ timeoutMs: 1500 })).toEqual({ status: 'refused', httpStatus: 400, why: 'HTTP 400' });
});

test('a backend that hangs is given up after the timeout', async () => {
  backend.answer('hang');
  expect(await send({ timeoutMs: 300 })).toEqual({ status: 'later', cause: 'timeout', why: 'timeout' });
});

test('a reset is for later', async () => {
  backend.answer('reset');
  expect(await send()).toEqual({ status: 'later', cause: 'unreachable', why: 'ECONNRESET' });
});

test('a refused connection is for later', async () => {
  await backend.refuse();
  expect(await send()).toEqual({ status: 'later', cause: 'unreachable', why: 'ECONNREFUSED' });
});

test('a port without TLS is for later, and said', async () => {
  const secure = await openClient('https://127.0.0.1');
  const outcome = await post(
    {
      url: `${backend.url.replace('http:', 'https:')}/v1/traces`,
      headers: {},
      body,
      encoding: 'protobuf',
      compression: 'none',
      timeoutMs: 20_000,
    },
    secure,
  );
  secure.close();
  expect(outcome).toEqual({ status: 'later', cause: 'unreachable', why: 'no TLS on this port' });
});

test('a header that HTTP does not allow is for later, and is not repeated in the reason', async () => {
  const outcome = await send({ headers: { authorization: 'secret\nsecret' } });
  expect(outcome).toEqual({ status: 'later', cause: 'unreachable', why: 'ERR_INVALID_CHAR' });
});

test('a signal ends it, before and in the middle', async () => {
  expect(await send({ signal: AbortSignal.abort() })).toMatchObject({ status: 'later', cause: 'aborted' });
  expect(backend.requests).toHaveLength(0);
  backend.answer('hang');
  const controller = new AbortController();
  const pending = send({ signal: controller.signal });
  await backend.received(1);
  controller.abort();
  expect(await pending).toEqual({ status: 'later', cause: 'aborted', why: 'aborted' });
});
