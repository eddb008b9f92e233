// In: where a session's metrics go, and what the user wants in them. Out: what counts them, or nothing where nobody takes metrics.
// Always: the totals are opened with the first session that somebody takes metrics of, and are all sessions' of this worker.
import { basename } from 'node:path';
import type { Sending } from './config/resolve.ts';
import type { BatchId } from './delivery/batch-id.ts';
import { isSignalOff } from './delivery/signal-off.ts';
import { createMeter, type Meter } from './meter.ts';
import { readGitRepository } from './platform/git-repository.ts';
import { configured, safeName } from './privacy/safe-text.ts';
import { sourceSettings } from './record-options.ts';
import { instanceId, type MetricTotals } from './state/metric-totals.ts';
import { pricing } from './telemetry/cost/pricing.ts';
import { incrementsOf, type IncrementOptions } from './telemetry/metrics/increments.ts';
import { metricResource } from './telemetry/metrics/resource.ts';

export interface MeterPlace {
  readonly dir: string;
  readonly installationId: string;
  readonly metricTotals: () => MetricTotals;
  /** The project that the session works in. */
  readonly projectDir: string | undefined;
  readonly nextBatch: () => BatchId;
  readonly now: () => number;
}

export function openMeter(sending: Sending, place: MeterPlace): Meter | undefined {
  const { dir, installationId, metricTotals, nextBatch, now } = place;
  const destinations = sending.destinations.filter(
    ({ signal, id }) => signal === 'metrics' && !isSignalOff(dir, id, now()),
  );
  if (destinations.length === 0) return undefined;
  const options = incrementOptions(sending, place.projectDir);
  return createMeter({
    dir,
    destinations,
    totals: metricTotals(),
    resource: metricResource(sourceSettings(sending.resource), (others) =>
      safeName(instanceId(installationId, others)),
    ),
    incrementsOf: (one) => incrementsOf(one, options),
    nextBatch,
    now,
  });
}

/** Project and branch are looked for only where they are asked for: they are content, and the user's to let out. */
function incrementOptions(
  { resource, prices, metrics: { names = 'turnspan', attributes = [] } }: Sending,
  projectDir: string | undefined,
): IncrementOptions {
  const branch =
    projectDir !== undefined && attributes.includes('branch')
      ? readGitRepository(projectDir)?.branch
      : undefined;
  return {
    costOf: pricing(prices),
    names,
    attributes,
    user: resource.user === undefined ? undefined : configured(resource.user),
    project: projectDir === undefined ? undefined : configured(basename(projectDir)),
    branch: branch === undefined ? undefined : configured(branch),
  };
}
