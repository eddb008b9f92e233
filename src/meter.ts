// In: what is complete of a session, each thing once. Out: what it adds to the metrics: in the totals on disk, and in the outboxes
// of the destinations that take metrics.
// Always: with the batch of the ledger or not at all. A delta goes with its batch, as spans do; of the totals a destination gets
// what is newest, behind the zeros that new series begin with (`state/metric-totals.ts` tells what a crash leaves).
import type { Destination } from './config/destination.ts';
import type { BatchId } from './delivery/batch-id.ts';
import { encodeMetrics } from './delivery/encode-metrics.ts';
import { rememberDestination } from './delivery/destination-file.ts';
import { newestSnapshot, replaceSnapshot, takenSnapshot } from './delivery/snapshot.ts';
import type { Consignment } from './delivery/staging.ts';
import type { Completed } from './session/model.ts';
import type { MetricTotals } from './state/metric-totals.ts';
import type { Increment } from './telemetry/metrics/increment.ts';
import { cumulativeMetrics, deltaMetrics, zeroMetrics } from './telemetry/metrics/points.ts';
import { metricBatch, type ResourceAttributes } from './telemetry/metrics/totals.ts';

/** Counts what leaves with one session. */
export interface Meter {
  /** Takes a thing; `spanId` names it. */
  take(spanId: string, one: Completed): void;
  /** Somebody else has sent it, and counted it, meanwhile. */
  forget(spanId: string): void;
  /** What was taken since the last call; `undefined` where that adds nothing. */
  batch(): MeterBatch | undefined;
}

/** The metrics of one batch of the ledger. */
export interface MeterBatch {
  /** What goes through staging with the batch. */
  readonly consignments: readonly Consignment[];
  /** Before the commit. Throws what the file system throws. */
  stage(batchId: BatchId): void;
  /** After the commit, when the batch is published: the totals take it, and leave. */
  apply(batchId: BatchId): void;
}

export interface MeterOptions {
  readonly dir: string;
  /** Those that take metrics. */
  readonly destinations: readonly Destination[];
  readonly totals: MetricTotals;
  readonly resource: ResourceAttributes;
  readonly incrementsOf: (one: Completed) => readonly Increment[];
  readonly nextBatch: () => BatchId;
  readonly now: () => number;
}

export function createMeter({
  dir,
  destinations,
  totals,
  resource,
  incrementsOf,
  nextBatch,
  now,
}: MeterOptions): Meter {
  // A worker that was killed may have left totals that nobody was told.
  for (const destination of destinations.filter(isCumulative)) {
    const { beganAt, time } = newestSnapshot(dir, destination.id) ?? {};
    const current = totals.current();
    if (current.resources.length > 0 && (beganAt !== current.beganAt || time !== current.time))
      leave(destination);
  }
  let taken = new Map<string, readonly Increment[]>();
  return {
    take: (spanId, one) => taken.set(spanId, incrementsOf(one)),
    forget: (spanId) => taken.delete(spanId),
    batch: () => {
      const increments = [...taken.values()].flat();
      taken = new Map();
      if (increments.length === 0) return undefined;
      const before = totals.current();
      const batch = metricBatch(before, resource, increments, { now: now(), issuedAt: totals.issuedAt() });
      return {
        consignments: destinations.map((destination) => ({
          destination,
          requests: encodeMetrics(
            isCumulative(destination) ? zeroMetrics(before, batch) : deltaMetrics(batch),
            destination.encoding,
          ),
        })),
        stage: (batchId) => {
          totals.stage(batchId, batch);
        },
        apply: (batchId) => {
          totals.apply(batchId);
          for (const destination of destinations.filter(isCumulative)) leave(destination);
        },
      };
    },
  };

  /** What has changed since the backend's last word, in place of what waits. */
  function leave(destination: Destination): void {
    const { id, encoding } = destination;
    rememberDestination(dir, destination);
    const current = totals.current();
    const requests = encodeMetrics(cumulativeMetrics(current, takenSnapshot(dir, id)), encoding);
    const { beganAt, time } = current;
    if (requests.length > 0) replaceSnapshot(dir, id, nextBatch(), requests, { beganAt, time });
  }
}

/** `lowmemory` is delta for all that we count. */
function isCumulative({ temporality }: Destination): boolean {
  return temporality !== 'delta' && temporality !== 'lowmemory';
}
