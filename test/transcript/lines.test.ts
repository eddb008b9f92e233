// Lines of real files, whatever the chunks, and whatever is still being written.
import { appendFileSync, closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { readLines, type Line, type ReadOptions } from '../../src/transcript/lines.ts';
import { temporaryFolder } from '../support/folders.ts';

function read(path: string, from = 0, options: ReadOptions = {}): Line[] {
  const fd = openSync(path, 'r');
  try {
    return [...readLines(fd, from, options)].flat();
  } finally {
    closeSync(fd);
  }
}

function fileOf(content: string | Buffer): string {
  const path = join(temporaryFolder(), 'session.jsonl');
  writeFileSync(path, content);
  return path;
}

const texts = (lines: readonly Line[]): string[] =>
  lines.map((line) => (line.kind === 'line' ? line.text : line.kind));

describe('lines', () => {
  test('have the bytes that they span', () => {
    expect(read(fileOf('{"a":1}\n\n{"é":2}\n'))).toEqual([
      { kind: 'line', text: '{"a":1}', start: 0, end: 8 },
      { kind: 'line', text: '', start: 8, end: 9 },
      { kind: 'line', text: '{"é":2}', start: 9, end: 18 },
    ]);
  });

  test('are none in an empty file', () => {
    expect(read(fileOf(''))).toEqual([]);
  });

  test('keep a carriage return, which JSON takes for white space', () => {
    expect(texts(read(fileOf('{"a":1}\r\n{"b":2}\r\n')))).toEqual(['{"a":1}\r', '{"b":2}\r']);
  });

  test('that are torn stay unread until their newline is there', () => {
    const path = fileOf('{"a":1}\n{"b":');
    expect(texts(read(path))).toEqual(['{"a":1}']);
    appendFileSync(path, '2}');
    expect(texts(read(path, 8))).toEqual([]);
    appendFileSync(path, '\n');
    expect(read(path, 8)).toEqual([{ kind: 'line', text: '{"b":2}', start: 8, end: 16 }]);
  });

  test('that are torn are taken where nobody writes any more', () => {
    expect(read(fileOf('{"a":1}\n{"b":2}'), 0, { takeLast: true })).toEqual([
      { kind: 'line', text: '{"a":1}', start: 0, end: 8 },
      { kind: 'line', text: '{"b":2}', start: 8, end: 15 },
    ]);
  });

  test('are not made of nothing behind the last newline', () => {
    expect(texts(read(fileOf('{"a":1}\n'), 0, { takeLast: true }))).toEqual(['{"a":1}']);
  });

  test.each([7, 8, 9, 15])('that end behind byte %i stay unread when reading goes no further', (until) => {
    const lines = read(fileOf('{"a":1}\n{"b":2}\n'), 0, { until, chunkBytes: 3 });
    expect(lines.map(({ end }) => end)).toEqual([8, 16].filter((end) => end <= until));
  });

  test('over the limit are passed over, and the next one is read', () => {
    const path = fileOf(`${'x'.repeat(100)}\n{"b":2}\n${'y'.repeat(20)}\n`);
    expect(read(path, 0, { maxLineBytes: 20, chunkBytes: 7 })).toEqual([
      { kind: 'too-long', start: 0, end: 101 },
      { kind: 'line', text: '{"b":2}', start: 101, end: 109 },
      { kind: 'line', text: 'y'.repeat(20), start: 109, end: 130 },
    ]);
  });

  test('of 50 MB come whole', () => {
    const text = JSON.stringify({ type: 'user', text: 'ä'.repeat(25 * 1024 * 1024) });
    const lines = read(fileOf(`${text}\n{"b":2}\n`));
    expect(lines.map(({ start, end }) => end - start)).toEqual([Buffer.byteLength(text) + 1, 8]);
    expect(lines[0]?.kind === 'line' && lines[0].text === text).toBe(true);
  });

  test('and their offsets do not depend on the chunks, nor on where reading went on', () => {
    const folder = mkdtempSync(join(tmpdir(), 'turnspan-test-'));
    const path = join(folder, 'session.jsonl');
    const line = fc
      .oneof(fc.string({ unit: 'grapheme' }), fc.string(), fc.constant(''))
      .map((text) => text.replaceAll('\n', ' ').toWellFormed());
    try {
      fc.assert(
        fc.property(
          fc.array(line, { maxLength: 12 }),
          line,
          fc.integer({ min: 1, max: 40 }),
          fc.nat(),
          (whole, torn, chunkBytes, pick) => {
            writeFileSync(path, whole.map((text) => `${text}\n`).join('') + torn);
            const lines = read(path, 0, { chunkBytes });
            expect(texts(lines)).toEqual(whole);
            let end = 0;
            for (const [n, one] of lines.entries()) {
              expect(one.start).toBe(end);
              end += Buffer.byteLength(whole[n] ?? '') + 1;
              expect(one.end).toBe(end);
            }
            const at = lines.length === 0 ? 0 : pick % lines.length;
            expect(read(path, lines[at]?.start ?? 0, { chunkBytes })).toEqual(lines.slice(at));
          },
        ),
      );
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
