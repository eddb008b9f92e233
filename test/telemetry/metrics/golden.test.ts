// The points of the example and of some scenarios, as text: what a person can check by hand from the lines.
// After a change that is meant, `TURNSPAN_GOLDEN=write npx vitest run test/telemetry/metrics` writes them anew: read the diff.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

import type { MetricNames } from '../../../src/telemetry/metrics/increment.ts';
import { cumulativeMetrics, deltaMetrics } from '../../../src/telemetry/metrics/points.ts';
import { metricBatch, withBatch, type Totals } from '../../../src/telemetry/metrics/totals.ts';
import { scenarios } from '../../golden/scenarios.ts';
import { EXAMPLE_TRANSCRIPT } from '../../support/example-session.ts';
import { completedOf, incrementsOfAll } from './completed-of.ts';
import { metricsText } from './metrics-text.ts';

const folder = join(import.meta.dirname, 'golden');
const empty: Totals = { beganAt: 1_000, time: 1_000, resources: [] };
const resource = { 'service.name': 'claude-code' };

const CHOSEN = [
  'api-error-529',
  'auto-compact',
  'fork-session',
  'mcp',
  'nested-agents-2.1.329',
  'retries',
  'interrupt-tool',
  'absorbed-2.0.50',
];

const cases: readonly (readonly [name: string, transcripts: readonly string[], names: MetricNames])[] = [
  ['example', [EXAMPLE_TRANSCRIPT], 'turnspan'],
  ['example-native', [EXAMPLE_TRANSCRIPT], 'native'],
  ...CHOSEN.map((name) => {
    const scenario = scenarios.find((one) => one.name === name);
    return [name, scenario?.transcripts ?? [], 'turnspan'] as const;
  }),
];

test.each(cases)('the metrics of %s', async (name, transcripts, names) => {
  expect(transcripts.length).toBeGreaterThan(0);
  const increments = incrementsOfAll(await completedOf(transcripts), { names });
  const batch = metricBatch(empty, resource, increments, { now: 2_000, issuedAt: 0 });
  const text = metricsText(cumulativeMetrics(withBatch(empty, batch)));
  expect(metricsText(deltaMetrics(batch))).toBe(text);

  const golden = join(folder, `${name}.txt`);
  mkdirSync(folder, { recursive: true });
  if (process.env['TURNSPAN_GOLDEN'] === 'write') writeFileSync(golden, text);
  expect(text).toBe(existsSync(golden) ? readFileSync(golden, 'utf8') : 'no text yet: write and read it');
});
