import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import type { Destination } from '../../src/config/destination.ts';
import { readBackoff, writeBackoff } from '../../src/delivery/backoff.ts';
import { rememberDestination } from '../../src/delivery/destination-file.ts';
import { drainOutbox } from '../../src/delivery/drain.ts';
import { encodeTraces } from '../../src/delivery/encode.ts';
import { outboxFolder, refusedFolder } from '../../src/delivery/folders.ts';
import { listPending, outboxSizes, requeueRefused } from '../../src/delivery/outbox.ts';
import { lineLog, silentLog, type Log } from '../../src/platform/log.ts';
import { startBackend, type LoopbackBackend, type RecordedRequest } from '../support/loopback-backend.ts';
import { commit, destinationTo, idOf, spanOf, temporaryFolder } from './fixtures.ts';
import { partialSuccess } from './otlp-answers.ts';

let dir: string;
let backend: LoopbackBackend;
let other: LoopbackBackend;
let one: Destination;
let two: Destination;
beforeEach(async () => {
  dir = temporaryFolder();
  backend = await startBackend();
  other = await startBackend();
  one = destinationTo(backend.url);
  two = destinationTo(other.url, { id: idOf('two') });
});
afterEach(async () => {
  await Promise.all([backend.stop(), other.stop()]);
});

const bodies = (requests: readonly RecordedRequest[]): Buffer[] =>
  requests.map(({ body }) => gunzipSync(body));
const encoded = (...numbers: number[]): Buffer[] =>
  numbers.map((n) => Buffer.from(encodeTraces([spanOf(n)], 'protobuf')));
const waiting = (name: string): number => listPending(dir, idOf(name)).length;

function commitEach(destinations: readonly Destination[], ...numbers: number[]): void {
  for (const n of numbers) commit(dir, destinations, [spanOf(n)]);
}

/** A log that keeps its lines. */
function listening(): { log: Log; lines: string[] } {
  const lines: string[] = [];
  return { lines, log: lineLog((line) => lines.push(line)) };
}

/** Lets the back-off of a destination run out. */
function waitOver(name: string): void {
  const { last } = readBackoff(dir, idOf(name), 0);
  if (last) writeBackoff(dir, idOf(name), { ...last, notBefore: 1 });
}

describe('what waits', () => {
  test('is sent in the order it was committed, over one connection, and is gone', async () => {
    commitEach([one], 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12);
    const summary = await drainOutbox(dir, silentLog);
    expect(bodies(backend.requests)).toEqual(encoded(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12));
    expect(backend.connections).toBe(1);
    expect(backend.requests[0]?.headers.authorization).toBe('Bearer of-a-test');
    expect(summary.destinations).toEqual([
      { id: 'one', requests: 12, spans: 12, rejectedSpans: 0, refused: 0, waiting: 0 },
    ]);
    expect(await drainOutbox(dir, silentLog)).toEqual({ destinations: [] });
    expect(backend.requests).toHaveLength(12);
  });

  test('is posted as the very bytes that lie in the outbox', async () => {
    commit(dir, [one], [spanOf(1), spanOf(2)], 'json');
    const [file] = listPending(dir, one.id);
    const bytes = readFileSync(join(outboxFolder(dir, one.id), file?.file ?? ''));
    await drainOutbox(dir, silentLog);
    expect(bodies(backend.requests)).toEqual([bytes]);
    expect(backend.requests[0]?.headers['content-type']).toBe('application/json');
  });

  test('goes to each destination', async () => {
    commitEach([one, two], 1, 2);
    await drainOutbox(dir, silentLog);
    expect(bodies(backend.requests)).toEqual(encoded(1, 2));
    expect(bodies(other.requests)).toEqual(encoded(1, 2));
  });

  test('includes what is published during the drain', async () => {
    commitEach([one], 1);
    backend.answer(() => {
      if (backend.requests.length === 1) commitEach([one], 2);
      return { status: 200 };
    });
    await drainOutbox(dir, silentLog);
    expect(bodies(backend.requests)).toEqual(encoded(1, 2));
  });

  test('goes where the newest ticket said, with its headers', async () => {
    commitEach([one], 1);
    rememberDestination(dir, { ...one, url: `${other.url}/elsewhere`, headers: { 'x-key': 'new' } });
    await drainOutbox(dir, silentLog);
    expect(other.requests).toMatchObject([{ path: '/elsewhere', headers: { 'x-key': 'new' } }]);
  });
});

