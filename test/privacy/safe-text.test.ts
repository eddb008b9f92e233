import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { configured, constant, cut, safeName, wellFormed, writtenName } from '../../src/privacy/safe-text.ts';

describe('a name', () => {
  test('is one line of at most 256 characters, whatever the model called it', () => {
    expect(safeName('Task" >\n<parameter\tname="x')).toBe('Task" > <parameter name="x');
    expect(safeName('n'.repeat(300))).toBe('n'.repeat(256));
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (text) => {
        const name = safeName(text);
        expect(name.length).toBeLessThanOrEqual(256);
        expect(name.isWellFormed()).toBe(true);
        expect(name).not.toMatch(/[\u0000-\u001f]/);
      }),
    );
  });
});

describe('a name that the model wrote', () => {
  test('is what looks like one, and nothing behind it', () => {
    expect(writtenName('mcp__github__create-issue')).toBe('mcp__github__create-issue');
    expect(writtenName('plugin:reviewer')).toBe('plugin:reviewer');
    expect(writtenName('Task" >\n<parameter name="description">the secret plan')).toBe('Task');
    expect(writtenName('prüfer')).toBe('prüfer');
    expect(writtenName('the secret plan')).toBeUndefined();
    expect(writtenName('" oops')).toBeUndefined();
    expect(writtenName(undefined)).toBeUndefined();
  });
});

describe('well-formed text', () => {
  test('has no NUL and no lone surrogate, and is else the same', () => {
    expect(wellFormed('\0a\0')).toBe('a');
    expect(wellFormed('\ude00x')).toBe('\ufffdx');
    expect(wellFormed('🎉 ok\n')).toBe('🎉 ok\n');
    expect(configured('team=\ud83d\0a')).toBe('team=\ufffda');
    expect(constant('chat')).toBe('chat');
  });
});

describe('a cut text', () => {
  test('is a beginning of the text, not longer than the limit, in whole characters', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 1, max: 20 }), (text, limit) => {
        const part = cut(text.toWellFormed(), limit);
        expect(text.toWellFormed().startsWith(part)).toBe(true);
        expect(part.length).toBeLessThanOrEqual(limit);
        expect(part.length).toBeGreaterThanOrEqual(Math.min(text.length, limit) - 1);
        expect(part.isWellFormed()).toBe(true);
      }),
    );
  });
});
