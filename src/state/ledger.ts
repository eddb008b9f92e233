// In: span ids that were put into an outbox. Out: which ones ever were, and for which session.
// One append-only file for each project: a line a batch, `<batch id> <session id> <span id> <span id> …`. The line is the commit: a
// batch counts from the moment its line ends in a newline, so a torn last line is no commit and is cut off at the next
// opening. It is what makes reading again, forks and resumes safe.
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { appendDurable } from '../platform/atomic-file.ts';
import { listIfThere } from '../platform/list-folder.ts';
import { errorCode } from '../platform/reason.ts';

export interface Ledger {
  /** The session that a span was sent for; `undefined`: it never was. */
  senderOf(spanId: string): string | undefined;
  /** Commits a batch. Durable when it returns; throws what the file system throws, and then nothing is committed. */
  commit(batchId: string, sessionId: string, spanIds: readonly string[]): void;
}

/** The name of the ledger for the transcripts of one folder. */
export function ledgerName(projectFolder: string): string {
  return createHash('sha256').update(projectFolder).digest('hex').slice(0, 16);
}

/** Opens (or begins) a ledger. */
export function openLedger(dir: string, name: string): Ledger {
  mkdirSync(folderOf(dir), { recursive: true, mode: 0o700 });
  const path = join(folderOf(dir), name);
  const senderOnDisk = lookUpIn(cutTornEnd(path));
  /** What was committed since. */
  const added = new Map<string, string>();
  return {
    senderOf: (spanId) => added.get(spanId) ?? senderOnDisk(spanId),
    commit: (batchId, sessionId, spanIds) => {
      try {
        appendDurable(path, `${[batchId, sessionId, ...spanIds].join(' ')}\n`);
      } catch (error) {
        cutTornEnd(path);
        throw error;
      }
      for (const id of spanIds) added.set(id, sessionId);
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

/** Searches costing about as much as a map of all ids. */
const SEARCHES = 100;

/**
 * Asks for the session of a span id in the bytes of a ledger. A wake-up asks for the few ids of a new turn, and a ledger
 * grows for years: they are searched for in the bytes. Only who asks for many, reading again, gets a map, which takes long
 * to make.
 */
function lookUpIn(ledger: Buffer): (spanId: string) => string | undefined {
  let searches = 0;
  let senders: Map<string, string> | undefined;
  return (spanId) => {
    if (senders === undefined && ++searches <= SEARCHES) {
      // Every id has a space before it, and all are of one length.
      const at = ledger.indexOf(` ${spanId}`, 0, 'latin1');
      return at === -1 ? undefined : lineAround(ledger, at)[1];
    }
    senders ??= sendersIn(ledger);
    return senders.get(spanId);
  };
}

function lineAround(ledger: Buffer, at: number): string[] {
  const from = ledger.lastIndexOf(NEWLINE, at) + 1;
  return ledger.toString('latin1', from, ledger.indexOf(NEWLINE, at)).split(' ');
}

const NEWLINE = 0x0a;

function sendersIn(ledger: Buffer): Map<string, string> {
  const senders = new Map<string, string>();
  for (const [, sessionId, ...spanIds] of batchesIn(ledger)) {
    if (sessionId !== undefined) for (const id of spanIds) senders.set(id, sessionId);
  }
  return senders;
}

/** Batch id, session id and span ids of each line; behind the last newline, an empty one. */
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
