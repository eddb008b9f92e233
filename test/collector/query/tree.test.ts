import fc from 'fast-check';
import { expect, test } from 'vitest';
import { treeOrder } from '../../../collector/query/tree.ts';
import { spanView } from './spans.ts';

test('children follow their parent, siblings by start', () => {
  const spans = [
    spanView('late', 'root', 5),
    spanView('leaf', 'early', 3),
    spanView('root', null),
    spanView('early', 'root', 2),
  ];
  expect(shape(spans)).toEqual(['0 root root', '1 early child', '2 leaf child', '1 late child']);
});

test('a span whose parent has not come stands at the top, marked', () => {
  expect(shape([spanView('a', 'missing', 2), spanView('b', 'a', 3), spanView('root', null, 1)])).toEqual([
    '0 root root',
    '0 a orphan',
    '1 b child',
  ]);
});

test('a ring of parents is cut at its earliest span, and what hangs from it stays below', () => {
  const spans = [
    spanView('tail', 'b', 0),
    spanView('a', 'c', 1),
    spanView('b', 'a', 2),
    spanView('c', 'b', 3),
  ];
  expect(shape(spans)).toEqual(['0 a cycle', '1 b child', '2 tail child', '2 c child']);
  expect(shape([spanView('self', 'self')])).toEqual(['0 self cycle']);
});

test('a trace may be deeper than the call stack', () => {
  const spans = Array.from({ length: 20_000 }, (_, n) => spanView(`s${n}`, n === 0 ? null : `s${n - 1}`, n));
  expect(treeOrder(spans).at(-1)?.depth).toBe(19_999);
});

test('whatever the parents, every span comes out once and below its parent or at the top', () => {
  const parents = fc.array(fc.option(fc.nat(12)), { maxLength: 12 });
  fc.assert(
    fc.property(parents, (list) => {
      const spans = list.map((parent, n) =>
        spanView(String(n), parent === null ? null : String(parent), n % 3),
      );
      const order = treeOrder(spans);
      expect(order.map(({ span }) => span.spanId).sort()).toEqual(spans.map(({ spanId }) => spanId).sort());
      const depths = new Map(order.map(({ span, depth }) => [span.spanId, depth]));
      for (const { span, depth, attachment } of order) {
        expect(depth).toBe(attachment === 'child' ? depths.get(span.parentSpanId ?? '')! + 1 : 0);
      }
    }),
  );
});

function shape(spans: readonly ReturnType<typeof spanView>[]): string[] {
  return treeOrder(spans).map(({ span, depth, attachment }) => `${depth} ${span.spanId} ${attachment}`);
}
