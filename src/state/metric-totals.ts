// In: what batches add to the metrics of a destination. Out: their totals, on disk in DIR/metrics/ID/, each batch in them exactly once.
// Protocol: 1. `stage` appends what a batch adds to the journal (`batches.jsonl`), durable, before the ledger's commit; 2. the
// commit; 3. `apply` adds it to the totals in memory and marks it in the journal. Every few batches `totals.json` is written in one
// atomic write that names them, and then the journal begins anew. So a wake-up waits for the disk once. A crash before 2 leaves a
// line that is never counted, as its things are read again; after 2, one that the next opening counts, unless the totals name it.
// Always: one worker at a time writes (the lock). The same lines give the same totals and times, so what was seen of them never goes
// back. Totals that cannot be read are set aside and begin again at 0: their series get new start times, which a reader takes
// for what it is, a reset.
import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { appendDurable, sweepTemporary, syncFolder, writeAtomic } from '../platform/atomic-file.ts';
import { readIfThere, removeIfThere } from '../platform/if-there.ts';
import type { Log } from '../platform/log.ts';

/** A series as `telemetry/metrics/series.ts` has it. */
interface StoredSeries {
  readonly instrument: string;
  readonly attributes: Readonly<Record<string, string | number>>;
  readonly sum: number;
  readonly distribution?:
    | {
        readonly count: number;
        readonly min: number;
        readonly max: number;
        readonly counts: readonly number[];
      }
    | undefined;
}
type StoredResource = Readonly<Record<string, string>>;

/** What `telemetry/metrics/totals.ts` calls `MetricBatch`. */
export interface StoredBatch {
  readonly resource: StoredResource;
  readonly previous: number;
  readonly zeroAt: number;
  readonly time: number;
  readonly series: readonly StoredSeries[];
}

/** What `telemetry/metrics/totals.ts` calls `Totals`. */
export interface StoredTotals {
  readonly beganAt: number;
  readonly time: number;
  readonly resources: readonly {
    readonly attributes: StoredResource;
    readonly series: readonly (StoredSeries & { readonly startedAt: number; readonly changedAt: number })[];
  }[];
}

interface TotalsFile {
  /** Batches that are in it and may still be in the journal. */
  readonly applied: readonly string[];
  readonly totals: StoredTotals;
}

/** A line of the journal: a batch, or the mark that it is committed. */
type JournalLine = { readonly id: string; readonly batch: StoredBatch } | { readonly committed: string };

/** To be raised when any shape above changes, or an instrument's buckets or scale: the old totals cannot be added to. */
const VERSION = 2;

export interface MetricTotals {
  /** With every batch that was applied. */
  current(): StoredTotals;
  /** The latest time that a batch of this worker has, applied or not. */
  issuedAt(): number;
  /** Before the ledger's commit. Throws what the file system throws, with nothing left behind. */
  stage(batchId: string, more: StoredBatch): void;
  /** After the commit; again gives the same. Points of the totals may leave when it has returned. Throws what the file system throws: then the batch is in the totals with the next one, or at the next opening. */
  apply(batchId: string): void;
}

/** The few things done to the folder, each whole or not at all but `append`; a test lets the process die between any two. */
export interface MetricsFolder {
  read(name: string): string | undefined;
  /** Durable when it returns. */
  write(name: string, text: string): void;
  /** To the end of a file, made if missing; durable when it returns, but for what is not `needed`. A crash can leave a part. */
  append(name: string, text: string, needed: boolean): void;
  remove(name: string): void;
  rename(name: string, to: string): void;
}

export interface MetricTotalsOptions {
  readonly folder: MetricsFolder;
  /** The totals with a batch: `withBatch`. */
  readonly withBatch: (before: StoredTotals, more: StoredBatch) => StoredTotals;
  readonly isCommitted: (batchId: string) => boolean;
  readonly log: Log;
  readonly now?: () => number;
}

/** Opens (or begins) the totals, and counts what a killed worker left. Only the owner of the installation's lock does. */
export function openMetricTotals({
  folder,
  withBatch,
  isCommitted,
  log,
  now = Date.now,
}: MetricTotalsOptions): MetricTotals {
  const stored = readTotals(folder, log);
  const journal = readJournal(folder, log);
  let current: StoredTotals = stored?.totals ?? emptyAt(now());
  let issuedAt = current.time;
  /** In the totals, and in the journal or removed from it since the last write: that may not be on the disk before the next one is. */
  let applied = new Set<string>(stored?.applied);
  /** In the journal, not in the totals. */
  const staged = new Map<string, StoredBatch>();
  let present = new Set(journal.batches.keys());
  let { isTorn } = journal;

  const take = (batchId: string, more: StoredBatch): void => {
    current = withBatch(current, more);
    issuedAt = Math.max(issuedAt, more.time, current.time);
    applied.add(batchId);
    staged.delete(batchId);
  };
  const save = (): void => {
    const file: TotalsFile = { applied: [...applied], totals: current };
    folder.write(TOTALS, sealed(file));
    // What is staged may be committed all the same, where a step behind the commit has failed.
    if (staged.size > 0)
      folder.write(JOURNAL, [...staged].map(([id, batch]) => journalLine({ id, batch })).join(''));
    else if (present.size > 0 || isTorn) folder.remove(JOURNAL);
    applied = new Set([...present].filter((id) => applied.has(id)));
    present = new Set(staged.keys());
    isTorn = false;
  };
  const isFull = (): boolean => present.size >= MOST_BATCHES || isTorn;

  /** From now on the order in which it was counted is known. */
  const mark = (batchId: string): void => {
    if (isFull()) save();
    else folder.append(JOURNAL, journalLine({ committed: batchId }), false);
  };
  const recover = (): void => {
    // Those that were counted, in that order: the totals were seen so. What is damaged begins anew without them.
    for (const id of stored === undefined ? [] : journal.committed) {
      const more = journal.batches.get(id);
      if (more !== undefined && !applied.has(id)) take(id, more);
    }
    const unmarked = [...journal.batches].filter(([id]) => !journal.committed.includes(id));
    for (const [id, more] of unmarked) {
      issuedAt = Math.max(issuedAt, more.time);
      if (applied.has(id) || !isCommitted(id)) continue;
      take(id, more);
      mark(id);
    }
    if (stored === undefined || isFull()) save();
  };
  recover();

  return {
    current: () => current,
    issuedAt: () => issuedAt,
    stage: (batchId, more) => {
      try {
        folder.append(JOURNAL, journalLine({ id: batchId, batch: more }), true);
      } catch (error) {
        isTorn = true;
        throw error;
      }
      present.add(batchId);
      staged.set(batchId, more);
      issuedAt = Math.max(issuedAt, more.time);
    },
    apply: (batchId) => {
      const more = staged.get(batchId);
      if (more === undefined) return;
      take(batchId, more);
      mark(batchId);
    },
  };
}

