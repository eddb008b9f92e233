// In: span ids that were put into an outbox. Out: which ones ever were.
// One append-only file for each project: a line a batch, `<batch id> <span id> <span id> …`. The line is the commit: a
// batch counts from the moment its line ends in a newline, so a torn last line is no commit and is cut off at the next
// opening. It is what makes reading again, forks and resumes safe.
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { appendDurable } from '../platform/atomic-file.ts';
import { listIfThere } from '../platform/list-folder.ts';
import { errorCode } from '../platform/reason.ts';

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
  const isOnDisk = lookUpIn(cutTornEnd(path));
  /** What was committed since. */
  const added = new Set<string>();
  return {
    has: (spanId) => added.has(spanId) || isOnDisk(spanId),
    commit: (batchId, spanIds) => {
      try {
        appendDurable(path, `${[batchId, ...spanIds].join(' ')}\n`);
      } catch (error) {
        cutTornEnd(path);
        throw error;
      }
      for (const id of spanIds) added.add(id);
    },
  };
}

/** The batches that any ledger has committed. */
export function committedBatches(dir: string): Set<string> {
  const batches = new Set<string>();
  for (const name of listIfThere(folderOf(dir))) {
    for (const [batchId] of batchesIn(cutTornEnd(join(folderOf(dir), name)))) {
      if (batchId) batches.add(batchId);
    }
  }
  return batches;
}

/** Searches costing about as much as a set of all ids. */
const SEARCHES = 100;

/**
 * Asks whether a span id stands in the bytes of a ledger. A wake-up asks for the few ids of a new turn, and a ledger grows
 * for years: they are searched for in the bytes. Only who asks for many, reading again, gets a set, which takes long to make.
 */
function lookUpIn(ledger: Buffer): (spanId: string) => boolean {
  let searches = 0;
  let spans: Set<string> | undefined;
  return (spanId) => {
    // Every id has a space before it, and all are of one length.
    if (spans === undefined && ++searches <= SEARCHES) return ledger.includes(` ${spanId}`, 0, 'latin1');
    spans ??= spansIn(ledger);
    return spans.has(spanId);
  };
}

function spansIn(ledger: Buffer): Set<string> {
  const spans = new Set<string>();
  for (const [, ...spanIds] of batchesIn(ledger)) for (const id of spanIds) spans.add(id);
  return spans;
}

/** Batch id and span ids of each line; behind the last newline, an empty one. */
function batchesIn(ledger: Buffer): string[][] {
  return ledger
    .toString('latin1')
    .split('\n')
    .map((line) => line.split(' '));
}

function folderOf(dir: string): string {
  return join(dir, 'ledger');
}

/** The whole lines of a ledger; what a killed or failed commit left behind them is cut off. */
function cutTornEnd(path: string): Buffer {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return Buffer.alloc(0);
    throw error;
  }
  const whole = bytes.lastIndexOf('\n') + 1;
  if (whole < bytes.length) truncateSync(path, whole);
  return bytes.subarray(0, whole);
}
