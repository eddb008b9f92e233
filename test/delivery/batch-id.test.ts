import { expect, test } from 'vitest';

import { batchIds, parseRequestFile, requestFile } from '../../src/delivery/batch-id.ts';

test('ids sort in the order they were made, within a millisecond and when the clock is set back', () => {
  const clock = [
    1_760_000_000_000, 1_760_000_000_000, 1_760_000_000_000, 1_750_000_000_000, 1_760_000_000_001,
  ];
  const next = batchIds(() => clock.shift() ?? 0, 42);
  const made = Array.from({ length: 5 }, next);
  expect(made.toSorted()).toEqual(made);
  expect(new Set(made).size).toBe(5);
});

test('two processes in the same millisecond make different ids', () => {
  const now = (): number => 1_760_000_000_000;
  expect(batchIds(now, 1)()).not.toBe(batchIds(now, 2)());
});

test('a file name says batch, part and number of spans, and sorts by part', () => {
  const batchId = batchIds()();
  const names = [0, 1, 2, 10, 100].map((part) => requestFile({ batchId, part, spans: 512 - part }));
  expect(names.toSorted()).toEqual(names);
  expect(parseRequestFile(names[3] ?? '')).toEqual({ batchId, part: 10, spans: 502 });
});

test.each(['retry.json', 'destination.json', '.tmp-1-0-x.otlp', 'x.otlp', '1760000000000-1-000000.otlp'])(
  '%s is no request',
  (file) => {
    expect(parseRequestFile(file)).toBeUndefined();
  },
);