/** The folder on the disk; `name` is a destination's id. */
export function metricsFolder(dir: string, name: string): MetricsFolder {
  const path = join(dir, 'metrics', name);
  mkdirSync(path, { recursive: true, mode: 0o700 });
  sweepTemporary(path, Date.now());
  return {
    read: (name) => readIfThere(join(path, name)),
    write: (name, text) => {
      writeAtomic(join(path, name), text);
    },
    append: (name, text, needed) => {
      const file = join(path, name);
      if (!needed) {
        appendFileSync(file, text, { mode: 0o600 });
        return;
      }
      const isNew = !existsSync(file);
      appendDurable(file, text);
      if (isNew) syncFolder(path);
    },
    remove: (name) => {
      removeIfThere(join(path, name));
    },
    rename: (name, to) => {
      renameSync(join(path, name), join(path, to));
    },
  };
}

/** `service.instance.id`: this installation, and which of its resources, told by the text of all other attributes. */
export function instanceId(installationId: string, others: string): string {
  return `${installationId}-${createHash('sha256').update(`turnspan:v1:resource:${others}`).digest('hex').slice(0, 8)}`;
}

function emptyAt(time: number): StoredTotals {
  return { beganAt: time, time, resources: [] };
}

const TOTALS = 'totals.json';
const JOURNAL = 'batches.jsonl';
/** In the journal before the totals are written anew: each is read again at every opening. */
const MOST_BATCHES = 8;

/** Begins with the newline: what a crash has torn is a line of its own. */
function journalLine(line: JournalLine): string {
  return `\n${sealed(line)}`;
}

interface Journal {
  /** In the order in which they were staged. */
  readonly batches: ReadonlyMap<string, StoredBatch>;
  /** In the order in which they were counted. */
  readonly committed: readonly string[];
  readonly isTorn: boolean;
}

function readJournal(folder: MetricsFolder, log: Log): Journal {
  const batches = new Map<string, StoredBatch>();
  const committed: string[] = [];
  let isTorn = false;
  const lines = (folder.read(JOURNAL) ?? '').split('\n').slice(1);
  for (const [at, text] of lines.entries()) {
    const one = unsealed(text) as JournalLine | undefined; // by its digest, what `journalLine` wrote
    if (one === undefined) {
      isTorn = true;
      // Of the last one, its writer died before it was told that it is there.
      if (at < lines.length - 1)
        log.error('metric-batch-unreadable', { file: JOURNAL, consequence: 'not counted' });
    } else if ('committed' in one) committed.push(one.committed);
    else batches.set(one.id, one.batch);
  }
  return { batches, committed, isTorn };
}

function readTotals(folder: MetricsFolder, log: Log): TotalsFile | undefined {
  const text = folder.read(TOTALS);
  if (text === undefined) return undefined;
  const file = unsealed(text) as TotalsFile | undefined; // by its digest, what `save` wrote
  if (file !== undefined) return file;
  folder.rename(TOTALS, `${TOTALS}.unreadable`);
  log.error('metric-totals-unreadable', { file: TOTALS, consequence: 'counted from 0 again' });
  return undefined;
}

/** A digest, and the JSON of the value. Who finds the two together has what this version of ours wrote: no schema tells more, and each takes ten times as long. */
function sealed(value: TotalsFile | JournalLine): string {
  const json = JSON.stringify(value);
  return `${digestOf(json)} ${json}`;
}

/** The value; undefined for what is torn, damaged, or of another version. */
function unsealed(text: string): unknown {
  const json = text.slice(DIGEST_LENGTH + 1);
  if (text.slice(0, DIGEST_LENGTH) !== digestOf(json)) return undefined;
  return JSON.parse(json);
}

const DIGEST_LENGTH = 32;

function digestOf(json: string): string {
  return createHash('sha256')
    .update(`turnspan:metrics:${VERSION}:`)
    .update(json)
    .digest('hex')
    .slice(0, DIGEST_LENGTH);
}
