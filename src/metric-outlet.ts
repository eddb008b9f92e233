// In: what is complete of a session, each thing once. Out: what it adds to the metrics of one destination: in that one's totals on disk,
// and in its outbox.
// Always: with the batch of the ledger or not at all. A delta goes with its batch, as spans do; of the totals the destination gets
// what is newest, behind the zeros that new series begin with (`state/metric-totals.ts` tells what a crash leaves). Each destination
// has totals of its own: a session that may not go there is not in them.
import type { Destination } from './config/destination.ts';
import type { BatchId } from './delivery/batch-id.ts';
import { encodeMetrics } from './delivery/encode-metrics.ts';
import { rememberDestination } from './delivery/destination-file.ts';
import { newestSnapshot, replaceSnapshot, takenSnapshot } from './delivery/snapshot.ts';
import { createTray, type Outlet } from './outlet.ts';
import type { Completed } from './session/model.ts';
import type { MetricTotals } from './state/metric-totals.ts';
import type { Increment } from './telemetry/metrics/increment.ts';
import { cumulativeMetrics, deltaMetrics, zeroMetrics } from './telemetry/metrics/points.ts';
import { metricBatch, sinceTotals, type ResourceAttributes } from './telemetry/metrics/totals.ts';

export interface MetricOutletOptions {
  readonly dir: string;
  readonly destination: Destination;
  readonly totals: MetricTotals;
  readonly resource: ResourceAttributes;
  readonly incrementsOf: (one: Completed) => readonly Increment[];
  /** How the exporter is when a batch leaves: what waits, and all that was lost so far. */
  readonly health: () => readonly Increment[];
  readonly nextBatch: () => BatchId;
  readonly now: () => number;
}

export function metricOutlet(options: MetricOutletOptions): Outlet {
  const { dir, destination, totals, resource, incrementsOf, health, nextBatch, now } = options;
  const { id, encoding } = destination;
  const isCumulative = !DELTA.includes(destination.temporality);

  /** What has changed since the backend's last word, in place of what waits. */
  const tellTotals = (): void => {
    const current = totals.current();
    const requests = encodeMetrics(cumulativeMetrics(current, takenSnapshot(dir, id)), encoding);
    if (requests.length === 0) return;
    rememberDestination(dir, destination);
    const { beganAt, time } = current;
    replaceSnapshot(dir, id, nextBatch(), requests, { beganAt, time });
  };

  if (isCumulative && isUntold(newestSnapshot(dir, id), totals)) tellTotals();
  return {
    destination,
    ...createTray(incrementsOf, (increments) => {
      if (increments.length === 0) return { requests: [] };
      const before = totals.current();
      const all = [...increments, ...sinceTotals(before, health())];
      const batch = metricBatch(before, resource, all, { now: now(), issuedAt: totals.issuedAt() });
      const metrics = isCumulative ? zeroMetrics(before, batch) : deltaMetrics(batch);
      return {
        requests: encodeMetrics(metrics, encoding),
        stage: (batchId) => {
          totals.stage(batchId, batch);
        },
        apply: (batchId) => {
          totals.apply(batchId);
          if (isCumulative) tellTotals();
        },
      };
    }),
  };
}

/** `lowmemory` is delta for all that we count. */
const DELTA: readonly Destination['temporality'][] = ['delta', 'lowmemory'];

/** A worker that was killed, or a full disk, may have left totals that wait nowhere. */
function isUntold(told: ReturnType<typeof newestSnapshot>, totals: MetricTotals): boolean {
  const { beganAt, time, resources } = totals.current();
  return resources.length > 0 && (told?.beganAt !== beganAt || told.time !== time);
}
