// The runs of a session: what belongs to which, and when which event is told.
import { describe, expect, test } from 'vitest';

import type { Completed, TurnScope } from '../../../src/session/model.ts';
import {
  dueEvents,
  withEnd,
  withStart,
  withThing,
  type SessionRuns,
} from '../../../src/telemetry/events/session-runs.ts';
import { everyThing } from '../every-thing.ts';

const [sample] = everyThing;
if (sample?.kind !== 'turn') throw new Error('the first of everyThing is no turn');

function turnAt(startedAt: number): Completed {
  const scope: TurnScope = { ...sample!.scope, startedAt };
  return { ...sample!, scope };
}

const open = { over: false, settled: true };
const over = { over: true, settled: true };
const started = withStart([], { at: 100, source: 'startup' });

function dueOf(runs: SessionRuns, state: Parameters<typeof dueEvents>[1]): string[] {
  return dueEvents(runs, state).due.map(({ kind, run }) => `${kind} ${run.start.at} turns ${run.sums.turns}`);
}

describe('a run', () => {
  test('tells its start with its first turn, and its end once, when all has left', () => {
    expect(dueOf(started, open)).toEqual([]);
    const worked = withThing(started, turnAt(200));
    const first = dueEvents(worked, open);
    expect(first.due.map(({ kind }) => kind)).toEqual(['start']);
    expect(dueOf(first.runs, open)).toEqual([]);
    const goodbye = withEnd(withThing(first.runs, turnAt(300)), { at: 400, reason: 'logout' });
    expect(dueOf(goodbye, { over: true, settled: false })).toEqual([]);
    const last = dueEvents(goodbye, over);
    expect(last.due.map(({ kind, run }) => [kind, run.end?.reason, run.sums.turns])).toEqual([
      ['end', 'logout', 2],
    ]);
    expect(dueOf(last.runs, over)).toEqual([]);
  });

  test('whose client is gone ends without a reason, and a hook that comes after it tells no second end', () => {
    const gone = dueEvents(withThing(started, turnAt(200)), over);
    expect(gone.due.map(({ kind, run }) => [kind, run.end])).toEqual([
      ['start', {}],
      ['end', {}],
    ]);
    expect(dueOf(withEnd(gone.runs, { at: 400, reason: 'other' }), over)).toEqual([]);
  });

  test('that is taken up again is two, each with its own turns, in whatever order they are heard of', () => {
    const resumed = withStart(withEnd(started, { at: 400 }), { at: 500, source: 'resume' });
    const things = [turnAt(600), turnAt(200), turnAt(700)];
    for (const order of [things, things.toReversed()]) {
      const runs = order.reduce(withThing, resumed);
      expect(dueOf(runs, open)).toEqual(['start 100 turns 1', 'end 100 turns 1', 'start 500 turns 2']);
    }
  });

  test('that was killed ends where the next begins', () => {
    const runs = withStart(withThing(started, turnAt(200)), { at: 500, source: 'resume' });
    expect(dueOf(runs, open)).toEqual(['start 100 turns 1', 'end 100 turns 1']);
  });

  test('without any hook begins with its first turn', () => {
    expect(dueOf(withThing([], turnAt(200)), over)).toEqual([
      'start undefined turns 1',
      'end undefined turns 1',
    ]);
    expect(dueOf(withEnd([], { at: 400 }), over)).toEqual([
      'start undefined turns 0',
      'end undefined turns 0',
    ]);
  });
});

test('a hook that is heard twice is one, and a compaction begins nothing', () => {
  expect(withStart(started, { at: 100, source: 'startup' })).toEqual(started);
  expect(withStart(started, { at: 300, source: 'compact' })).toEqual(started);
  const ended = withEnd(started, { at: 400, reason: 'clear' });
  expect(withEnd(ended, { at: 400, reason: 'clear' })).toEqual(ended);
});

test('runs are the same after the disk, and those that are told do not pile up', () => {
  let runs: SessionRuns = [];
  for (let at = 0; at < 50; at += 10) {
    runs = withEnd(withThing(withStart(runs, { at, source: 'resume' }), turnAt(at + 1)), { at: at + 5 });
    runs = dueEvents(runs, over).runs;
    expect(JSON.parse(JSON.stringify(runs))).toEqual(runs);
  }
  expect(runs).toHaveLength(1);
});
