// In: the path of a log that another process writes. Out: its last lines, and then each new one, for ever.
// Always: each line once and whole, also when the file is not there yet, or moves away and a new one takes its place.
import { closeSync, fstatSync, readSync, statSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { olderLogFile, readLogFile } from '../platform/log.ts';
import { openIfThere } from '../platform/if-there.ts';

/** Hands over the last `count` lines and what follows. Throws what the file system throws, but for a file that is not there. */
export async function followLog(path: string, count: number, show: (line: string) => void): Promise<never> {
  let tail = openTail(path);
  // Where the file has just moved, the one before it is the one that is open.
  const before = tail?.isAt(olderLogFile(path)) === true ? [] : readLogFile(olderLogFile(path));
  const lines = [...before, ...(tail?.read() ?? [])];
  for (const line of lines.slice(Math.max(0, lines.length - count))) show(line);
  for (;;) {
    await sleep(LOOK_MS);
    const moved = tail?.isAt(path) !== true;
    // Behind that question: nothing comes to a file that has moved.
    for (const line of tail?.read() ?? []) show(line);
    if (!moved) continue;
    const next = openTail(path);
    if (next === undefined) continue;
    tail?.close();
    tail = next;
    for (const line of tail.read()) show(line);
  }
}

const LOOK_MS = 200;

interface Tail {
  /** The whole lines that came since the last time. */
  read(): string[];
  /** Is it this file that lies there? */
  isAt(path: string): boolean;
  close(): void;
}

function openTail(path: string): Tail | undefined {
  const file = openIfThere(path);
  if (file === undefined) return undefined;
  const { ino } = fstatSync(file);
  const piece = Buffer.alloc(64 * 1024);
  let offset = 0;
  let rest = Buffer.alloc(0);
  return {
    read: () => {
      // Someone has emptied it.
      if (fstatSync(file).size < offset) [offset, rest] = [0, Buffer.alloc(0)];
      for (let length = 1; length > 0;) {
        length = readSync(file, piece, 0, piece.length, offset);
        offset += length;
        rest = Buffer.concat([rest, piece.subarray(0, length)]);
      }
      const end = rest.lastIndexOf('\n') + 1;
      const whole = rest.toString('utf8', 0, end);
      rest = rest.subarray(end);
      return whole.split('\n').filter(Boolean);
    },
    isAt: (other) => statSync(other, { throwIfNoEntry: false })?.ino === ino,
    close: () => {
      closeSync(file);
    },
  };
}
