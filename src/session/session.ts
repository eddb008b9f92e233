// In: the entries of a session, its main file's and its agents', and the facts that tickets know. Out: what is
// complete, each thing once and in an order in which a span's children never come after its turn's root.
// Always: the result depends on the lines alone, not on how they were sliced; `memory()` and the offsets describe the
// same moment, the last one at which no turn was open, so that reading can begin again there after any crash.
import type { ApiRequestEntry, ConversationEntry, Entry } from '../transcript/entry.ts';
import type { AgentMeta, Reach } from './agents.ts';
import { createAgentRuns } from './agent-runs.ts';
import { toCompleted } from './completed.ts';
import { createFirstExchange } from './first-exchange.ts';
import type { AgentLaunch } from './launches.ts';
import { noMeasures, type Measures } from './measures.ts';
import type { Completed, TurnScope } from './model.ts';
import { withAgentsBelow } from './roll-up.ts';
import { firstOf } from './first-of.ts';
import { noFacts, type SessionFacts } from './session-facts.ts';
import type { ClosedTurn } from './open-turn.ts';
import { createTurns, type Titles, type TurnEvent } from './turns.ts';
import { withPullRequests } from './work.ts';
import type { WholeInput } from './whole-input.ts';

/** What must be remembered of the lines before the position. Serialisable. */
export interface SessionMemory {
  readonly turns: number;
  readonly lastTurn?: TurnScope | undefined;
  readonly launches: readonly AgentLaunch[];
  /** Time of the latest summary of Stop hooks, in milliseconds since the epoch. */
  readonly summaryAt?: number | undefined;
  /** The pull requests that were told: the client writes its link to one again and again. */
  readonly pullRequests?: readonly string[] | undefined;
  readonly titles?: Titles | undefined;
}

export interface Session {
  /** Takes a line of the main file. */
  add(entry: Entry): void;
  /** Takes a line of an agent's file. */
  addAgent(agentId: string, entry: Entry): void;
  setAgentMeta(agentId: string, meta: AgentMeta): void;
  /** The agents' files must be read to their ends before `take`: a turn closed or an agent ended. */
  wantsAgents(): boolean;
  /** Takes what tickets and the process table know; before the lines that it is about are added. */
  know(facts: SessionFacts): void;
  /** The main file was read to its end. */
  settle(): void;
  /** Hands out what is complete. */
  take(): Completed[];
  /** A turn is open, or an agent runs in the background. */
  isUndecided(): boolean;
  /** The turn that is open. */
  openTurn(): TurnScope | undefined;
  memory(): SessionMemory;
  /** Where the main file must be read again from; `undefined`: from its end. */
  undecidedFrom(): number | undefined;
  /** Need an agent's lines, as far as they were read, never be read again? */
  agentIsSettled(agentId: string): boolean;
}

