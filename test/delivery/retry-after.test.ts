import { expect, test } from 'vitest';

import { parseRetryAfter } from '../../src/delivery/retry-after.ts';

const now = Date.UTC(2026, 10, 21, 12, 0, 0);

test.each([
  ['0', 0],
  ['7', 7000],
  [' 120 ', 120_000],
  ['Sat, 21 Nov 2026 12:00:30 GMT', 30_000],
  ['Saturday, 21-Nov-26 12:00:30 GMT', 30_000],
  ['Sat Nov 21 12:00:30 2026', 30_000],
  ['Sat, 21 Nov 2026 11:00:00 GMT', 0],
])('%j is %i ms', (header, ms) => {
  expect(parseRetryAfter(header, now)).toBe(ms);
});

test.each([undefined, '', '-1', '1.5', 'soon', '2026-11-21T12:00:30Z', 'Sat, 99 Nov 2026 12:00:30 GMT'])(
  '%j is as if it were not there',
  (header) => {
    expect(parseRetryAfter(header, now)).toBeUndefined();
  },
);
