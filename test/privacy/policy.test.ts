// What leaves at which level: nothing, or texts cut inside their parts.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { contentPolicy } from '../../src/privacy/policy.ts';

const PART = 64 * 1024;
const TOTAL = 1024 * 1024;

describe('level none', () => {
  const { text, json, level } = contentPolicy('none');

  test('lets no content through', () => {
    fc.assert(
      fc.property(fc.string(), fc.jsonValue(), (one, value) => {
        expect(text(one)).toBeUndefined();
        expect(json(() => value)).toBeUndefined();
      }),
    );
    expect(level).toBe('none');
  });

  test('does not even build the value', () => {
    expect(
      json(() => {
        throw new Error('built');
      }),
    ).toBeUndefined();
  });
});

describe('level full', () => {
  const { text, json } = contentPolicy('full');

  test('lets text and JSON through as they are', () => {
    expect(text('Fix the test 🎉')).toBe('Fix the test 🎉');
    expect(json(() => ({ a: [1, null, 'ü'] }))).toBe('{"a":[1,null,"ü"]}');
  });

  test('gives the same JSON values back', () => {
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit: 'grapheme' }), (value) => {
        const plain: unknown = JSON.parse(JSON.stringify(value).replaceAll('\\u0000', ''));
        expect(JSON.parse(json(() => plain) ?? '')).toEqual(plain);
      }),
    );
  });

  test('cuts a long text and says how long it was', () => {
    expect(text('x'.repeat(PART))).toBe('x'.repeat(PART));
    expect(text('x'.repeat(PART + 1))).toBe(`${'x'.repeat(PART)}… [cut, ${PART + 1} characters]`);
  });

  test('never cuts a character in half', () => {
    const cut = text(`x${'🎉'.repeat(PART)}`);
    expect(cut?.isWellFormed()).toBe(true);
    expect(cut).toMatch(/🎉… \[cut, \d+ characters\]$/u);
  });

  test('cuts long strings inside JSON, never the JSON', () => {
    const value = [
      { role: 'user', parts: [{ type: 'text', content: 'y'.repeat(3 * PART) }] },
      { role: 'tool' },
    ];
    const parsed = JSON.parse(json(() => value) ?? '') as typeof value;
    expect(parsed[0]?.parts?.[0]?.content).toBe(`${'y'.repeat(PART)}… [cut, ${3 * PART} characters]`);
    expect(parsed[1]).toEqual({ role: 'tool' });
  });

  test('cuts every part shorter until the whole fits, so that each keeps its beginning', () => {
    const value = Array.from({ length: 100 }, (_, n) => `${n}:${'z'.repeat(40_000)}`);
    const whole = json(() => value) ?? '';
    expect(whole.length).toBeLessThanOrEqual(TOTAL);
    const parsed = JSON.parse(whole) as string[];
    expect(parsed).toHaveLength(100);
    for (const [n, part] of parsed.entries()) expect(part.startsWith(`${n}:zzzz`)).toBe(true);
  });

  test('takes out NULs and repairs lone surrogates, in text and inside JSON', () => {
    expect(text('a\0b\ud83d')).toBe('ab\ufffd');
    expect(json(() => ['a\0b\ud83d'])).toBe('["ab\ufffd"]');
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.jsonValue({ stringUnit: 'binary' }), (one, value) => {
        for (const safe of [text(one), json(() => value)]) {
          expect(safe?.isWellFormed()).toBe(true);
          expect(safe).not.toContain('\0');
        }
      }),
    );
  });

  test('takes out the NULs of keys too', () => {
    expect(json(() => ({ 'a\0b\ud83d': 1 }))).toBe('{"ab\ufffd":1}');
  });
});
