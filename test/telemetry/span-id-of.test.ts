import { expect, test } from 'vitest';
import { spanMaker } from '../../src/span-maker.ts';
import { spanIdOf } from '../../src/telemetry/span-id-of.ts';
import { everyThing } from './every-thing.ts';

test('a thing is named as its span is', () => {
  const toSpan = spanMaker('none', { attributes: {} });
  expect(new Set(everyThing.map(({ kind }) => kind)).size).toBe(5);
  for (const one of everyThing) expect(spanIdOf(one)).toBe(toSpan(one).spanContext().spanId);
});
