import { expect, test } from 'vitest';
import { layOutTrace } from '../../../collector/query/waterfall.ts';
import { spanView } from './spans.ts';

test('bars share one axis from the first start to the last end', () => {
  const base = 1_772_366_400_000_000_000;
  const trace = layOutTrace('t', [
    spanView('root', null, base, base + 4_000_000),
    spanView('child', 'root', base + 1_000_000, base + 2_000_000),
  ]);
  expect(trace?.spans.map(({ left, width }) => [left, width])).toEqual([
    [0, 1],
    [0.25, 0.25],
  ]);
});

test('a trace without duration and a span that ends before it starts have no width', () => {
  expect(layOutTrace('t', [spanView('a', null, 5, 5)])?.spans[0]).toMatchObject({ left: 0, width: 0 });
  expect(layOutTrace('t', [spanView('a', null, 5, 3), spanView('b', null, 0, 10)])?.spans[1]?.width).toBe(0);
});

test('inferred times are told, and only when the attribute is true', () => {
  const attributes = { 'turnspan.start.inferred': true, 'turnspan.end.inferred': 'true' };
  expect(layOutTrace('t', [spanView('a', null, 0, 1, attributes)])?.spans[0]).toMatchObject({
    startInferred: true,
    endInferred: false,
  });
});

test('no spans are no trace', () => {
  expect(layOutTrace('t', [])).toBeNull();
});
