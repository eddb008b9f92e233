import { describe, expect, test } from 'vitest';

import { constant, safeName } from '../../../src/privacy/safe-text.ts';
import { increment, type Increment } from '../../../src/telemetry/metrics/increment.ts';
import { healthIncrements } from '../../../src/telemetry/metrics/increments.ts';
import { cumulativeMetrics, deltaMetrics, zeroMetrics } from '../../../src/telemetry/metrics/points.ts';
import { metricResource } from '../../../src/telemetry/metrics/resource.ts';
import { metricBatch, sinceTotals, withBatch, type Totals } from '../../../src/telemetry/metrics/totals.ts';
import { EXAMPLE_TRANSCRIPT } from '../../support/example-session.ts';
import { completedOf, incrementsOfAll } from './completed-of.ts';
import { metricsText } from './metrics-text.ts';

const empty: Totals = { beganAt: 1_000, time: 1_000, resources: [] };
const resource = { 'service.name': 'claude-code' };
const DAY = 24 * 60 * 60 * 1000;

function batchOf(totals: Totals, increments: readonly Increment[], now = 2_000) {
  return metricBatch(totals, resource, increments, { now, issuedAt: 0 });
}

function tool(name: string): Increment[] {
  return increment('toolCalls', 1, { 'gen_ai.tool.name': safeName(name) }, {}, 'turnspan');
}

const turn = increment('turns', 1, {}, {}, 'turnspan');

