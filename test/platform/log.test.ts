import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fileLog, lineLog, parseLogLine, readLog, type LogFields } from '../../src/platform/log.ts';
import { temporaryFolder } from '../support/folders.ts';

const MIB = 1024 * 1024;

describe('a log in a file', () => {
  test('is for its user alone, and moves away past 1 MiB: two files, and no more', () => {
    const path = join(temporaryFolder(), 'worker.log');
    const log = fileLog(path);
    log.info('first');
    expect(statSync(path).mode & 0o777).toBe(0o600);
    for (const round of ['one', 'two', 'three']) {
      writeFileSync(path, `${round}\n${'x'.repeat(MIB)}\n`);
      log.info('begins-anew', { round });
      expect(readFileSync(`${path}.1`, 'utf8').slice(0, round.length)).toBe(round);
      expect(readFileSync(path, 'utf8')).toMatch(new RegExp(`begins-anew round=${round}\n$`));
    }
    expect(existsSync(`${path}.2`)).toBe(false);
    expect(readLog(path).map((line) => line.length)).toEqual([5, MIB, expect.any(Number)]);
  });

  test('that cannot be written stops nobody', () => {
    const path = join(temporaryFolder(), 'worker.log');
    mkdirSync(path);
    fileLog(path).info('lost');
    fileLog(join(path, 'missing', 'worker.log')).info('lost');
    expect(readLog(join(path, 'missing', 'worker.log'))).toEqual([]);
  });
});

describe('a line', () => {
  test('says what was written, whatever the values are', () => {
    const values = fc.oneof(fc.string({ unit: 'binary' }), fc.integer(), fc.double(), fc.boolean());
    const names = fc.stringMatching(/^[a-z][\w.-]{0,10}$/).filter((name) => !(name in {}));
    fc.assert(
      fc.property(fc.dictionary(names, values), (fields: LogFields) => {
        let line = '';
        lineLog((text) => (line = text)).warn('delivery.later', fields);
        expect(line.indexOf('\n')).toBe(line.length - 1);
        const texts = Object.entries(fields).map(([name, value]) => [name, String(value)]);
        expect(parseLogLine(line.slice(0, -1))).toMatchObject({
          level: 'warn',
          event: 'delivery.later',
          fields: Object.fromEntries(texts) as Record<string, string>,
        });
      }),
    );
  });

  test.each([
    '',
    'hello',
    '2025-11-21T10:00:00.000Z info',
    '2025-11-21T10:00:00.000Z loud event',
    '2025-11-21T10:00:00.000Z info event key="torn',
    '2025-11-21T10:00:00.000Z info event key="\\x"',
    '2025-11-21T10:00:00.000Z info event and more',
  ])('that is torn or not ours says nothing: %j', (line) => {
    expect(parseLogLine(line)).toBeUndefined();
  });
});
