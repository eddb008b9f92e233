// In: what batches add to the metrics of a destination. Out: their totals, on disk in DIR/metrics/ID/, each batch in them exactly once.
// Protocol: 1. `stage` writes what a batch adds, durable, before the ledger's commit; 2. the commit; 3. `apply` adds it to
// `totals.json` in one atomic write that names the batch, and then removes what was staged. A crash before 2 leaves a file
// that the next opening deletes, as its things are read again; after 2, one that it applies, unless the totals name it.
// Always: one worker at a time writes (the lock). Totals and their time change in one write, before anyone may see a point of
// them: so a point's value and time never go back. Totals that cannot be read are set aside and begin again at 0: their
// series get new start times, which a reader takes for what it is, a reset.
import { createHash } from 'node:crypto';
import { mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { isTemporary, sweepTemporary, writeAtomic } from '../platform/atomic-file.ts';
import { readIfThere, removeIfThere } from '../platform/if-there.ts';
import { listIfThere } from '../platform/list-folder.ts';
import type { Log } from '../platform/log.ts';
import { jsonIn } from './json-text.ts';

const series = z.object({
  instrument: z.string(),
  attributes: z.record(z.string(), z.union([z.string(), z.number()])),
  sum: z.number(),
  distribution: z
    .object({ count: z.number(), min: z.number(), max: z.number(), counts: z.array(z.number()).readonly() })
    .optional(),
});
const resource = z.record(z.string(), z.string());
const batch = z.object({
  resource,
  previous: z.number(),
  zeroAt: z.number(),
  time: z.number(),
  series: z.array(series).readonly(),
});
const totals = z.object({
  beganAt: z.number(),
  time: z.number(),
  resources: z
    .array(
      z.object({
        attributes: resource,
        series: z.array(series.extend({ startedAt: z.number(), changedAt: z.number() })).readonly(),
      }),
    )
    .readonly(),
});

/** To be raised when an instrument's buckets or scale change: the old totals cannot be added to. */
const VERSION = 1;
const totalsFile = z.object({
  version: z.literal(VERSION),
  /** Batches that are in it and whose file may still be there. */
  applied: z.array(z.string()),
  totals,
});

/** What `telemetry/metrics/totals.ts` calls `Totals` and `MetricBatch`. */
export type StoredTotals = z.infer<typeof totals>;
export type StoredBatch = z.infer<typeof batch>;

export interface MetricTotals {
  /** With every batch that was applied. */
  current(): StoredTotals;
  /** The latest time that a batch of this worker has, applied or not. */
  issuedAt(): number;
  /** Before the ledger's commit. Throws what the file system throws, with nothing left behind. */
  stage(batchId: string, more: StoredBatch): void;
  /** After the commit; again gives the same. Points of the totals may leave when it has returned. Throws what the file system throws: then the batch is in the totals with the next one, or at the next opening. */
  apply(batchId: string): void;
  /** Adds what no ledger knows of, the exporter's own numbers: a crash forgets it. */
  add(more: StoredBatch): void;
}

/** The few things done to the folder, each whole or not at all; a test lets the process die between any two. */
export interface MetricsFolder {
  list(): readonly string[];
  read(name: string): string | undefined;
  /** Durable when it returns. */
  write(name: string, text: string): void;
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

/** Opens (or begins) the totals, and finishes what a killed worker left. Only the owner of the installation's lock does. */
export function openMetricTotals({
  folder,
  withBatch,
  isCommitted,
  log,
  now = Date.now,
}: MetricTotalsOptions): MetricTotals {
  const stored = readTotals(folder, log);
  let current: StoredTotals = stored?.totals ?? emptyAt(now());
  let issuedAt = current.time;
  const staged = new Map<string, StoredBatch>();
  /** In the totals; their files are still there. */
  const present = new Set<string>(stored?.applied);
  /** Their files were removed since the last write: that may not be on the disk before the next one is. */
  let removed: string[] = [];

  const save = (): void => {
    const applied = [...removed, ...present];
    folder.write(TOTALS, `${JSON.stringify({ version: VERSION, applied, totals: current })}\n`);
    forgetPresent();
  };
  const forgetPresent = (): void => {
    removed = [...present];
    for (const batchId of removed) folder.remove(batchFile(batchId));
    present.clear();
  };
  const take = (more: StoredBatch): void => {
    current = withBatch(current, more);
    issuedAt = Math.max(issuedAt, more.time, current.time);
  };

  const recover = (): void => {
    const waiting = folder.list().flatMap((name) => batchIdOf(name) ?? []);
    const news = waiting.filter((batchId) => !present.has(batchId));
    for (const batchId of news) {
      const more = isCommitted(batchId) ? readBatch(folder, batchId, log) : undefined;
      if (more === undefined) folder.remove(batchFile(batchId));
      else {
        take(more);
        present.add(batchId);
      }
    }
    if (news.some((batchId) => present.has(batchId))) save();
    else forgetPresent();
  };
  recover();

  return {
    current: () => current,
    issuedAt: () => issuedAt,
    stage: (batchId, more) => {
      folder.write(batchFile(batchId), JSON.stringify(more));
      staged.set(batchId, more);
      issuedAt = Math.max(issuedAt, more.time);
    },
    apply: (batchId) => {
      const more = staged.get(batchId);
      if (more !== undefined) {
        take(more);
        staged.delete(batchId);
        present.add(batchId);
      }
      if (present.size > 0) save();
    },
    add: (more) => {
      take(more);
      save();
    },
  };
}

/** The folder on the disk; `name` is a destination's id. */
export function metricsFolder(dir: string, name: string): MetricsFolder {
  const path = join(dir, 'metrics', name);
  mkdirSync(path, { recursive: true, mode: 0o700 });
  sweepTemporary(path, Date.now());
  return {
    list: () =>
      listIfThere(path)
        .filter((name) => !isTemporary(name))
        .sort(),
    read: (name) => readIfThere(join(path, name)),
    write: (name, text) => {
      writeAtomic(join(path, name), text);
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
const BATCH = '.batch.json';

function batchFile(batchId: string): string {
  return `${batchId}${BATCH}`;
}

function batchIdOf(name: string): string | undefined {
  return name.endsWith(BATCH) ? name.slice(0, -BATCH.length) : undefined;
}

function readTotals(folder: MetricsFolder, log: Log): z.infer<typeof totalsFile> | undefined {
  const text = folder.read(TOTALS);
  if (text === undefined) return undefined;
  const parsed = totalsFile.safeParse(jsonIn(text));
  if (parsed.success) return parsed.data;
  folder.rename(TOTALS, `${TOTALS}.unreadable`);
  log.error('metric-totals-unreadable', { file: TOTALS, consequence: 'counted from 0 again' });
  return undefined;
}

function readBatch(folder: MetricsFolder, batchId: string, log: Log): StoredBatch | undefined {
  const parsed = batch.safeParse(jsonIn(folder.read(batchFile(batchId)) ?? ''));
  if (parsed.success) return parsed.data;
  log.error('metric-batch-unreadable', { batch: batchId, consequence: 'not counted' });
  return undefined;
}
