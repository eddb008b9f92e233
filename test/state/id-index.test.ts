// The index of span ids in a ledger's bytes answers as a set of them would.
import fc from 'fast-check';
import { expect, test } from 'vitest';

import { indexIds } from '../../src/state/id-index.ts';

// Few letters and short ones too, so that ids are often alike, or one begins another.
const id = fc.string({ unit: fc.constantFrom('0', '1', 'a'), minLength: 1, maxLength: 8 });

test('every id of every batch is found, and nothing else is', () => {
  fc.assert(
    fc.property(fc.array(fc.array(id)), fc.array(id), (batches, others) => {
      const lines = batches.map((ids, number) => [`batch-${number}`, ...ids].join(' ') + '\n').join('');
      const has = indexIds(Buffer.from(lines));
      const known = new Set(batches.flat());
      for (const one of [...known, ...others]) expect(has(one)).toBe(known.has(one));
    }),
  );
});

test('a batch id is no span id', () => {
  const has = indexIds(Buffer.from('aa bb\ncc dd\n'));
  expect(['aa', 'bb', 'cc', 'dd'].map(has)).toEqual([false, true, false, true]);
});

test('an empty ledger holds no id', () => {
  expect(indexIds(new Uint8Array())('aa')).toBe(false);
});
