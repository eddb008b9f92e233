// The outbox and `export` over gRPC: what holds for HTTP holds here.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { status } from '@grpc/grpc-js';
import { afterEach, beforeEach, expect, test } from 'vitest';

import type { Destination } from '../../src/config/destination.ts';
import { readBackoff, writeBackoff } from '../../src/delivery/backoff.ts';
import { drainOutbox } from '../../src/delivery/drain.ts';
import { encodeTraces } from '../../src/delivery/encode.ts';
import { refusedFolder } from '../../src/delivery/folders.ts';
import { exportSessions } from '../../src/export-sessions.ts';
import { lineLog, silentLog } from '../../src/platform/log.ts';
import { EXAMPLE_TRANSCRIPT } from '../support/example-session.ts';
import { commit, spanOf, temporaryFolder } from './fixtures.ts';
import { grpcDestinationTo, retryInfo, startGrpcBackend, type GrpcBackend } from './grpc-backend.ts';
import { partialSuccess } from './otlp-answers.ts';

let dir: string;
let backend: GrpcBackend;
let one: Destination;
beforeEach(async () => {
  dir = temporaryFolder();
  backend = await startGrpcBackend();
  one = grpcDestinationTo(backend.url);
});
afterEach(() => {
  backend.stop();
});

const bodies = (): Buffer[] => backend.requests.map(({ body }) => body);
const encoded = (...numbers: number[]): Buffer[] =>
  numbers.map((n) => Buffer.from(encodeTraces([spanOf(n)], 'protobuf')));

function commitEach(...numbers: number[]): void {
  for (const n of numbers) commit(dir, [one], [spanOf(n)]);
}

function waitOver(): void {
  const { last } = readBackoff(dir, one.id, 0);
  if (last) writeBackoff(dir, one.id, { ...last, notBefore: 1 });
}

test('what waits is sent in the order it was committed, over one connection, and is gone', async () => {
  commitEach(1, 2, 3, 4, 5);
  const { destinations } = await drainOutbox(dir, silentLog);
  expect(bodies()).toEqual(encoded(1, 2, 3, 4, 5));
  expect(new Set(backend.requests.map(({ peer }) => peer)).size).toBe(1);
  expect(backend.requests[0]?.metadata.get('authorization')).toEqual(['Bearer of-a-test']);
  expect(destinations).toEqual([
    { id: 'one', requests: 5, spans: 5, rejectedSpans: 0, refused: 0, waiting: 0 },
  ]);
});

test('a backend that takes nothing now is left alone as long as it asks, and keeps its order', async () => {
  commitEach(1, 2);
  backend.answer(
    { code: status.RESOURCE_EXHAUSTED, statusDetails: retryInfo(600) },
    { message: Buffer.of() },
  );
  const began = Date.now();
  for (let n = 0; n < 10; n++) {
    const [summary] = (await drainOutbox(dir, silentLog)).destinations;
    expect(summary).toMatchObject({ waiting: 2, why: 'gRPC RESOURCE_EXHAUSTED' });
    expect(summary?.notBefore).toBeGreaterThanOrEqual(began + 600_000);
  }
  waitOver();
  await drainOutbox(dir, silentLog);
  expect(bodies()).toEqual(encoded(1, 1, 2));
});

test('what the backend refuses is set aside with the name of the status, and none of its words', async () => {
  const lines: string[] = [];
  commitEach(1, 2);
  backend.answer({ code: status.INVALID_ARGUMENT, details: 'KEY of someone' }, { message: Buffer.of() });
  const { destinations } = await drainOutbox(
    dir,
    lineLog((line) => lines.push(line)),
  );
  expect(destinations).toMatchObject([{ requests: 1, refused: 1, waiting: 0 }]);
  const folder = refusedFolder(dir, one.id);
  const [reason = ''] = readdirSync(folder);
  expect(JSON.parse(readFileSync(join(folder, reason), 'utf8'))).toEqual({ why: 'gRPC INVALID_ARGUMENT' });
  expect(lines.join('')).toContain('delivery.refused');
  expect(lines.join('')).not.toMatch(/someone|KEY|of-a-test|127\.0\.0\.1/);
});

test('what the backend took in part is not sent again', async () => {
  commit(dir, [one], [spanOf(1), spanOf(2), spanOf(3)]);
  backend.answer({ message: partialSuccess(2, 'KEY is too long') });
  const { destinations } = await drainOutbox(dir, silentLog);
  expect(destinations).toMatchObject([{ requests: 1, spans: 3, rejectedSpans: 2, waiting: 0 }]);
});

test('a backend that dies in the middle gets the same bytes again when it is back', async () => {
  commitEach(1);
  backend.answer('hang');
  const drained = drainOutbox(dir, silentLog);
  await backend.received(1);
  backend.stop();
  expect((await drained).destinations).toMatchObject([{ waiting: 1 }]);
  backend = await startGrpcBackend();
  one = grpcDestinationTo(backend.url);
  commitEach(2);
  await drainOutbox(dir, silentLog);
  expect(bodies()).toEqual(encoded(1, 2));
});

test('a drain that must end leaves what was under way, without a back-off', async () => {
  commitEach(1);
  backend.answer('hang');
  const controller = new AbortController();
  const drained = drainOutbox(dir, silentLog, { signal: controller.signal });
  await backend.received(1);
  controller.abort();
  expect((await drained).destinations).toMatchObject([{ waiting: 1, why: 'aborted' }]);
  expect(readBackoff(dir, one.id, 0).last).toBeUndefined();
});

test('an export goes by gRPC too, and tells what kept spans back', async () => {
  const options = { content: 'none', log: silentLog } as const;
  const transcript = EXAMPLE_TRANSCRIPT;
  const whole = await exportSessions([transcript], { ...options, target: one });
  expect(whole).toEqual({ sessions: 1, spans: 40 });
  expect(backend.requests).toHaveLength(1);
  backend.answer({ code: status.UNAUTHENTICATED });
  const refused = await exportSessions([transcript], { ...options, target: one });
  expect(refused.problem).toContain('gRPC UNAUTHENTICATED');
  const target = { ...one, headers: { 'x-bin': 'AA' } };
  const unusable = await exportSessions([transcript], { ...options, target });
  expect(unusable).toMatchObject({ spans: 0 });
  expect(unusable.problem).toContain('nothing was sent (one of the headers');
});
