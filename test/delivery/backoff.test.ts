import { writeFileSync } from 'node:fs';

import { expect, test } from 'vitest';

import {
  backoffFile,
  nextBackoff,
  readBackoff,
  writeBackoff,
  type Backoff,
} from '../../src/delivery/backoff.ts';
import { makeFolder, outboxFolder } from '../../src/delivery/folders.ts';
import type { Later } from '../../src/delivery/outcome.ts';
import { idOf, temporaryFolder } from './fixtures.ts';

const now = 1_760_000_000_000;
const id = idOf('one');
const busy: Later = { status: 'later', cause: 'busy', why: 'HTTP 503' };
const unreachable: Later = { status: 'later', cause: 'unreachable', why: 'ECONNREFUSED' };

function waits(later: Later, times: number, random = 1): number[] {
  const made: number[] = [];
  let last: Backoff | undefined;
  for (let n = 0; n < times; n++) {
    last = nextBackoff(last, later, now, () => random);
    made.push(last.notBefore - now);
  }
  return made;
}

test('a busy backend is left alone twice as long each time, up to five minutes', () => {
  expect(waits(busy, 9)).toEqual([5, 10, 20, 40, 80, 160, 300, 300, 300].map((seconds) => seconds * 1000));
});

test('the wait is spread over a fifth of it', () => {
  expect(waits(busy, 1, 0)).toEqual([4000]);
  expect(waits(busy, 1, 0.5)).toEqual([4500]);
});

test('a backend that cannot be reached may be tried by any wake-up five seconds later', () => {
  expect(waits(unreachable, 20).every((ms) => ms === 5000)).toBe(true);
});

test.each([
  [7_000, 7_000],
  [0, 1_000],
  [86_400_000, 3_600_000],
])('Retry-After of %i ms waits %i ms', (afterMs, wait) => {
  expect(waits({ ...busy, afterMs }, 1)).toEqual([wait]);
});

test('a back-off outlives the process and ends with its time', () => {
  const dir = temporaryFolder();
  makeFolder(outboxFolder(dir, id));
  const backoff = nextBackoff(undefined, busy, now, () => 1);
  writeBackoff(dir, id, backoff);
  expect(readBackoff(dir, id, now + 4999)).toEqual({ last: backoff, holds: true });
  expect(readBackoff(dir, id, now + 5000)).toEqual({ last: backoff, holds: false });
  writeBackoff(dir, id, undefined);
  expect(readBackoff(dir, id, now)).toEqual({ last: undefined, holds: false });
});

test('a clock that was set back does not silence a destination', () => {
  const dir = temporaryFolder();
  makeFolder(outboxFolder(dir, id));
  writeBackoff(dir, id, nextBackoff(undefined, busy, now));
  expect(readBackoff(dir, id, now - 86_400_000).holds).toBe(false);
});

test.each(['', '{', '{"failures":-1}'])('a broken file (%j) is as if it were not there', (text) => {
  const dir = temporaryFolder();
  makeFolder(outboxFolder(dir, id));
  writeFileSync(backoffFile(dir, id), text);
  expect(readBackoff(dir, id, now)).toEqual({ last: undefined, holds: false });
});