describe('a backend that takes nothing now', () => {
  test('keeps its order and everything else waits behind', async () => {
    commitEach([one], 1, 2, 3);
    backend.answer({ status: 200 }, { status: 503 });
    const { destinations } = await drainOutbox(dir, silentLog);
    expect(destinations).toMatchObject([{ requests: 1, waiting: 2, why: 'HTTP 503' }]);
    backend.answer({ status: 200 });
    waitOver('one');
    await drainOutbox(dir, silentLog);
    expect(bodies(backend.requests)).toEqual(encoded(1, 2, 2, 3));
  });

  test('is asked once by a hundred wake-ups', async () => {
    commitEach([one], 1);
    backend.answer({ status: 503, headers: { 'retry-after': '600' } });
    const began = Date.now();
    for (let n = 0; n < 100; n++) {
      const { destinations } = await drainOutbox(dir, silentLog);
      expect(destinations[0]?.notBefore).toBeGreaterThanOrEqual(began + 600_000);
    }
    expect(backend.requests).toHaveLength(1);
    expect(waiting('one')).toBe(1);
  });

  test('that is down all day has everything sent by a later hook', async () => {
    await backend.refuse();
    for (let n = 1; n <= 5; n++) {
      commitEach([one], n);
      const { destinations } = await drainOutbox(dir, silentLog);
      expect(destinations).toMatchObject([{ waiting: n, why: 'ECONNREFUSED' }]);
      waitOver('one');
    }
    await backend.listen();
    await drainOutbox(dir, silentLog);
    expect(bodies(backend.requests)).toEqual(encoded(1, 2, 3, 4, 5));
    expect(readBackoff(dir, one.id, 0).last).toBeUndefined();
  });

  test('holds up no other destination', async () => {
    one = { ...one, timeoutMs: 2000 };
    commitEach([one, two], 1, 2);
    backend.answer('hang');
    const drained = drainOutbox(dir, silentLog);
    await Promise.all([backend.received(1), other.received(2)]);
    const { destinations } = await drained;
    expect(destinations).toMatchObject([
      { id: 'one', waiting: 2, why: 'timeout' },
      { id: 'two', waiting: 0 },
    ]);
  });

  test('is tried again at once when its key or address was renewed', async () => {
    commitEach([one], 1);
    backend.answer({ status: 429, headers: { 'retry-after': '600' } }, { status: 200 });
    await drainOutbox(dir, silentLog);
    rememberDestination(dir, { ...one, headers: { authorization: 'Bearer renewed' } });
    await drainOutbox(dir, silentLog);
    expect(waiting('one')).toBe(0);
  });

  test('because its answer was lost gets the same bytes again', async () => {
    commitEach([one], 1);
    backend.answer('reset', { status: 200 });
    await drainOutbox(dir, silentLog);
    waitOver('one');
    await drainOutbox(dir, silentLog);
    expect(bodies(backend.requests)).toEqual(encoded(1, 1));
  });
});

describe('a backend that refuses', () => {
  test('has the request set aside with the reason, gets the next one, and never that one again', async () => {
    const { log, lines } = listening();
    commitEach([one], 1, 2);
    backend.answer({ status: 400, body: 'span "rm -rf /home/someone" with key KEY is bad' }, { status: 200 });
    const { destinations } = await drainOutbox(dir, log);
    await drainOutbox(dir, log);
    expect(destinations).toMatchObject([{ requests: 1, refused: 1, waiting: 0 }]);
    expect(bodies(backend.requests)).toEqual(encoded(1, 2));

    const folder = refusedFolder(dir, one.id);
    const [reason = '', request = ''] = readdirSync(folder);
    expect(JSON.parse(readFileSync(join(folder, reason), 'utf8'))).toEqual({
      httpStatus: 400,
      why: 'HTTP 400',
    });
    expect([readFileSync(join(folder, request))]).toEqual(encoded(1));
    expect(lines.filter((line) => line.includes('delivery.refused'))).toHaveLength(1);
    expect(lines.join('')).not.toMatch(/someone|KEY|of-a-test|127\.0\.0\.1/);
    expect(outboxSizes(dir)).toEqual([{ id: 'one', requests: 0, spans: 0, bytes: 0, refused: 1 }]);
  });

  test('gets everything again, in order, when the user repaired the cause and said so', async () => {
    commitEach([one], 1, 2);
    backend.answer({ status: 401 });
    await drainOutbox(dir, silentLog);
    backend.answer({ status: 200 });
    expect(requeueRefused(dir, one.id)).toBe(2);
    expect(readdirSync(refusedFolder(dir, one.id))).toEqual([]);
    await drainOutbox(dir, silentLog);
    expect(bodies(backend.requests)).toEqual(encoded(1, 2, 1, 2));
  });

  test('some of the spans only (partial success) gets none again', async () => {
    const { log, lines } = listening();
    commit(dir, [one], [spanOf(1), spanOf(2), spanOf(3)]);
    backend.answer({ status: 200, body: partialSuccess(2, 'KEY is too long') });
    const { destinations } = await drainOutbox(dir, log);
    expect(destinations).toMatchObject([{ requests: 1, spans: 3, rejectedSpans: 2, waiting: 0 }]);
    expect(lines.join('')).toContain('rejected_spans=2');
    expect(lines.join('')).not.toContain('KEY');
  });
});

