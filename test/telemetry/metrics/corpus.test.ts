// The metrics of every real session, and of the recorded scenarios, against a count made straight from the lines of its files.
import { describe, expect, test } from 'vitest';

import { cumulativeMetrics } from '../../../src/telemetry/metrics/points.ts';
import { metricBatch, withBatch } from '../../../src/telemetry/metrics/totals.ts';
import { corpusSessions, SKIPPED } from '../../corpus/sessions.ts';
import { scenarios } from '../../golden/scenarios.ts';
import { countSession, type CountedSession } from '../../support/count-session.ts';
import { EXAMPLE_TRANSCRIPT } from '../../support/example-session.ts';
import { completedOf, incrementsOfAll } from './completed-of.ts';

const sessions = [
  { name: 'example', transcript: EXAMPLE_TRANSCRIPT },
  ...scenarios.flatMap(({ name, transcripts }) =>
    transcripts.map((transcript, at) => ({ name: `${name} ${at + 1}`, transcript })),
  ),
  ...corpusSessions,
];

describe('the totals equal the count of', () => {
  test.each(sessions)('$name', async ({ transcript }) => {
    expect(await totalsOf(transcript)).toEqual(wanted(countSession(transcript)));
  });
  if (corpusSessions.length === 0) test.skip(`the corpus ${SKIPPED}`, () => {});
});

interface Sums {
  readonly answered: number;
  readonly tools: Readonly<Record<string, number>>;
  readonly input: number;
  readonly output: number;
  readonly cacheRead: number;
  readonly cacheCreation: number;
  readonly retries: number;
}

async function totalsOf(transcript: string): Promise<Sums> {
  const empty = { beganAt: 0, time: 0, resources: [] };
  const increments = incrementsOfAll(await completedOf([transcript]));
  const totals = withBatch(empty, metricBatch(empty, {}, increments, { now: 1, issuedAt: 0 }));
  const points = cumulativeMetrics(totals).flatMap(({ scopeMetrics }) =>
    scopeMetrics.flatMap(({ metrics }) =>
      metrics.flatMap(({ descriptor, dataPoints }) =>
        dataPoints.map(({ attributes, value }) => ({
          name: descriptor.name,
          attributes,
          value: typeof value === 'number' ? value : value.count,
          sum: typeof value === 'number' ? value : (value.sum ?? NaN),
        })),
      ),
    ),
  );
  const of = (name: string, attribute?: string, values: readonly string[] = []) =>
    points.filter(
      (point) =>
        point.name === name &&
        (attribute === undefined || values.includes(String(point.attributes[attribute]))),
    );
  const total = (some: typeof points, what: 'value' | 'sum' = 'value') =>
    some.reduce((all, point) => all + point[what], 0);
  const tokens = (...types: string[]) => total(of('turnspan.tokens', 'turnspan.token.type', types));
  const usage = (type: string) => of('gen_ai.client.token.usage', 'gen_ai.token.type', [type]);
  const cacheCreation = tokens('cache_creation', 'cache_creation_5m', 'cache_creation_1h');
  const input = tokens('input', 'cache_read') + cacheCreation;
  // Ours and the convention's say the same.
  expect(total(usage('input'), 'sum')).toBe(input);
  expect(total(usage('output'), 'sum')).toBe(tokens('output'));
  const tools: Record<string, number> = {};
  for (const { attributes, value } of of('turnspan.tool.calls')) {
    const outcome = String(attributes['turnspan.tool.outcome']);
    tools[outcome] = (tools[outcome] ?? 0) + value;
  }
  return {
    answered: total(of('gen_ai.client.operation.duration')),
    tools,
    input,
    output: tokens('output'),
    cacheRead: tokens('cache_read'),
    cacheCreation,
    retries: total(of('turnspan.retries')),
  };
}

function wanted({ responses, tools, retries }: CountedSession): Sums {
  const total = (of: (tokens: CountedSession['responses'][number]['tokens']) => number | undefined) =>
    responses.reduce((all, { tokens }) => all + (of(tokens) ?? 0), 0);
  const byOutcome: Record<string, number> = {};
  for (const { outcome } of tools) byOutcome[outcome] = (byOutcome[outcome] ?? 0) + 1;
  return {
    answered: responses.length,
    tools: byOutcome,
    input: total(({ input }) => input),
    output: total(({ output }) => output),
    cacheRead: total(({ cacheRead }) => cacheRead),
    cacheCreation: total(({ cacheCreation }) => cacheCreation),
    retries,
  };
}
