// In: where a session's metrics go, and what the user wants in them. Out: a maker of the outlets for that.
// Always: a destination's totals are opened with the first session that goes there, and are all sessions' of this worker. What a
// generation costs was found when it was read: the same number is on its span.
import { basename } from 'node:path';
import type { Destination, DestinationId } from './config/destination.ts';
import type { Sending } from './config/resolve.ts';
import type { BatchId } from './delivery/batch-id.ts';
import { deliveryHealth } from './delivery/health.ts';
import { metricOutlet } from './metric-outlet.ts';
import type { Outlet } from './outlet.ts';
import { readGitRepository } from './platform/git-repository.ts';
import { configured, constant, safeName } from './privacy/safe-text.ts';
import { sourceSettings } from './record-options.ts';
import { instanceId, type MetricTotals } from './state/metric-totals.ts';
import type { Increment } from './telemetry/metrics/increment.ts';
import { healthIncrements, incrementsOf, type IncrementOptions } from './telemetry/metrics/increments.ts';
import { metricResource } from './telemetry/metrics/resource.ts';

export interface MetricPlace {
  readonly dir: string;
  readonly installationId: string;
  readonly metricTotalsOf: (destination: DestinationId) => MetricTotals;
  /** The project that the session works in. */
  readonly projectDir: string | undefined;
  readonly nextBatch: () => BatchId;
  readonly now: () => number;
}

/** Makes the outlet of a destination that takes metrics. */
export function metricOutlets(sending: Sending, place: MetricPlace): (destination: Destination) => Outlet {
  const { dir, installationId, metricTotalsOf, projectDir, nextBatch, now } = place;
  let known: IncrementOptions | undefined;
  return (destination) => {
    // The branch is read once for all destinations, and not where none takes metrics.
    const options = (known ??= incrementOptions(sending, projectDir));
    return metricOutlet({
      dir,
      destination,
      totals: metricTotalsOf(destination.id),
      resource: metricResource(sourceSettings(sending.resource), (others) =>
        safeName(instanceId(installationId, others)),
      ),
      incrementsOf: (one) => incrementsOf(one, options),
      health: () => sending.destinations.flatMap((one) => healthOf(one, dir, now())),
      nextBatch,
      now,
    });
  };
}

/** Of the user's destinations, whichever of them this one is. */
function healthOf({ id, name, signal }: Destination, dir: string, now: number): Increment[] {
  const { waiting, lagMs, dropped, refused } = deliveryHealth(dir, id, now);
  return healthIncrements({
    destination: configured(name),
    signal: constant(signal),
    outboxRequests: waiting,
    lagSeconds: lagMs / 1000,
    dropped,
    refused,
  });
}

/** Project and branch are looked for only where they are asked for: they are content, and the user's to let out. */
function incrementOptions(
  { resource, metrics: { names = 'turnspan', attributes = [] } }: Sending,
  projectDir: string | undefined,
): IncrementOptions {
  const branch =
    projectDir !== undefined && attributes.includes('branch')
      ? readGitRepository(projectDir)?.branch
      : undefined;
  return {
    costOf: ({ cost }) => cost,
    names,
    attributes,
    user: resource.user === undefined ? undefined : configured(resource.user),
    project: projectDir === undefined ? undefined : configured(basename(projectDir)),
    branch: branch === undefined ? undefined : configured(branch),
  };
}
