import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { beginPause, endPause, isPaused, readPause } from '../../src/state/pause.ts';
import { addSkip, isSkipped, readSkips, SkipsUnreadable } from '../../src/state/pause-skips.ts';
import { temporaryFolder } from '../support/folders.ts';

describe('a pause', () => {
  test('begins once and ends once', () => {
    const dir = temporaryFolder();
    expect([isPaused(dir), readPause(dir)]).toEqual([false, undefined]);
    expect(beginPause(dir, 1000)).toEqual({ begun: true, pause: { since: 1000, readable: true } });
    expect(beginPause(dir, 2000)).toEqual({ begun: false, pause: { since: 1000, readable: true } });
    expect(isPaused(dir)).toBe(true);
    endPause(dir);
    endPause(dir);
    expect([isPaused(dir), readdirSync(dir)]).toEqual([false, []]);
  });

  test.each(['', '{', '[]', '{"since":"now"}', '{"since":1e300}'])(
    'holds also where its file says %j',
    (text) => {
      const dir = temporaryFolder();
      writeFileSync(join(dir, 'paused'), text);
      expect(isPaused(dir)).toBe(true);
      const { since, readable } = readPause(dir)!;
      expect(readable).toBe(false);
      expect(Math.abs(Date.now() - since)).toBeLessThan(3_600_000);
    },
  );
});

describe('a skipped pause', () => {
  test('keeps back what was typed from its begin to before its end', () => {
    const dir = temporaryFolder();
    expect(readSkips(dir)).toEqual([]);
    addSkip(dir, { from: 10, to: 20 });
    addSkip(dir, { from: 30, to: 40 });
    const skips = readSkips(dir);
    expect([9, 10, 19, 20, 29, 30, 40].map((time) => isSkipped(time, skips))).toEqual([
      false,
      true,
      true,
      false,
      false,
      true,
      false,
    ]);
  });

  test('that was written before a crash is written again with its end', () => {
    const dir = temporaryFolder();
    addSkip(dir, { from: 10, to: 20 });
    addSkip(dir, { from: 10, to: 50 });
    expect(readSkips(dir)).toEqual([{ from: 10, to: 50 }]);
  });

  test.each(['', '{', '[]', '{"version":2,"pauses":[]}', '{"version":1,"pauses":[{"from":1}]}'])(
    'that cannot be read (%j) is an error, and never an empty list',
    (text) => {
      const dir = temporaryFolder();
      writeFileSync(join(dir, 'skipped.json'), text);
      expect(() => readSkips(dir)).toThrow(SkipsUnreadable);
      expect(() => {
        addSkip(dir, { from: 1, to: 2 });
      }).toThrow(/repair it, or remove it/);
    },
  );
});
