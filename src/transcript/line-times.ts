// In: the path of a transcript. Out: the uuids of its conversation's lines with their times: what a copy of the lines
// keeps, so that copy and original can be told.
import { closeSync, openSync } from 'node:fs';
import { errorCode } from '../platform/reason.ts';
import { readLines } from './lines.ts';
import { parseEntries } from './parse-entry.ts';

/** Uuid to time, in milliseconds since the epoch, in the order of the lines. */
export type LineTimes = ReadonlyMap<string, number>;

/**
 * Reads a transcript's lines, or its first `atMost`; none where there is no such file. Throws what the file system says
 * of a file that cannot be read.
 */
export function lineTimesOf(transcript: string, atMost = Infinity): LineTimes {
  const times = new Map<string, number>();
  const fd = openIfThere(transcript);
  if (fd === undefined) return times;
  try {
    // Mostly it is the first line that is asked for.
    for (const lines of readLines(fd, 0, { chunkBytes: 16 * 1024 })) {
      for (const line of lines) {
        for (const entry of parseEntries(line)) {
          if ('uuid' in entry) times.set(entry.uuid, entry.timestamp);
        }
        if (times.size >= atMost) return times;
      }
    }
  } finally {
    closeSync(fd);
  }
  return times;
}

/** Of a session whose transcript is lost, the agents' files may be left. */
function openIfThere(transcript: string): number | undefined {
  try {
    return openSync(transcript, 'r');
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}
