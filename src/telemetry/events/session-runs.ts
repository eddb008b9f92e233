// In: what hooks tell of a session's beginnings and ends, and its completed things. Out: its runs, each from a beginning to the
// end that belongs to it, as plain values for the session's record; and which of their events are to be told now.
// Always: a thing counts in the run in which its turn began, in whatever order things and hooks are heard of; each run has one
// beginning and one end, and what has been told is not told again. A hook that is heard twice is one.
import type { Completed } from '../../session/model.ts';
import type { SessionEnd, SessionStart } from './session-events.ts';
import { noSums, withCompleted, type SessionSums } from './session-sums.ts';

/** A session from its start, or from where it was taken up again, to its end. */
export interface SessionRun {
  readonly start: SessionStart;
  readonly end?: SessionEnd | undefined;
  readonly sums: SessionSums;
  readonly startTold: boolean;
  readonly endTold: boolean;
}

export type SessionRuns = readonly SessionRun[];

/** A SessionStart hook ran; a compaction's is none, because the session goes on. The run before ends with it, if nobody said so. */
export function withStart(runs: SessionRuns, start: SessionStart): SessionRuns {
  if (start.source === 'compact' || runs.some((run) => run.start.at === start.at)) return runs;
  return [...runs.slice(0, -1), ...ended(runs.at(-1), {}), newRun(start)];
}

/** A SessionEnd hook ran. */
export function withEnd(runs: SessionRuns, end: SessionEnd): SessionRuns {
  return [...runs.slice(0, -1), ...ended(runs.at(-1) ?? newRun({}), end)];
}

/** A thing that leaves for the first time. Of a run whose end was told it is too late to count. */
export function withThing(runs: SessionRuns, one: Completed): SessionRuns {
  if (runs.length === 0) return withThing([newRun({})], one);
  const began = runs.findLastIndex(({ start }) => (start.at ?? -Infinity) <= one.scope.startedAt);
  // A turn that began before the first hook is told in its run.
  const place = Math.max(0, began);
  return runs.map((run, at) => (at === place ? { ...run, sums: withCompleted(run.sums, one) } : run));
}

/** An event that is to be told, of this run. */
export interface DueEvent {
  readonly kind: 'start' | 'end';
  readonly run: SessionRun;
}

/** What is known of the session now. */
export interface SessionState {
  /** Nobody writes it any more: SessionEnd came, or its client is gone. */
  readonly over: boolean;
  /** Nothing of it is open: no turn, no agent, nothing held back. */
  readonly settled: boolean;
}

/**
 * The events that are to be told now, in their order, and the runs once they are. A start waits for its first turn, which tells
 * the model and the MCP servers; an end waits until all that belongs to it has left.
 */
export function dueEvents(
  runs: SessionRuns,
  { over, settled }: SessionState,
): { readonly due: readonly DueEvent[]; readonly runs: SessionRuns } {
  const due: DueEvent[] = [];
  const last = runs.length - 1;
  const after = runs.map((before, at): SessionRun => {
    const run = over && at === last && before.end === undefined ? { ...before, end: {} } : before;
    const endsNow = run.end !== undefined && !run.endTold && settled;
    const startsNow = !run.startTold && (run.sums.turns > 0 || endsNow);
    if (startsNow) due.push({ kind: 'start', run });
    if (endsNow) due.push({ kind: 'end', run });
    // One that nobody said goodbye for may go on: only what was told is settled.
    const kept = endsNow ? run : before;
    return { ...kept, startTold: run.startTold || startsNow, endTold: run.endTold || endsNow };
  });
  // The last one stays, so that a hook that is heard again is known.
  return { due, runs: after.filter(({ endTold }, at) => !endTold || at === last) };
}

function newRun(start: SessionStart): SessionRun {
  return { start, sums: noSums, startTold: false, endTold: false };
}

/** An end that is known stays. */
function ended(run: SessionRun | undefined, end: SessionEnd): SessionRun[] {
  return run === undefined ? [] : [run.end === undefined ? { ...run, end } : run];
}
