// The totals of metrics: what a backend ends with is the truth, whatever dies, is read again, refused or lost on the way.
// `TURNSPAN_SEED=…` draws other sequences.
import { appendFileSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { silentLog } from '../../src/platform/log.ts';
import { instanceId, metricsFolder, openMetricTotals } from '../../src/state/metric-totals.ts';
import { increment, type Increment } from '../../src/telemetry/metrics/increment.ts';
import { instrumentByName, type Measured } from '../../src/telemetry/metrics/catalog.ts';
import { metricBatch, withBatch } from '../../src/telemetry/metrics/totals.ts';
import { safeName } from '../../src/privacy/safe-text.ts';
import { temporaryFolder } from '../support/folders.ts';
import { newWorld, type Answer, type Thing } from './metric-totals-world.ts';

/** Whole numbers alone: a reader's differences of them are exact. */
const someIncrement: fc.Arbitrary<Increment> = fc
  .record({
    measured: fc.constantFrom<Measured>('turns', 'tokens', 'tokenUsage'),
    value: fc.integer({ min: 1, max: 1000 }),
    model: fc.constantFrom('a', 'b', 'c'),
  })
  .map(
    ({ measured, value, model }) =>
      increment(measured, value, { 'gen_ai.response.model': safeName(model) }, {}, 'turnspan')[0]!, // it is more than 0
  );

type Command =
  | {
      readonly kind: 'send';
      readonly session: string;
      readonly increments: readonly Increment[];
      readonly killedAt: number;
    }
  | { readonly kind: 'replay'; readonly killedAt: number }
  | { readonly kind: 'start'; readonly killedAt: number }
  | { readonly kind: 'deliver'; readonly accepted: number; readonly then: Answer }
  | { readonly kind: 'clock'; readonly by: number };

const killedAt = fc.oneof(fc.constant(Infinity), fc.nat(9));
const command: fc.Arbitrary<Command> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('send' as const),
      session: fc.constantFrom('one', 'two'),
      increments: fc.array(someIncrement, { minLength: 1, maxLength: 3 }),
      killedAt,
    }),
  },
  fc.record({ kind: fc.constant('replay' as const), killedAt }),
  fc.record({ kind: fc.constant('start' as const), killedAt }),
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('deliver' as const),
      accepted: fc.constantFrom(0, 1, 2, Infinity),
      then: fc.constantFrom<Answer>('accepted', 'refused', 'accepted, but the answer is lost'),
    }),
  },
  fc.record({ kind: fc.constant('clock' as const), by: fc.integer({ min: -60_000, max: 60_000 }) }),
);

function played(commands: readonly Command[]) {
  const world = newWorld();
  const things: Thing[] = [];
  for (const one of commands) {
    switch (one.kind) {
      case 'send': {
        const thing = { id: `thing${things.length}`, session: one.session, increments: one.increments };
        things.push(thing);
        world.send([thing], one.killedAt);
        break;
      }
      case 'replay':
        world.send(things, one.killedAt);
        break;
      case 'start':
        world.start(one.killedAt);
        break;
      case 'deliver':
        world.deliver(one.accepted, one.then);
        break;
      case 'clock':
        world.clock += one.by;
    }
  }
  // At last all is read again, nobody dies, and the backend takes what there is.
  world.start();
  world.send(things);
  world.deliver(Infinity, 'accepted');
  expect(world.isEmpty()).toBe(true);
  return { world, things };
}

/** What each series has risen by, straight from the things. */
function truthOf(things: readonly Thing[]): Map<string, number> {
  const truth = new Map<string, number>();
  for (const { session, increments } of things) {
    for (const { instrument, attributes, value } of increments) {
      const series = JSON.stringify([{ 'service.name': session }, instrument, attributes]);
      const by = instrumentByName.get(instrument)?.kind === 'histogram' ? 1 : value;
      truth.set(series, (truth.get(series) ?? 0) + by);
    }
  }
  return truth;
}

function sorted(sums: ReadonlyMap<string, number>): [string, number][] {
  return [...sums].sort(([a], [b]) => (a < b ? -1 : 1));
}

test('10,000 sequences of turns, deaths, replays and refusals: the sums that the backend has are the truth', () => {
  let deaths = 0;
  fc.assert(
    fc.property(fc.array(command, { minLength: 1, maxLength: 9 }), (commands) => {
      deaths += commands.filter((one) => 'killedAt' in one && one.killedAt !== Infinity).length;
      const { world, things } = played(commands);
      const truth = truthOf(things);
      for (const reader of [world.readers.byStart, world.readers.byValue]) {
        expect(reader.faults).toEqual([]);
        expect(sorted(reader.risen)).toEqual(sorted(truth));
      }
      // Delta: exact, but for each request whose answer was lost after it was taken.
      for (const { series, value } of world.takenTwice) truth.set(series, (truth.get(series) ?? 0) + value);
      expect(world.readers.delta.faults).toEqual([]);
      expect(sorted(world.readers.delta.risen)).toEqual(sorted(truth));
    }),
    { numRuns: 10_000 },
  );
  expect(deaths).toBeGreaterThan(10_000);
});

