// In: ids of spans and of a session's own events that were put into an outbox, and the traces of their turns. Out: which ones ever were, and for which session;
// in which trace a turn leaves, for good.
// One append-only file for each project: a line a batch, `<batch id> <session id> @<turn>=<trace> … <span id> <span id> …`,
// where `<turn>` is the id of a turn's span. The line is the commit: a batch counts from the moment its line ends in a newline,
// so a torn last line is no commit and is cut off at the next opening. It is what makes reading again, forks and resumes safe.
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { appendDurable } from '../platform/atomic-file.ts';
import { listIfThere } from '../platform/list-folder.ts';
import { errorCode } from '../platform/reason.ts';

export interface Ledger {
  /** The session that a span was sent for; `undefined`: it never was. */
  senderOf(spanId: string): string | undefined;
  /** In which trace a turn leaves, in the words of who decided it; `undefined`: nobody has. */
  traceOf(turnSpanId: string): string | undefined;
  /**
   * Decides it: from now on all sessions of this worker know it. A word without spaces. It is on disk from the first
   * commit that names the turn; of a turn without a span that left, nothing need be remembered.
   */
  decide(turnSpanId: string, trace: string): void;
  /** Commits a batch with spans of `turns`. Durable when it returns; throws what the file system throws, and then nothing is committed. */
  commit(batchId: string, sessionId: string, spanIds: readonly string[], turns?: Iterable<string>): void;
}

/** The name of the ledger for the transcripts of one folder. */
export function ledgerName(projectFolder: string): string {
  return createHash('sha256').update(projectFolder).digest('hex').slice(0, 16);
}

/** Opens (or begins) a ledger. */
export function openLedger(dir: string, name: string): Ledger {
  mkdirSync(folderOf(dir), { recursive: true, mode: 0o700 });
  const path = join(folderOf(dir), name);
  const onDisk = lookUpIn(cutTornEnd(path));
  /** What was committed since. */
  const added = new Map<string, string>();
  const decided = new Map<string, string>();
  /** Turns of which the file does not know the trace. */
  const unwritten = new Set<string>();
  return {
    senderOf: (spanId) => added.get(spanId) ?? onDisk.senderOf(spanId),
    traceOf: (turn) => decided.get(turn) ?? onDisk.traceOf(turn),
    decide: (turn, trace) => {
      decided.set(turn, trace);
      unwritten.add(turn);
    },
    commit: (batchId, sessionId, spanIds, turns = []) => {
      const news = [...turns].filter((turn) => unwritten.has(turn));
      const traces = news.map((turn) => `${MARK}${turn}=${decided.get(turn) ?? ''}`);
      try {
        appendDurable(path, `${[batchId, sessionId, ...traces, ...spanIds].join(' ')}\n`);
      } catch (error) {
        cutTornEnd(path);
        throw error;
      }
      for (const id of spanIds) added.set(id, sessionId);
      for (const turn of news) unwritten.delete(turn);
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

/** Stands before a turn and its trace; no id has it. */
const MARK = '@';

/** Searches costing about as much as a map of all ids. */
const SEARCHES = 100;

/**
 * Asks for the session of a span id, or the trace of a turn, in the bytes of a ledger. A wake-up asks for the few ids of a
 * new turn, and a ledger grows for years: they are searched for in the bytes. Only who asks for many, reading again, gets
 * maps, which take long to make.
 */
function lookUpIn(ledger: Buffer): Pick<Ledger, 'senderOf' | 'traceOf'> {
  let searches = 0;
  let maps: Maps | undefined;
  /** The place of a word's beginning; maps once that is cheaper. Every id has a space before it, and none begins with another: span ids, and the longer ones of a session's own events. */
  const search = (start: string): number | Maps =>
    maps === undefined && ++searches <= SEARCHES
      ? ledger.indexOf(` ${start}`, 0, 'latin1')
      : (maps ??= mapsOf(ledger));
  return {
    senderOf: (spanId) => {
      const found = search(spanId);
      if (typeof found !== 'number') return found.senders.get(spanId);
      return found === -1 ? undefined : lineAround(ledger, found)[1];
    },
    traceOf: (turn) => {
      const start = `${MARK}${turn}=`;
      const found = search(start);
      if (typeof found !== 'number') return found.traces.get(turn);
      const word = found === -1 ? undefined : lineAround(ledger, found).find((one) => one.startsWith(start));
      return word?.slice(start.length);
    },
  };
}

function lineAround(ledger: Buffer, at: number): string[] {
  const from = ledger.lastIndexOf(NEWLINE, at) + 1;
  return ledger.toString('latin1', from, ledger.indexOf(NEWLINE, at)).split(' ');
}

const NEWLINE = 0x0a;

interface Maps {
  readonly senders: ReadonlyMap<string, string>;
  readonly traces: ReadonlyMap<string, string>;
}

function mapsOf(ledger: Buffer): Maps {
  const senders = new Map<string, string>();
  const traces = new Map<string, string>();
  for (const [, sessionId, ...words] of batchesIn(ledger)) {
    if (sessionId === undefined) continue;
    for (const word of words) {
      if (!word.startsWith(MARK)) senders.set(word, sessionId);
      else traces.set(word.slice(MARK.length, word.indexOf('=')), word.slice(word.indexOf('=') + 1));
    }
  }
  return { senders, traces };
}

/** Batch id, session id and the other words of each line; behind the last newline, an empty one. */
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
