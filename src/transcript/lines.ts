// In: an open file (its descriptor) and a byte offset. Out: complete lines with the bytes they span, chunk by chunk.
// Always: only what ends in a newline is a line; the unfinished rest stays unread for the next time, so a line or a
// UTF-8 character that is still being written is never cut. Offsets are bytes. Memory is one chunk and one line.
// Reads at once: a file of this machine is mostly in its cache, and waiting for another thread cost a tenth of an export.
// Who reads a long file lets other work in between the chunks.
import { readSync } from 'node:fs';
import { decode } from './decode.ts';

/** One complete line. `end` is the offset behind its newline: where reading goes on. */
export type Line =
  | { readonly kind: 'line'; readonly text: string; readonly start: number; readonly end: number }
  | { readonly kind: 'too-long'; readonly start: number; readonly end: number };

export interface ReadOptions {
  /** Bytes read at a time. */
  readonly chunkBytes?: number;
  /** Longer lines are passed over as `too-long`; a JavaScript string cannot hold much more. */
  readonly maxLineBytes?: number;
  /** Read no further than this byte; a line that ends behind it stays unread. */
  readonly until?: number;
  /** Take an unfinished last line as a line too: for files that nobody writes any more. */
  readonly takeLast?: boolean;
}

const NEWLINE = 0x0a;
/** Small, so that the lines of one chunk are gone before the garbage collector takes them for long-lived. */
const DEFAULT_CHUNK = 128 * 1024;
const DEFAULT_MAX_LINE = 256 * 1024 * 1024;

/** Reads from byte `from` to the end of the file; yields the lines of one chunk at a time. */
export function* readLines(
  fd: number,
  from: number,
  {
    chunkBytes = DEFAULT_CHUNK,
    maxLineBytes = DEFAULT_MAX_LINE,
    takeLast = false,
    until = Infinity,
  }: ReadOptions = {},
): Generator<Line[]> {
  const chunk = Buffer.allocUnsafe(chunkBytes);
  let pending: Buffer[] = [];
  let pendingBytes = 0;
  let start = from;
  let position = from;

  const finish = (tail: Buffer, end: number): Line => {
    const bytes = pendingBytes + tail.length;
    const line: Line =
      bytes > maxLineBytes
        ? { kind: 'too-long', start, end }
        : {
            kind: 'line',
            text: decode(pendingBytes === 0 ? tail : Buffer.concat([...pending, tail])),
            start,
            end,
          };
    pending = [];
    pendingBytes = 0;
    start = end;
    return line;
  };

  for (;;) {
    const bytesRead = readSync(fd, chunk, 0, Math.min(chunkBytes, until - position), position);
    if (bytesRead === 0) break;
    const lines: Line[] = [];
    let cut = 0;
    for (;;) {
      const newline = chunk.indexOf(NEWLINE, cut);
      if (newline === -1 || newline >= bytesRead) break;
      lines.push(finish(chunk.subarray(cut, newline), position + newline + 1));
      cut = newline + 1;
    }
    if (cut < bytesRead) {
      pendingBytes += bytesRead - cut;
      // Past the limit only the length is kept: the line will be passed over anyway.
      if (pendingBytes <= maxLineBytes) pending.push(Buffer.from(chunk.subarray(cut, bytesRead)));
      else pending = [];
    }
    position += bytesRead;
    if (lines.length > 0) yield lines;
  }
  if (takeLast && pendingBytes > 0) yield [finish(Buffer.alloc(0), position)];
}
