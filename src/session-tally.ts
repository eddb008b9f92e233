// In: the completed things of a session, as often as they are read; what its record says of them. Out: the sums between its
// beginnings and ends, the events that are to be told of those, and what the record says next.
// Always: a thing counts once, whatever is read again after a crash: sums, and the ids of what can be read again, go to disk in one
// record with the checkpoint. What was copied from another session is that one's.
import { readGitRepository } from './platform/git-repository.ts';
import type { Completed } from './session/model.ts';
import type { CountedThing, SessionRecord } from './state/session-record.ts';
import type { SessionEvent } from './telemetry/events/session-events.ts';
import { dueEvents, withThing, type SessionState } from './telemetry/events/session-runs.ts';

export interface SessionTally {
  /** Does anybody want to know? Else nothing need be added, nothing is told, and no repository is looked at. */
  readonly counts: boolean;
  /** Takes a thing; `spanId` names it. */
  add(spanId: string, one: Completed): void;
  /** What is to be told now, each once. */
  due(state: SessionState): readonly SessionEvent[];
  /** For the record whose checkpoint is after `turns` turns; `isSettled`: the lines of this agent are never read again. */
  kept(turns: number, isSettled: (agentId: string) => boolean): Pick<SessionRecord, 'runs' | 'counted'>;
}

export function createSessionTally(record: SessionRecord, counts: boolean): SessionTally {
  const { sessionId } = record;
  const [workingDirectory] = record.facts.projectDirs;
  let { runs } = record;
  const counted = new Map(record.counted.map((thing) => [thing.spanId, thing]));
  return {
    counts,
    add: (spanId, one) => {
      if (counted.has(spanId)) return;
      counted.set(spanId, { spanId, turn: one.scope.number, agentId: agentIdOf(one) });
      runs = withThing(runs, one);
    },
    due: (state) => {
      const { due, runs: after } = dueEvents(runs, state);
      runs = after;
      if (due.length === 0 || !counts) return [];
      // Read only where there is something to tell: it is as it is now.
      const repository = workingDirectory === undefined ? undefined : readGitRepository(workingDirectory);
      return due.map(({ kind, run: { start, end, sums } }) => ({
        kind,
        summary: { sessionId, start, end, sums, workingDirectory, repository },
      }));
    },
    kept: (turns, isSettled) => {
      // Lines behind the close of the last turn belong to it.
      const mayComeAgain = ({ turn, agentId }: CountedThing): boolean =>
        turn >= turns || (agentId !== undefined && !isSettled(agentId));
      return { runs, counted: [...counted.values()].filter(mayComeAgain) };
    },
  };
}

function agentIdOf(one: Completed): string | undefined {
  switch (one.kind) {
    case 'agent-run':
      return one.agentRun.owner.agentId;
    case 'turn':
      return undefined;
    default:
      return one.owner?.agentId;
  }
}
