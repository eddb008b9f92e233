// In: a path and OTLP/JSON requests. Out: a file with one request a line, as the OpenTelemetry Collector's file exporter
// writes and its file receiver reads.
// Always: the file appears whole or not at all; requests are written as they come, so that a long session need not be
// in memory at once. A crash leaves at most a `.tmp-` file beside it.
import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

import { syncFolder } from '../platform/atomic-file.ts';
import type { EncodedRequest } from './request-parts.ts';

/** Writes `requests` (encoded as JSON, which has no line breaks) to `path`, mode 0600. Returns what was written. Throws what the file system throws. */
export async function writeRequestLines(
  path: string,
  requests: AsyncIterable<EncodedRequest> | Iterable<EncodedRequest>,
): Promise<{ requests: number; spans: number }> {
  const temporary = join(dirname(path), `.tmp-${process.pid}-${basename(path)}`);
  const written = { requests: 0, spans: 0 };
  try {
    const file = openSync(temporary, 'w', 0o600);
    try {
      for await (const { bytes, spans } of requests) {
        writeAll(file, bytes);
        writeAll(file, NEWLINE);
        written.requests += 1;
        written.spans += spans;
      }
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
  syncFolder(dirname(path));
  return written;
}

const NEWLINE = Buffer.from('\n');

function writeAll(file: number, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length;) done += writeSync(file, bytes, done);
}
