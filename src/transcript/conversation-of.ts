// In: the path of a transcript or of an agent's file. Out: the lines of its conversation, in their order, as far as the
// caller wants them.
import { closeSync, openSync } from 'node:fs';
import { errorCode } from '../platform/reason.ts';
import type { ConversationEntry } from './entry.ts';
import { readLines } from './lines.ts';
import { parseEntries } from './parse-entry.ts';

/** None where there is no such file. Throws what the file system says of a file that cannot be read. */
export function* conversationOf(path: string): Generator<ConversationEntry> {
  const fd = openIfThere(path);
  if (fd === undefined) return;
  try {
    // Mostly it is the first line that is asked for.
    for (const lines of readLines(fd, 0, { chunkBytes: 16 * 1024 })) {
      for (const line of lines) {
        for (const entry of parseEntries(line)) {
          if ('uuid' in entry) yield entry;
        }
      }
    }
  } finally {
    closeSync(fd);
  }
}

/** Of a session whose transcript is lost, the agents' files may be left. */
function openIfThere(path: string): number | undefined {
  try {
    return openSync(path, 'r');
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}
