import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { parseJsonLine } from '../../src/transcript/json-objects.ts';

describe('a line', () => {
  test('with one object has one value', () => {
    expect(parseJsonLine('{"a":[1,"}{"]}')).toEqual({ status: 'ok', values: [{ a: [1, '}{'] }] });
  });

  test.each(['', ' ', '\t\r'])('of white space (%j) has none', (text) => {
    expect(parseJsonLine(text)).toEqual({ status: 'ok', values: [] });
  });

  test.each(['\0\0\0{"a":1}', '{"a":1}\0\0', '\0 {"a":1}\r'])('loses runs of NUL (%j)', (text) => {
    expect(parseJsonLine(text)).toEqual({ status: 'ok', values: [{ a: 1 }] });
  });

  test('of NUL alone is unreadable, and says so', () => {
    expect(parseJsonLine('\0'.repeat(4096))).toEqual({ status: 'unreadable', reason: 'NUL bytes only' });
  });

  test('with a carriage return at its end is read', () => {
    expect(parseJsonLine('{"a":1}\r')).toEqual({ status: 'ok', values: [{ a: 1 }] });
  });

  test('keeps lone surrogates, which only leave the machine repaired', () => {
    expect(parseJsonLine('{"a":"\\ud83d"}')).toEqual({ status: 'ok', values: [{ a: '\ud83d' }] });
  });

  test('with any objects glued together has all of them', () => {
    fc.assert(
      fc.property(
        fc.array(fc.dictionary(fc.string(), fc.jsonValue()), { minLength: 1, maxLength: 4 }),
        fc.constantFrom('', ' ', '\0\0'),
        (objects, between) => {
          const texts = objects.map((one) => JSON.stringify(one));
          const values: unknown = texts.map((one) => JSON.parse(one) as unknown);
          expect(parseJsonLine(texts.join(between))).toEqual({ status: 'ok', values });
        },
      ),
    );
  });

  test.each(['{"secret":', '{"secret":1}}', '{"secret":1}{"b"', 'secret', '{"secret" 1}{"b":2}', '}{'])(
    'that is damaged (%s) gives a reason that quotes nothing of it',
    (text) => {
      expect(parseJsonLine(text)).toEqual({ status: 'unreadable', reason: 'not valid JSON' });
    },
  );

  test('never throws', () => {
    fc.assert(
      fc.property(
        fc.string(),
        fc.string({ unit: fc.constantFrom('{', '}', '"', '\\', ':', '1', '\0') }),
        (a, b) => {
          expect(['ok', 'unreadable']).toContain(parseJsonLine(a).status);
          expect(['ok', 'unreadable']).toContain(parseJsonLine(b).status);
        },
      ),
    );
  });
});
