import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { lineDiff } from '../../src/install/line-diff.ts';

test('shows what goes and what comes, with one line around it', () => {
  expect(lineDiff('a\nb\nc\nd\ne', 'a\nb\nX\nd\ne\nf')).toEqual([
    '@@ -3 +3 @@',
    ' b',
    '-c',
    '+X',
    ' d',
    '@@ -6 +6 @@',
    ' e',
    '+f',
  ]);
  expect(lineDiff('', '{}\n')).toEqual(['@@ -1 +1 @@', '+{}', ' ']);
  expect(lineDiff('a\n', 'a\n')).toEqual([]);
});

test('a long line is cut', () => {
  const [, , line = ''] = lineDiff('', `\n${'x'.repeat(10_000)}`);
  expect(line.length).toBeLessThan(300);
});

test('whoever applies it to the old text gets the new one', () => {
  const text = fc
    .array(fc.constantFrom('a', 'b', 'c', ''), { maxLength: 12 })
    .map((lines) => lines.join('\n'));
  fc.assert(
    fc.property(text, text, (before, after) => {
      expect(apply(before, lineDiff(before, after))).toBe(after);
    }),
    { numRuns: 2000 },
  );
});

test('three changes in half a million lines take no time worth speaking of', () => {
  const lines = Array.from({ length: 500_000 }, (_, index) => String(index));
  const other = lines.map((line) => (['7', '250000', '499999'].includes(line) ? `${line}!` : line));
  expect(lineDiff(lines.join('\n'), other.join('\n')).filter((line) => line.startsWith('+'))).toHaveLength(3);
});

function apply(text: string, diff: readonly string[]): string {
  const old = text.split('\n');
  const made: string[] = [];
  let at = 0;
  let first = false;
  for (const line of diff) {
    const [, place] = /^@@ -(\d+) /.exec(line) ?? [];
    if (place !== undefined) {
      while (at < Number(place) - 1) made.push(old[at++] ?? '');
      first = true;
      continue;
    }
    // The line before a place was copied already; the line behind it is copied later.
    if (line.startsWith('-')) expect(line.slice(1)).toBe(old[at++]);
    if (line.startsWith('+')) made.push(line.slice(1));
    if (line.startsWith(' ')) expect(line.slice(1)).toBe(old[first && at > 0 ? at - 1 : at]);
    first = false;
  }
  return [...made, ...old.slice(at)].join('\n');
}
