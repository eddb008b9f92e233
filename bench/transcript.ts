// In: a size. Out: a transcript of that size: turns with tools, over and over, what the tools read being of many sizes.
import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { turnWithTools } from './recorded-turn.ts';

export const MB = 1024 * 1024;

/** Writes at least `bytes` of whole, closed turns to `path`, in folders made for it. Returns the number of turns. */
export function writeTranscript(path: string, bytes: number): number {
  mkdirSync(dirname(path), { recursive: true });
  const turn = turnWithTools();
  const file = openSync(path, 'w');
  try {
    let written = 0;
    for (let number = 0; ; number += 1) {
      if (written >= bytes) return number;
      written += writeSync(file, turn(number, sourceText(SOURCE_SIZES[number % SOURCE_SIZES.length] ?? 0)));
    }
  } finally {
    closeSync(file);
  }
}

/** Writes turns among which one has a line of `bytes`, where a tool read a file that large. */
export function writeTranscriptWithLine(path: string, bytes: number): void {
  mkdirSync(dirname(path), { recursive: true });
  const turn = turnWithTools();
  const file = openSync(path, 'w');
  try {
    // What was read stands twice in its line.
    for (let number = 0; number < 10; number += 1)
      writeSync(file, turn(number, number === 5 ? sourceText(bytes / 2) : ''));
  } finally {
    closeSync(file);
  }
}

/** Of the files that the tools read, in bytes: most are small, some are not. */
const SOURCE_SIZES = [0, 1024, 4 * 1024, 16 * 1024, 64 * 1024];

/** With a character beyond Latin 1: JavaScript then holds every character of the line in two bytes, as it does for much of what is real. */
const SOURCE_LINE = '// 1.005 € are 101 cents, and 2.675 € are 268: round half up, in the text form\\n';

/** About `bytes` of an invented source file, as it stands in a JSON string. */
function sourceText(bytes: number): string {
  return SOURCE_LINE.repeat(Math.round(bytes / Buffer.byteLength(SOURCE_LINE)));
}
