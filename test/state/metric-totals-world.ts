// A worker's whole way of metrics in memory, so that it can die ten thousand times: totals, ledger, staging, outboxes and a
// backend. Each step that reaches a disk is counted, and the process dies before the step that it is told.
import { silentLog } from '../../src/platform/log.ts';
import { openMetricTotals, type MetricsFolder, type MetricTotals } from '../../src/state/metric-totals.ts';
import type { Increment } from '../../src/telemetry/metrics/increment.ts';
import { cumulativeMetrics, deltaMetrics, zeroMetrics } from '../../src/telemetry/metrics/points.ts';
import { metricBatch, withBatch, type TotalsMark } from '../../src/telemetry/metrics/totals.ts';
import { deltaReader, metricsReader, pointsOf, type ReadPoint } from '../support/metrics-reader.ts';

export class Killed extends Error {}

export type Answer = 'accepted' | 'refused' | 'accepted, but the answer is lost';

/** Something that a session tells, once or again. */
export interface Thing {
  readonly id: string;
  readonly session: string;
  readonly increments: readonly Increment[];
}

type Request = readonly ReadPoint[];

interface Staged {
  readonly zeros: Request;
  readonly deltas: Request;
}

export interface World {
  /** A worker's step for these things; dies before the given step on its way to a disk. */
  send(things: readonly Thing[], killedAt?: number): void;
  /** The worker starts (again); can die on the way too. */
  start(killedAt?: number): void;
  /** The backend takes so many requests of each kind, and answers the next one so. */
  deliver(accepted: number, then: Answer): void;
  isEmpty(): boolean;
  clock: number;
  readonly readers: ReturnType<typeof readersOf>;
  /** Delta points that were taken although nobody heard of it. */
  readonly takenTwice: readonly ReadPoint[];
}

function readersOf() {
  return {
    byStart: metricsReader({ startTimes: true }),
    byValue: metricsReader({ startTimes: false }),
    delta: deltaReader(),
  };
}

export function newWorld(): World {
  const disk = new Map<string, string>();
  /** Of each batch the things that it holds: its line is the commit. */
  const ledger = new Map<string, readonly string[]>();
  const staging = new Map<string, Staged>();
  const outbox: { zeros: Request[]; snapshot: Request | undefined; deltas: Request[] } = {
    zeros: [],
    snapshot: undefined,
    deltas: [],
  };
  const readers = readersOf();
  const takenTwice: ReadPoint[] = [];
  /** What the destination's file says that it has. */
  let taken: TotalsMark | undefined;
  let waiting: TotalsMark | undefined;
  let batches = 0;
  let stepsLeft = Infinity;
  let totals: MetricTotals | undefined;

  const step = (): void => {
    if (stepsLeft-- <= 0) throw new Killed();
  };
  const folder: MetricsFolder = {
    read: (name) => disk.get(name),
    write: (name, text) => {
      step();
      disk.set(name, text);
    },
    append: (name, text) => {
      const before = disk.get(name) ?? '';
      // Who dies here leaves a part of it.
      disk.set(name, before + text.slice(0, text.length / 2));
      step();
      disk.set(name, before + text);
    },
    remove: (name) => {
      step();
      disk.delete(name);
    },
    rename: (name, to) => {
      step();
      disk.set(to, disk.get(name) ?? '');
      disk.delete(name);
    },
  };

  const publish = (batchId: string): void => {
    step();
    const staged = staging.get(batchId);
    if (staged === undefined) return;
    outbox.zeros.push(staged.zeros);
    outbox.deltas.push(staged.deltas);
    staging.delete(batchId);
  };
  const open = (): MetricTotals => {
    for (const batchId of [...staging.keys()]) {
      if (ledger.has(batchId)) publish(batchId);
      else staging.delete(batchId);
    }
    totals = openMetricTotals({
      folder,
      withBatch,
      isCommitted: (batchId) => ledger.has(batchId),
      log: silentLog,
      now: () => world.clock,
    });
    return totals;
  };
  /** What was not sent is replaced. */
  const snapshot = (): void => {
    const now = totals?.current();
    if (now === undefined) return;
    const points = pointsOf(cumulativeMetrics(now, taken));
    if (points.length === 0) return;
    step();
    outbox.snapshot = points;
    waiting = { beganAt: now.beganAt, time: now.time };
  };
  const mortal = (killedAt: number, act: () => void): void => {
    stepsLeft = killedAt;
    try {
      act();
    } catch (error) {
      if (!(error instanceof Killed)) throw error;
      totals = undefined;
    } finally {
      stepsLeft = Infinity;
    }
  };
  const sent = (): Set<string> => new Set([...ledger.values()].flat());

  const sendBatch = (store: MetricTotals, session: string, things: readonly Thing[]): void => {
    const batchId = String(++batches).padStart(6, '0');
    const batch = metricBatch(
      store.current(),
      { 'service.name': session },
      things.flatMap(({ increments }) => increments),
      { now: world.clock, issuedAt: store.issuedAt() },
    );
    step();
    staging.set(batchId, {
      zeros: pointsOf(zeroMetrics(store.current(), batch)),
      deltas: pointsOf(deltaMetrics(batch)),
    });
    store.stage(batchId, batch);
    step();
    ledger.set(
      batchId,
      things.map(({ id }) => id),
    );
    publish(batchId);
    store.apply(batchId);
  };

  const world: World = {
    clock: 1_000_000,
    readers,
    takenTwice,
    send: (things, killedAt = Infinity) => {
      mortal(killedAt, () => {
        const store = totals ?? open();
        for (const session of new Set(things.map((thing) => thing.session))) {
          const known = sent();
          const own = things.filter((thing) => thing.session === session && !known.has(thing.id));
          if (own.length > 0) sendBatch(store, session, own);
        }
        snapshot();
      });
    },
    start: (killedAt = Infinity) => {
      totals = undefined;
      mortal(killedAt, () => {
        open();
        snapshot();
      });
    },
    deliver: (accepted, then) => {
      // One after the other: what was not answered is sent again before what comes behind it.
      let left = accepted;
      const post = (take: () => void, taken: () => void, lost: () => void = () => undefined): boolean => {
        const answer = left-- > 0 ? 'accepted' : then;
        if (answer !== 'refused') take();
        if (answer === 'accepted') taken();
        else if (answer !== 'refused') lost();
        return answer === 'accepted';
      };
      const read = (request: Request) => () => {
        readers.byStart.take(request);
        readers.byValue.take(request);
      };
      let goesOn = true;
      while (goesOn && outbox.zeros[0] !== undefined)
        goesOn = post(read(outbox.zeros[0]), () => outbox.zeros.shift());
      if (goesOn && outbox.snapshot !== undefined)
        post(read(outbox.snapshot), () => {
          taken = waiting;
          outbox.snapshot = undefined;
        });
      left = accepted;
      goesOn = true;
      for (let request = outbox.deltas[0]; goesOn && request !== undefined; request = outbox.deltas[0]) {
        const points = request;
        goesOn = post(
          () => {
            readers.delta.take(points);
          },
          () => outbox.deltas.shift(),
          () => takenTwice.push(...points),
        );
      }
    },
    isEmpty: () => outbox.zeros.length + outbox.deltas.length === 0 && outbox.snapshot === undefined,
  };
  return world;
}
