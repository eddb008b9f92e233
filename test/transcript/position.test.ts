// A transcript is known by its inode and its bytes: growth goes on, anything else begins again.
import {
  appendFileSync,
  closeSync,
  copyFileSync,
  mkdirSync,
  openSync,
  renameSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

import {
  checkPosition,
  positionAt,
  type Position,
  type PositionCheck,
} from '../../src/transcript/position.ts';
import { temporaryFolder } from '../support/folders.ts';

function at(path: string, offset: number): Position {
  const fd = openSync(path, 'r');
  try {
    return positionAt(fd, offset);
  } finally {
    closeSync(fd);
  }
}

function check(path: string, position: Position): PositionCheck {
  const fd = openSync(path, 'r');
  try {
    return checkPosition(fd, position);
  } finally {
    closeSync(fd);
  }
}

const line = (n: number): string => `${JSON.stringify({ n, text: 'x'.repeat(200) })}\n`;
const lines = (count: number): string => Array.from({ length: count }, (_, n) => line(n)).join('');
const bytes = Buffer.byteLength(lines(20));
const restart = (reason: string) => ({ status: 'restart', reason });

/** A file of 20 lines and the position at its end. */
function readFile(): { folder: string; path: string; position: Position } {
  const folder = temporaryFolder();
  const path = join(folder, 'session.jsonl');
  writeFileSync(path, lines(20));
  return { folder, path, position: at(path, bytes) };
}

describe('reading goes on', () => {
  test('in a file that did not change', () => {
    const { path, position } = readFile();
    expect(check(path, position)).toEqual({ status: 'continues' });
  });

  test('in a file that grew, from any position in it', () => {
    const { path } = readFile();
    for (const offset of [0, 1, 1023, 1024, 1025, 3000]) {
      const position = at(path, offset);
      appendFileSync(path, line(99));
      expect(check(path, position)).toEqual({ status: 'continues' });
    }
  });

  test('in a file whose folder was moved', () => {
    const { folder, path, position } = readFile();
    const moved = join(folder, 'moved');
    mkdirSync(moved);
    renameSync(path, join(moved, 'session.jsonl'));
    expect(check(join(moved, 'session.jsonl'), position)).toEqual({ status: 'continues' });
  });
});

describe('reading begins again', () => {
  test('in a file that shrank', () => {
    const { path, position } = readFile();
    truncateSync(path, bytes - 10);
    expect(check(path, position)).toEqual(restart('shrunk'));
  });

  test('in a file that was rewritten in place with the same size, at its beginning or before the position', () => {
    for (const place of [3, bytes - 100]) {
      const { path, position } = readFile();
      const text = lines(20);
      writeFileSync(path, `${text.slice(0, place)}#${text.slice(place + 1)}`);
      expect(check(path, position)).toEqual(restart('rewritten'));
    }
  });

  test('in a file that lost its last line and got longer ones', () => {
    const { path, position } = readFile();
    truncateSync(path, bytes - line(19).length);
    appendFileSync(path, line(77).repeat(3));
    expect(check(path, position)).toEqual(restart('rewritten'));
  });

  test('in a file that another one replaced, even with the same bytes', () => {
    const { folder, path, position } = readFile();
    copyFileSync(path, join(folder, 'copy'));
    renameSync(join(folder, 'copy'), path);
    expect(check(path, position)).toEqual(restart('replaced'));
  });
});
