// In: the path of a transcript or of an agent's file. Out: the lines of its conversation, in their order, as far as the
// caller wants them.
import { closeSync } from 'node:fs';
import { openIfThere } from '../platform/if-there.ts';
import type { ConversationEntry } from './entry.ts';
import { readLines } from './lines.ts';
import { parseEntries } from './parse-entry.ts';

/** None where there is no such file. Throws what the file system says of a file that cannot be read. */
export function* conversationOf(path: string): Generator<ConversationEntry> {
  // Of a session whose transcript is lost, the agents' files may be left.
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