describe('what cannot be sent', () => {
  test('with a setting that nothing can be sent with waits, and that is said once', async () => {
    const { log, lines } = listening();
    const missing = { certificate: join(dir, 'nowhere.pem') };
    commitEach([{ ...one, url: one.url.replace('http:', 'https:'), tls: missing }], 1);
    await drainOutbox(dir, log);
    const { destinations } = await drainOutbox(dir, log);
    expect(destinations).toEqual([
      {
        id: 'one',
        requests: 0,
        spans: 0,
        rejectedSpans: 0,
        refused: 0,
        waiting: 1,
        why: 'certificate cannot be read (ENOENT)',
      },
    ]);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain('delivery.unusable destination=one setting=certificate');
    expect(lines[0]).not.toMatch(/nowhere|turnspan-delivery/);
    rememberDestination(dir, one);
    expect((await drainOutbox(dir, log)).destinations).toMatchObject([{ waiting: 0, requests: 1 }]);
  });

  test('requests wait for a lost or broken destination.json until a ticket renews it', async () => {
    commitEach([one], 1);
    const path = join(outboxFolder(dir, one.id), 'destination.json');
    writeFileSync(path, '{"version":1');
    expect((await drainOutbox(dir, silentLog)).destinations).toMatchObject([{ waiting: 1 }]);
    rmSync(path);
    expect((await drainOutbox(dir, silentLog)).destinations).toMatchObject([{ waiting: 1 }]);
    rememberDestination(dir, one);
    expect((await drainOutbox(dir, silentLog)).destinations).toMatchObject([{ waiting: 0, requests: 1 }]);
  });

  test('a file that is no request any more is set aside and the next one is sent', async () => {
    commitEach([one], 1, 2);
    const [first] = listPending(dir, one.id);
    writeFileSync(join(outboxFolder(dir, one.id), first?.file ?? ''), '');
    await drainOutbox(dir, silentLog);
    expect(bodies(backend.requests)).toEqual(encoded(2));
    expect(readdirSync(refusedFolder(dir, one.id))).toHaveLength(2);
  });
});

test('files that are not ours disturb nothing', async () => {
  commitEach([one], 1);
  writeFileSync(join(dir, 'outbox', 'notes'), '');
  writeFileSync(join(outboxFolder(dir, one.id), 'notes.txt'), '');
  await drainOutbox(dir, silentLog);
  expect(bodies(backend.requests)).toEqual(encoded(1));
});

describe('a drain that must end', () => {
  test('begins no request after its deadline', async () => {
    commitEach([one], 1);
    const { destinations } = await drainOutbox(dir, silentLog, { deadline: Date.now() - 1 });
    expect(destinations).toMatchObject([{ requests: 0, waiting: 1, why: 'out of time' }]);
    expect(backend.requests).toHaveLength(0);
  });

  test('stops at a signal, and what was under way waits without a back-off', async () => {
    commitEach([one], 1, 2);
    backend.answer('hang');
    const controller = new AbortController();
    const drained = drainOutbox(dir, silentLog, { signal: controller.signal });
    await backend.received(1);
    controller.abort();
    expect((await drained).destinations).toMatchObject([{ waiting: 2, why: 'aborted' }]);
    backend.answer({ status: 200 });
    await drainOutbox(dir, silentLog);
    expect(bodies(backend.requests)).toEqual(encoded(1, 1, 2));
  });
});