describe('totals on the disk', () => {
  const resource = { 'service.name': 'claude-code' };
  const turn = increment('turns', 1, {}, {}, 'turnspan');
  const open = (dir: string, isCommitted: (batchId: string) => boolean = () => false, now = () => 5_000) =>
    openMetricTotals({ folder: metricsFolder(dir, 'one'), withBatch, isCommitted, log: silentLog, now });
  const batchOf = (totals: ReturnType<typeof open>, now = 5_000) =>
    metricBatch(totals.current(), resource, turn, { now, issuedAt: totals.issuedAt() });
  const turnsIn = (totals: ReturnType<typeof open>) => totals.current().resources[0]?.series[0]?.sum;

  const count = (totals: ReturnType<typeof open>, batchId: string, now = 5_000) => {
    totals.stage(batchId, batchOf(totals, now));
    totals.apply(batchId);
  };
  const filesIn = (dir: string) => readdirSync(join(dir, 'metrics', 'one')).sort();

  test('are the same for the next worker, however many batches the journal holds', () => {
    const dir = temporaryFolder();
    for (let turns = 1; turns <= 20; turns += 1) {
      const totals = open(dir);
      count(totals, `b${turns}`);
      totals.apply(`b${turns}`);
      expect(turnsIn(totals)).toBe(turns);
      expect(open(dir).current()).toEqual(totals.current());
    }
    const journal = readFileSync(join(dir, 'metrics', 'one', 'batches.jsonl'), 'utf8');
    expect(journal.split('\n').length).toBeLessThan(20);
    expect(filesIn(dir)).toEqual(['batches.jsonl', 'totals.json']);
  });

  test('take what was committed and not applied, and never what was not committed', () => {
    const dir = temporaryFolder();
    const before = open(dir);
    before.stage('b1', batchOf(before));
    before.stage('b2', batchOf(before));
    const after = open(dir, (batchId) => batchId === 'b2');
    expect(turnsIn(after)).toBe(1);
    expect(after.current().time).toBeGreaterThanOrEqual(before.issuedAt());
    for (let more = 3; more < 13; more += 1) count(after, `b${more}`);
    expect(turnsIn(open(dir, (batchId) => batchId === 'b2'))).toBe(11);
  });

  test('count what was applied in the order in which it was, whatever was staged before it', () => {
    const dir = temporaryFolder();
    const before = open(dir);
    before.stage('b1', batchOf(before));
    count(before, 'b2');
    const seen = before.current();
    const after = open(dir, () => true).current();
    expect(after.time).toBeGreaterThan(seen.time);
    expect(after.resources[0]?.series[0]?.sum).toBe(2);
  });

  test('have a batch once when the journal is there again', () => {
    const dir = temporaryFolder();
    const journal = join(dir, 'metrics', 'one', 'batches.jsonl');
    const totals = open(dir);
    for (let batch = 1; batch < 8; batch += 1) count(totals, `b${batch}`);
    const text = readFileSync(journal, 'utf8');
    count(totals, 'b8');
    expect(existsSync(journal)).toBe(false);
    writeFileSync(journal, text);
    expect(turnsIn(open(dir, () => true))).toBe(8);
  });

  test('go on behind a torn line', () => {
    const dir = temporaryFolder();
    const journal = join(dir, 'metrics', 'one', 'batches.jsonl');
    const totals = open(dir);
    count(totals, 'b1');
    appendFileSync(journal, '\n0123 {"id":"b2","batch":{"res');
    const next = open(dir);
    count(next, 'b3');
    expect(turnsIn(open(dir))).toBe(2);
  });

  test('that are damaged are set aside, and begin again with new start times', () => {
    const dir = temporaryFolder();
    const totals = open(dir);
    count(totals, 'b1');
    writeFileSync(join(dir, 'metrics', 'one', 'totals.json'), '{"version":1');
    const anew = open(dir, () => true, () => 9_000); // prettier-ignore
    count(anew, 'b2', 9_000);
    expect(turnsIn(anew)).toBe(1);
    const started = (all: typeof totals) => all.current().resources[0]?.series[0]?.startedAt ?? NaN;
    expect(started(anew)).toBeGreaterThan(totals.current().time);
    expect(readFileSync(join(dir, 'metrics', 'one', 'totals.json.unreadable'), 'utf8')).toBe('{"version":1');
  });

  test('rise in time when the clock was set back', () => {
    const dir = temporaryFolder();
    const totals = open(dir);
    const times = [9_000, 1_000, 1_000].map((now, at) => {
      count(totals, `b${at}`, now);
      return totals.current().time;
    });
    expect(times).toEqual([9_001, 9_003, 9_005]);
    const again = open(dir, undefined, () => 0);
    expect(batchOf(again, 0).zeroAt).toBe(9_006);
  });
});

test('two resources of one installation have two instances', () => {
  expect(instanceId('i', 'a')).not.toBe(instanceId('i', 'b'));
  expect(instanceId('i', 'a')).toBe(instanceId('i', 'a'));
  expect(instanceId('i', 'a')).toMatch(/^i-[0-9a-f]{8}$/);
});
