// The desk beside a worker's sessions, with real requests: a pause that begins in the middle, requests that someone else puts
// back, and keys that lie open.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { rememberUserConfigFile } from '../src/config/user-config-place.ts';
import { openDeliveryDesk, type DeliveryDesk } from '../src/delivery-desk.ts';
import { listPending, requeueRefused } from '../src/delivery/outbox.ts';
import { lineLog, silentLog } from '../src/platform/log.ts';
import { commit, destinationTo, idOf, spanOf, temporaryFolder } from './delivery/fixtures.ts';
import { startBackend, type LoopbackBackend } from './support/loopback-backend.ts';

let dir: string;
let backend: LoopbackBackend;
beforeEach(async () => {
  dir = temporaryFolder();
  rememberUserConfigFile(dir, join(dir, 'config.json'));
  backend = await startBackend();
});
afterEach(async () => {
  await backend.stop();
});

async function drained(desk: DeliveryDesk): Promise<void> {
  desk.wake();
  while (desk.isBusy()) await sleep(5);
}

function commitThree(): void {
  for (const n of [1, 2, 3]) commit(dir, [destinationTo(backend.url)], [spanOf(n)]);
}

test('no request is begun once a pause has, and the rest goes when the pause ends before the worker sees it', async () => {
  const pause = join(dir, 'paused');
  commitThree();
  backend.answer(() => {
    writeFileSync(pause, '');
    return { status: 200 };
  });
  const desk = openDeliveryDesk(dir, silentLog, () => {});
  await drained(desk);
  expect(backend.requests).toHaveLength(1);
  expect(listPending(dir, idOf('one'))).toHaveLength(2);
  expect(desk.isDue(Date.now())).toBe(false);
  rmSync(pause);
  backend.answer({ status: 200 });
  expect(desk.isDue(Date.now())).toBe(true);
  await drained(desk);
  expect(backend.requests).toHaveLength(3);
  expect(desk.isDue(Date.now())).toBe(false);
});

test('what was refused and is put back meanwhile is seen before the worker leaves', async () => {
  commitThree();
  backend.answer({ status: 401 });
  const desk = openDeliveryDesk(dir, silentLog, () => {});
  await drained(desk);
  expect(desk.isDue(Date.now())).toBe(false);
  backend.answer({ status: 200 });
  requeueRefused(dir, idOf('one'));
  expect(desk.isDue(Date.now())).toBe(true);
  await drained(desk);
  expect(listPending(dir, idOf('one'))).toEqual([]);
});

test('a config file with a key that others can read is told once, without where it is', () => {
  const lines: string[] = [];
  const folder = join(dir, 'config');
  mkdirSync(folder, { mode: 0o700 });
  const file = join(folder, 'config.json');
  rememberUserConfigFile(dir, file);
  const destinations = { mine: { endpoint: backend.url, headers: { 'x-key': 's3cret' } } };
  writeFileSync(file, JSON.stringify({ destinations }), { mode: 0o644 });
  openDeliveryDesk(
    dir,
    lineLog((line) => lines.push(line)),
    () => {},
  );
  expect(lines).toHaveLength(1);
  expect(lines[0]).toContain('variable=config.json message="holds a secret, and other users');
  expect(lines[0]).not.toMatch(/s3cret|\/config/);
});
