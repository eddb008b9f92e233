// In: span ids that were put into an outbox. Out: which ones ever were.
// One append-only file for each project: a line a batch, `<batch id> <span id> <span id> …`. The line is the commit: a
// batch counts from the moment its line ends in a newline, so a torn last line is no commit and is cut off at the next
// opening. It is what makes reading again, forks and resumes safe.
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { appendDurable } from '../platform/atomic-file.ts';

export interface Ledger {
  has(spanId: string): boolean;
  /** Commits a batch. Durable when it returns; throws what the file system throws, and then nothing is committed. */
  commit(batchId: string, spanIds: readonly string[]): void;
}

/** The name of the ledger for the transcripts of one folder. */
export function ledgerName(projectFolder: string): string {
  return createHash('sha256').update(projectFolder).digest('hex').slice(0, 16);
}

/** Opens (or begins) a ledger. */
export function openLedger(dir: string, name: string): Ledger {
  mkdirSync(folderOf(dir), { recursive: true, mode: 0o700 });
  const path = join(folderOf(dir), name);
  const spans = new Set<string>();
  for (const [, ...spanIds] of readLines(path)) for (const id of spanIds) spans.add(id);
  return {
    has: (spanId) => spans.has(spanId),
    commit: (batchId, spanIds) => {
      try {
        appendDurable(path, `${[batchId, ...spanIds].join(' ')}\n`);
      } catch (error) {
        cutTornEnd(path);
        throw error;
      }
      for (const id of spanIds) spans.add(id);
    },
  };
}

/** The batches that any ledger has committed. */
export function committedBatches(dir: string): Set<string> {
  const batches = new Set<string>();
  for (const name of listIfThere(folderOf(dir))) {
    for (const [batchId] of readLines(join(folderOf(dir), name)))
      if (batchId !== undefined) batches.add(batchId);
  }
  return batches;
}

function folderOf(dir: string): string {
  return join(dir, 'ledger');
}

function readLines(path: string): string[][] {
  const text = cutTornEnd(path);
  return text.split('\n').flatMap((line) => (line === '' ? [] : [line.split(' ')]));
}

/** The whole lines of a ledger; what a killed or failed commit left behind them is cut off. */
function cutTornEnd(path: string): string {
  let text: string;
  try {
    text = readFileSync(path, 'latin1');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return '';
    throw error;
  }
  const whole = text.lastIndexOf('\n') + 1;
  if (whole < text.length) truncateSync(path, whole);
  return text.slice(0, whole);
}

function listIfThere(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}