/** Begins a session, or goes on with one where `memory` was taken. With a `wholeInput`, generations carry all they were sent. */
export function createSession(
  sessionId: string,
  memory?: SessionMemory,
  wholeInput?: WholeInput,
  measures: Measures = noMeasures,
): Session {
  let facts = noFacts;
  const firstExchange = createFirstExchange(memory?.lastTurn !== undefined);
  const turns = createTurns(sessionId, () => facts, measures, memory);
  let queue: TurnEvent[] = [];
  /** Is there more in it than parts? */
  let wantsAgents = false;
  const enqueue = (events: readonly TurnEvent[]): void => {
    for (const event of events) {
      queue.push(event);
      wantsAgents ||= event.kind !== 'part' && event.kind !== 'linked';
    }
  };
  /** The main file was read to its end, and nobody writes it any more. */
  let settled = false;
  const isOver = (): boolean => settled && facts.over;
  const agentRuns = createAgentRuns(sessionId, memory?.launches ?? [], isOver, measures);
  const orOver = (reach: Reach): Reach => (isOver() ? 'over' : reach);
  let summaryAt = memory?.summaryAt;
  const pullRequests = new Set(memory?.pullRequests);
  let remembered: SessionMemory = memory ?? { turns: 0, launches: [] };

  const closeTurn = ({ notification, linked, ...turn }: ClosedTurn): Completed[] => {
    const { scope } = turn;
    // An agent whose call has a result is over, even where its last line is no answer (it was stopped).
    const reachOf = (launch: AgentLaunch): Reach =>
      launch.scope.turnId === scope.turnId ? orOver('ended') : orOver('answered');
    const completed = agentRuns.take(reachOf);
    agentRuns.adopt(scope, turn.endedAt, turn.previous);
    completed.push(...agentRuns.take(reachOf));
    const told = notification === undefined ? undefined : agentRuns.told(notification);
    const rollUp = withAgentsBelow(turn.rollUp, agentRuns.sumsOf(scope));
    const work = withPullRequests(
      rollUp.work,
      linked.filter((url) => !pullRequests.has(url)),
    );
    for (const pullRequest of work.pullRequests) pullRequests.add(pullRequest);
    completed.push({
      kind: 'turn',
      scope,
      turn: {
        ...turn,
        rollUp: { ...rollUp, work },
        agentsPending: agentRuns.pendingIn(scope),
        notifiedBy:
          told?.toolUseId === undefined ? undefined : { toolUseId: told.toolUseId, turn: told.scope },
      },
    });
    remember(scope.number, scope);
    return completed;
  };

  /** Where the first turn begins, until it has closed. */
  const firstTurnFrom = (): number | undefined =>
    turns.count() === 0 || (turns.count() === 1 && turns.isOpen()) ? firstExchange.heldFrom() : undefined;

  const remember = (count: number, lastTurn: TurnScope | undefined, titles = remembered.titles): void => {
    remembered = {
      turns: count,
      lastTurn,
      launches: agentRuns.launches(),
      pullRequests: pullRequests.size === 0 ? undefined : [...pullRequests],
      titles,
    };
  };

  const step = (event: TurnEvent): Completed[] => {
    switch (event.kind) {
      case 'part':
        agentRuns.note(event.part, event.scope);
        return [toCompleted(event.part, event.scope)];
      case 'notification':
        agentRuns.notify(event.notification, event.at);
        return [];
      case 'turn-opened':
        remember(event.scope.number - 1, remembered.lastTurn, event.titles);
        return [];
      case 'linked':
        pullRequests.add(event.url);
        return [];
      case 'turn-closed':
        return closeTurn(event.turn);
    }
  };

  const noteRequest = (entry: Entry): void => {
    if (entry.kind === 'api-request' || entry.kind === 'request-message') wholeInput?.add(entry);
  };

  /** Adds what was recorded of the whole conversation. */
  const withInput = (one: Completed): Completed => {
    if (one.kind !== 'generation' || one.generation.request === undefined) return one;
    const whole = wholeInput?.of(one.generation.request.id);
    return whole === undefined ? one : { ...one, generation: { ...one.generation, wholeInput: whole } };
  };

  return {
    add: (entry) => {
      noteRequest(entry);
      if (entry.kind === 'pull-request') enqueue(turns.link(entry.url));
      if (entry.kind === 'title') turns.entitle(entry);
      if (!isConversation(entry)) return;
      if (entry.kind === 'stop-hook-summary') summaryAt = Math.max(summaryAt ?? 0, entry.timestamp);
      if (entry.kind === 'agent-progress') agentRuns.link(entry.progressAgentId, entry.parentToolUseId);
      if (entry.kind !== 'api-request' && entry.isSidechain) agentRuns.add(entry);
      else for (const next of firstExchange.add(entry)) enqueue(turns.add(next));
    },
    addAgent: (agentId, entry) => {
      noteRequest(entry);
      if (isConversation(entry)) agentRuns.add(entry, agentId);
    },
    setAgentMeta: agentRuns.setMeta,
    wantsAgents: () => wantsAgents,
    know: (known) => {
      facts = known;
    },
    settle: () => {
      settled = true;
      if (facts.over) for (const next of firstExchange.finish()) enqueue(turns.add(next));
      enqueue(turns.settle());
    },
    take: () => {
      const events = queue;
      queue = [];
      wantsAgents = false;
      const completed: Completed[] = [];
      for (const event of events) completed.push(...step(event));
      const lastTurn = turns.last();
      if (isOver()) agentRuns.adopt(lastTurn, Infinity);
      completed.push(...agentRuns.take(() => orOver('answered')));
      settled = false;
      if (!turns.isOpen()) remember(turns.count(), lastTurn, turns.titles());
      return wholeInput === undefined ? completed : completed.map(withInput);
    },
    isUndecided: () => turns.isUndecided() || firstExchange.isHolding() || agentRuns.isAnyRunning(),
    openTurn: () => (turns.isOpen() ? turns.last() : undefined),
    memory: () => ({ ...remembered, summaryAt }),
    undecidedFrom: () => firstOf(turns.undecidedFrom(), firstTurnFrom(), agentRuns.undecidedFrom()),
    agentIsSettled: (agentId) => agentRuns.isSettled(agentId, remembered.launches),
  };
}

function isConversation(entry: Entry): entry is ConversationEntry | ApiRequestEntry {
  switch (entry.kind) {
    case 'ignored':
    case 'unknown':
    case 'unreadable':
    case 'request-message':
    case 'pull-request':
    case 'title':
      return false;
    default:
      return true;
  }
}
