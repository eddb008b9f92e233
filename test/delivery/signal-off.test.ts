// A backend that takes traces and has never heard of metrics (Jaeger), or of logs (Langfuse), loses only those.
import { afterEach, beforeEach, expect, test } from 'vitest';

import type { Destination } from '../../src/config/destination.ts';
import { drainOutbox } from '../../src/delivery/drain.ts';
import { listPending, outboxSizes } from '../../src/delivery/outbox.ts';
import { isSignalOff } from '../../src/delivery/signal-off.ts';
import { lineLog } from '../../src/platform/log.ts';
import { startBackend, type LoopbackBackend } from '../support/loopback-backend.ts';
import { commit, destinationTo, idOf, spanOf, temporaryFolder } from './fixtures.ts';

let dir: string;
let backend: LoopbackBackend;
let traces: Destination;
let metrics: Destination;
let lines: string[];
const log = lineLog((line) => lines.push(line));
const DAY_MS = 24 * 3_600_000;

beforeEach(async () => {
  dir = temporaryFolder();
  lines = [];
  backend = await startBackend();
  traces = destinationTo(backend.url);
  metrics = {
    ...destinationTo(backend.url, { id: idOf('metrics') }),
    signal: 'metrics',
    url: `${backend.url}/v1/metrics`,
  };
});
afterEach(() => backend.stop());

const told = (): string[] => lines.filter((line) => line.includes('delivery.signal_off'));

test.each([404, 405, 501])('HTTP %d to metrics: given up, said once, and traces go on', async (status) => {
  backend.answer(({ path }) => ({ status: path === '/v1/metrics' ? status : 200 }));
  for (const n of [1, 2, 3]) commit(dir, [traces, metrics], [spanOf(n)]);
  await drainOutbox(dir, log);
  expect(backend.requests.filter(({ path }) => path === '/v1/traces')).toHaveLength(3);
  expect(backend.requests.filter(({ path }) => path === '/v1/metrics')).toHaveLength(1);
  expect(listPending(dir, metrics.id)).toEqual([]);
  expect(outboxSizes(dir).map(({ refused }) => refused)).toEqual([0, 0]);
  expect(isSignalOff(dir, metrics.id, Date.now())).toBe(true);
  expect(isSignalOff(dir, traces.id, Date.now())).toBe(false);
  expect(told()).toHaveLength(1);

  expect(isSignalOff(dir, metrics.id, Date.now() + DAY_MS)).toBe(false);
  commit(dir, [metrics], [spanOf(4)]);
  await drainOutbox(dir, log);
  expect(backend.requests.filter(({ path }) => path === '/v1/metrics')).toHaveLength(2);
  expect(told()).toHaveLength(1);
});

test('a wrong path for traces is a fault that is kept, not an answer to live with', async () => {
  backend.answer({ status: 404 });
  commit(dir, [traces], [spanOf(1)]);
  await drainOutbox(dir, log);
  expect(outboxSizes(dir)).toMatchObject([{ requests: 0, refused: 1 }]);
  expect(isSignalOff(dir, traces.id, Date.now())).toBe(false);
});

test('a key that is refused is no word about the signal', async () => {
  backend.answer({ status: 401 });
  commit(dir, [metrics], [spanOf(1)]);
  await drainOutbox(dir, log);
  expect(outboxSizes(dir)).toMatchObject([{ requests: 0, refused: 1 }]);
  expect(isSignalOff(dir, metrics.id, Date.now())).toBe(false);
});