describe('totals', () => {
  test('are the same in any order and any cutting, for everything that the example has', async () => {
    const increments = incrementsOfAll(await completedOf([EXAMPLE_TRANSCRIPT]));
    const whole = withBatch(empty, batchOf(empty, increments));
    let piecemeal = empty;
    for (const one of increments.toReversed()) piecemeal = withBatch(piecemeal, batchOf(piecemeal, [one]));
    expect(metricsText(cumulativeMetrics(piecemeal))).toBe(metricsText(cumulativeMetrics(whole)));
  });

  test('begin each series at a 0 of its own, once, before its first value', () => {
    const first = batchOf(empty, turn);
    const totals = withBatch(empty, first);
    const second = batchOf(totals, [...turn, ...tool('Bash')]);
    expect(metricsText(zeroMetrics(empty, first))).toContain('turnspan.turns {turn} sum\n    0\n');
    expect(metricsText(zeroMetrics(totals, second))).not.toContain('turnspan.turns');
    expect(metricsText(zeroMetrics(totals, second))).toContain('Bash → 0');
    const point = cumulativeMetrics(totals)[0]?.scopeMetrics[0]?.metrics[0]?.dataPoints[0];
    const zero = zeroMetrics(empty, first)[0]?.scopeMetrics[0]?.metrics[0]?.dataPoints[0];
    expect([zero?.startTime, zero?.endTime]).toEqual([[2, 0], [2, 0]]); // prettier-ignore
    expect([point?.startTime, point?.endTime]).toEqual([[2, 0], [2, 1_000_000]]); // prettier-ignore
  });

  test('tell a backend only what has changed since what it took', () => {
    const before = withBatch(empty, batchOf(empty, turn));
    const after = withBatch(before, batchOf(before, tool('Bash')));
    expect(metricsText(cumulativeMetrics(after, before))).not.toContain('turnspan.turns');
    expect(cumulativeMetrics(after, after)).toEqual([]);
    // Totals that were begun anew have nothing to do with what it took.
    expect(metricsText(cumulativeMetrics(after, { ...after, beganAt: 7 }))).toContain('turnspan.turns');
  });

  test('have at most so many names, whoever gives them', () => {
    const names = Array.from({ length: 150 }, (_, at) => `mcp__server${at}`);
    let totals = withBatch(empty, batchOf(empty, names.slice(0, 60).flatMap(tool)));
    const second = batchOf(totals, [...names.slice(60), 'mcp__server1', 'mcp__server149'].flatMap(tool));
    totals = withBatch(totals, second);
    const series = totals.resources[0]?.series ?? [];
    expect(series).toHaveLength(101);
    const other = series.find(({ attributes }) => attributes['gen_ai.tool.name'] === '_OTHER');
    expect(other?.sum).toBe(51);
    // The delta says the same.
    expect(metricsText(deltaMetrics(second))).toContain('_OTHER → 51');
  });

  test('forget a series that nobody has added to for a month, a session’s after a week; it begins again', () => {
    const session = increment('turns', 1, {}, { 'session.id': safeName('s') }, 'turnspan');
    let totals = withBatch(empty, batchOf(empty, [...turn, ...session]));
    totals = withBatch(totals, batchOf(totals, tool('Bash'), 8 * DAY));
    expect(metricsText(cumulativeMetrics(totals))).not.toContain('session.id');
    expect(metricsText(cumulativeMetrics(totals))).toContain('turnspan.turns');
    totals = withBatch(totals, batchOf(totals, tool('Bash'), 31 * DAY));
    expect(metricsText(cumulativeMetrics(totals))).not.toContain('turnspan.turns');
    const again = batchOf(totals, turn, 32 * DAY);
    expect(metricsText(zeroMetrics(totals, again))).toContain('turnspan.turns');
    const back = withBatch(totals, again).resources[0]?.series.find(({ instrument }) => instrument === 'turnspan.turns'); // prettier-ignore
    expect(back).toMatchObject({ sum: 1, startedAt: 32 * DAY });
  });

  test('of what is counted elsewhere get what is new, whatever the resource, and never forget it', () => {
    const refused = (count: number) =>
      healthIncrements({ destination: constant('mine'), signal: constant('traces'), refused: count });
    let totals = withBatch(empty, batchOf(empty, sinceTotals(empty, refused(2))));
    expect(sinceTotals(totals, refused(2))).toEqual([]);
    expect(sinceTotals(totals, refused(1))).toEqual([]);
    const [more] = sinceTotals(totals, refused(5));
    expect(more?.value).toBe(3);
    const other = metricBatch(totals, { 'service.name': 'other' }, [more!], { now: 3_000, issuedAt: 0 });
    totals = withBatch(totals, other);
    totals = withBatch(totals, batchOf(totals, turn, 100 * DAY));
    expect(sinceTotals(totals, refused(5))).toEqual([]);
  });

  test('keep what a gauge is, and not a sum of it', () => {
    const waits = (requests: number) => increment('outboxRequests', requests, {}, {}, 'turnspan');
    let totals = withBatch(empty, batchOf(empty, [...waits(3), ...waits(5)]));
    totals = withBatch(totals, batchOf(totals, waits(0)));
    expect(metricsText(cumulativeMetrics(totals))).toContain(
      'turnspan.exporter.outbox {request} gauge\n    0\n',
    );
    expect(zeroMetrics(empty, batchOf(empty, waits(3)))).toEqual([]);
  });

  test('put a value into the bucket whose bound it does not pass', () => {
    const lasts = (seconds: number) => increment('turnDuration', seconds, {}, {}, 'turnspan');
    const batch = batchOf(empty, [0, 1, 1.001, 7200, 7201].flatMap(lasts));
    expect(metricsText(deltaMetrics(batch))).toContain(
      '5 recorded, sum 14403.001, 0 to 7201 (≤1: 2, ≤2: 1, ≤7200: 1, ≤∞: 1)',
    );
  });
});

test('delta points join: each begins where all before it ended', () => {
  const first = batchOf(empty, turn);
  const totals = withBatch(empty, first);
  const second = batchOf(totals, turn, 9_000);
  expect([first.previous, first.time, second.previous]).toEqual([1_000, 2_001, 2_001]);
});

test('a resource has an instance of its own, and no version', () => {
  const instanceOf = (others: string) => safeName(`i-${others.length}`);
  const plain = metricResource({}, instanceOf);
  expect(Object.keys(plain)).toEqual(['service.instance.id', 'service.name', 'telemetry.distro.name']);
  const more = metricResource(
    { serviceName: safeName('shop'), attributes: { team: safeName('web') } },
    instanceOf,
  );
  expect(more).toMatchObject({ 'service.name': 'shop', team: 'web' });
  expect(more['service.instance.id']).not.toBe(plain['service.instance.id']);
  const own = metricResource({ attributes: { 'service.instance.id': safeName('mine') } }, instanceOf);
  expect(own['service.instance.id']).toBe('mine');
});
