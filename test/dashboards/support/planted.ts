// In: what was counted, when and by whom. Out: the points that Turnspan sends of it, given to a Prometheus by OTLP.
// Always: made by the code that sends them: a 0 where a series begins, then its totals, in the encoding of the wire.
import { METRIC_LIMITS, encodeMetrics } from '../../../src/delivery/encode-metrics.ts';
import type { SafeText } from '../../../src/privacy/safe-text.ts';
import { instruments, type Measured } from '../../../src/telemetry/metrics/catalog.ts';
import { increment, type Increment } from '../../../src/telemetry/metrics/increment.ts';
import { cumulativeMetrics, zeroMetrics } from '../../../src/telemetry/metrics/points.ts';
import { metricBatch, withBatch, type Totals } from '../../../src/telemetry/metrics/totals.ts';

/** Who counts: `service.name` and `service.instance.id`. */
export interface Installation {
  readonly service: string;
  readonly instance: string;
}

/** What is counted at one time (milliseconds since the epoch). */
export interface Planted extends Installation {
  readonly at: number;
  readonly counted: readonly Increment[];
}

/** So much of something, in its unit. */
export function counted(
  what: Measured,
  value: number,
  attributes: Readonly<Record<string, string>> = {},
  switched: Readonly<Record<string, string>> = {},
): Increment[] {
  // The cast: a test's own words.
  const safe = (texts: Readonly<Record<string, string>>) => texts as Readonly<Record<string, SafeText>>;
  const made = increment(what, value, safe(attributes), safe(switched), 'turnspan');
  if (made.length === 0) throw new Error(`${instruments[what].name} takes no ${value}`);
  return made;
}

/** Sends all of it, oldest first. */
export async function plant(url: string, all: readonly Planted[]): Promise<void> {
  const totals = new Map<string, Totals>();
  for (const { service, instance, at, counted: increments } of [...all].sort(
    (one, other) => one.at - other.at,
  )) {
    const key = JSON.stringify([service, instance]);
    const before = totals.get(key) ?? { beganAt: at - 1, time: at - 1, resources: [] };
    const resource = { 'service.name': service, 'service.instance.id': instance };
    const batch = metricBatch(before, resource, increments, { now: at, issuedAt: 0 });
    const after = withBatch(before, batch);
    totals.set(key, after);
    for (const metrics of [zeroMetrics(before, batch), cumulativeMetrics(after, before)]) {
      for (const { bytes } of encodeMetrics(metrics, 'protobuf', METRIC_LIMITS)) await post(url, bytes);
    }
  }
}

async function post(url: string, body: Uint8Array): Promise<void> {
  const response = await fetch(`${url}/api/v1/otlp/v1/metrics`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-protobuf' },
    body: Buffer.from(body),
  });
  if (!response.ok) throw new Error(`Prometheus answered ${response.status}: ${await response.text()}`);
}
