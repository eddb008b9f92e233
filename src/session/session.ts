// In: the entries of a session, its main file's and its agents', and the facts that tickets know. Out: what is
// complete, each thing once and in an order in which a span's children never come after its turn's root.
// Always: the result depends on the lines alone, not on how they were sliced; `memory()` and the offsets describe the
// same moment, the last one at which no turn was open, so that reading can begin again there after any crash.
import type { ApiRequestEntry, ConversationEntry, Entry } from '../transcript/entry.ts';
import { createAgent, withAgentsBelow, type Agent, type AgentMeta, type Reach } from './agents.ts';
import { createFirstExchange } from './first-exchange.ts';
import { createInlineAgents } from './inline-agents.ts';
import { createLaunches, type AgentCall, type AgentLaunch } from './launches.ts';
import type { AgentOutcome, AgentOwner, Completed, RollUp, ToolOutcome, TurnScope } from './model.ts';
import { emptyRollUp, withAgent } from './roll-up.ts';
import { textField } from './json-fields.ts';
import { noFacts, type SessionFacts } from './session-facts.ts';
import type { ThreadPart } from './thread.ts';
import { createTurns, type ClosedTurn, type TurnEvent } from './turns.ts';

/** What must be remembered of the lines before the position. Serialisable. */
export interface SessionMemory {
  readonly turns: number;
  readonly lastTurn?: TurnScope | undefined;
  readonly launches: readonly AgentLaunch[];
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

const AGENT_TOOLS = new Set(['Task', 'Agent']);

/** Begins a session, or goes on with one where `memory` was taken. */
export function createSession(sessionId: string, memory?: SessionMemory): Session {
  let facts = noFacts;
  const firstExchange = createFirstExchange(memory?.lastTurn !== undefined);
  const turns = createTurns(sessionId, () => facts, memory?.turns, memory?.lastTurn);
  const agents = new Map<string, Agent>();
  const launches = createLaunches(memory?.launches);
  /** Sums of the agents that were handed out, until they are in those of the run or turn above. */
  const finished = new Map<string, { readonly launch: AgentLaunch; readonly rollUp: RollUp }>();
  const inline = createInlineAgents();
  let queue: TurnEvent[] = [];
  /** The main file was read to its end, and nobody writes it any more. */
  let settled = false;
  const isOver = (): boolean => settled && facts.over;
  const orOver = (reach: Reach): Reach => (isOver() ? 'over' : reach);
  let remembered: SessionMemory = memory ?? { turns: 0, launches: [] };

  const agentOf = (agentId: string): Agent => {
    const known = agents.get(agentId);
    if (known !== undefined) return known;
    const agent = createAgent(agentId);
    agents.set(agentId, agent);
    return agent;
  };

  /** Notes the calls of agent tools in a part, and the end of a foreground agent. */
  const notePart = (part: ThreadPart, scope: TurnScope, parent?: AgentLaunch): void => {
    if (part.kind !== 'tool-call') return;
    const { toolCall, background } = part;
    if (!AGENT_TOOLS.has(toolCall.name) && toolCall.agentId === undefined) return;
    const call: AgentCall = {
      toolUseId: toolCall.id,
      type: textField(toolCall.arguments, 'subagent_type'),
      description: textField(toolCall.arguments, 'description'),
      parentAgentId: parent?.agentId,
      scope,
      calledAt: toolCall.startedAt,
      depth: (parent?.depth ?? 0) + 1,
      background,
      teammate:
        textField(toolCall.details, 'status') === 'teammate_spawned'
          ? textField(toolCall.details, 'name')
          : undefined,
      ended: background ? undefined : outcomeOfCall(toolCall.outcome),
      endedAt: background || toolCall.endInferred ? undefined : toolCall.endedAt,
    };
    const inlineAgent = inline.launchedBy(toolCall);
    if (inlineAgent !== undefined) launches.link(inlineAgent, toolCall.id);
    launches.note(call, toolCall.agentId ?? textField(toolCall.arguments, 'resume'));
  };

  const launchOf = (agent: Agent): AgentLaunch | undefined => {
    const run = agent.nextRun();
    return run === undefined ? undefined : launches.of(agent.agentId, run, isOver());
  };

  /** Hands out what is complete of the agents that a thread launched: each one's parts, the agents below, its run. */
  const takeAgents = (reachOf: (launch: AgentLaunch) => Reach, parent?: AgentLaunch): Completed[] => {
    const completed: Completed[] = [];
    for (const agent of agents.values()) {
      if (agent.agentId === parent?.agentId) continue;
      for (;;) {
        const launch = launchOf(agent);
        if (launch === undefined || threadAbove(launch) !== parent?.agentId) break;
        const { isDone, parts } = takeRun(agent, launch, reachOf);
        completed.push(...parts);
        if (!isDone) break;
      }
    }
    return completed;
  };

  /** The agent with which an agent is handed out: the one that launched it, while that is not handed out itself. */
  const threadAbove = ({ parentAgentId }: AgentLaunch): string | undefined =>
    parentAgentId === undefined || agents.get(parentAgentId)?.nextRun() === undefined
      ? undefined
      : parentAgentId;

  /** Hands out what is complete of an agent's oldest run. */
  const takeRun = (
    agent: Agent,
    launch: AgentLaunch,
    reachOf: (launch: AgentLaunch) => Reach,
  ): { readonly parts: readonly Completed[]; readonly isDone: boolean } => {
    const owner: AgentOwner = { agentId: agent.agentId, runId: agent.nextRun()?.runId ?? agent.agentId };
    const completed: Completed[] = [];
    for (const part of agent.takeParts(launch, reachOf(launch))) {
      if (part.kind === 'notification') {
        launches.notify(part.notification, part.at);
        continue;
      }
      notePart(part, launch.scope, launch);
      completed.push(toCompleted(part, launch.scope, owner));
    }
    completed.push(...takeAgents(reachOf, launch));
    const run = agent.takeRun(launch, () =>
      sumsUnder(({ parentAgentId }) => parentAgentId === agent.agentId),
    );
    if (run === undefined) return { parts: completed, isDone: false };
    finished.set(owner.runId, { launch: launches.handedOut(launch, owner.runId), rollUp: run.rollUp });
    completed.push({ kind: 'agent-run', scope: launch.scope, agentRun: run });
    return { parts: completed, isDone: true };
  };

  /** The sums of finished agents, which are then in those of the thread above them. */
  const sumsUnder = (isUnder: (launch: AgentLaunch) => boolean): RollUp => {
    let sums = emptyRollUp;
    for (const [runId, { launch, rollUp }] of finished) {
      if (!isUnder(launch)) continue;
      sums = withAgent(sums, rollUp);
      finished.delete(runId);
    }
    return sums;
  };

  /**
   * An agent that no line names a call of belongs to the turn in which it began. One whose call is named but not seen may
   * still get its line, unless the session is over: then, as where there is no turn at all, it stands alone.
   */
  const adopt = (turn: TurnScope | undefined, endedAt: number, before?: TurnScope): void => {
    for (const agent of agents.values()) {
      const { agentId } = agent;
      const run = agent.nextRun();
      if (run === undefined || launchOf(agent) !== undefined || run.startedAt > endedAt) continue;
      const isNamed = launches.isLinked(agentId);
      if (isNamed && !isOver()) continue;
      // Between two turns it belongs to the first, as a compaction does; before all turns to none (a warm-up).
      const inTime = turn !== undefined && run.startedAt < turn.startedAt ? before : turn;
      const scope = isNamed ? undefined : inTime;
      launches.adopt({
        agentId,
        scope: scope ?? { turnId: agentId, number: 0, sessionId, startedAt: run.startedAt },
        calledAt: run.startedAt,
        depth: 1,
        background: false,
        ended: 'completed',
        unlaunched: scope === undefined ? 'orphan' : 'adopted',
      });
    }
  };

  const closeTurn = ({ notification, ...turn }: ClosedTurn): Completed[] => {
    const { scope } = turn;
    // An agent whose call has a result is over, even where its last line is no answer (it was stopped).
    const reachOf = (launch: AgentLaunch): Reach =>
      launch.scope.turnId === scope.turnId ? orOver('ended') : orOver('answered');
    const completed = takeAgents(reachOf);
    adopt(scope, turn.endedAt, turn.previous);
    completed.push(...takeAgents(reachOf));
    const own = launches.all().filter((launch) => launch.scope.turnId === scope.turnId);
    const isTopLevel = (launch: AgentLaunch): boolean =>
      launch.scope.turnId === scope.turnId && launch.parentAgentId === undefined;
    const rollUp = withAgentsBelow(turn.rollUp, sumsUnder(isTopLevel));
    const told = notification === undefined ? undefined : launches.told(notification);
    const notifiedBy =
      told?.toolUseId === undefined ? undefined : { toolUseId: told.toolUseId, turn: told.scope };
    completed.push({
      kind: 'turn',
      scope,
      turn: {
        ...turn,
        rollUp,
        agentsPending: own.filter((one) => isRunning(one) && one.workflowRun === undefined).length,
        notifiedBy,
      },
    });
    remember(scope.number, scope);
    return completed;
  };

  const remember = (count: number, lastTurn: TurnScope | undefined): void => {
    remembered = { turns: count, lastTurn, launches: launches.all() };
  };

  const step = (event: TurnEvent): Completed[] => {
    switch (event.kind) {
      case 'part':
        notePart(event.part, event.scope);
        return [toCompleted(event.part, event.scope)];
      case 'notification':
        launches.notify(event.notification, event.at);
        return [];
      case 'turn-opened':
        remember(event.scope.number - 1, remembered.lastTurn);
        return [];
      case 'turn-closed':
        return closeTurn(event.turn);
    }
  };

  return {
    add: (entry) => {
      if (!isConversation(entry)) return;
      if (entry.kind === 'agent-progress') launches.link(entry.progressAgentId, entry.parentToolUseId);
      if (entry.kind !== 'api-request' && entry.isSidechain) agentOf(inline.agentOf(entry)).add(entry);
      else queue.push(...firstExchange.add(entry).flatMap(turns.add));
    },
    addAgent: (agentId, entry) => {
      if (isConversation(entry)) agentOf(agentId).add(entry);
    },
    setAgentMeta: (agentId, meta) => {
      agentOf(agentId).setMeta(meta);
      if (meta.toolUseId !== undefined) launches.link(agentId, meta.toolUseId);
      if (meta.agentType !== undefined) launches.name(agentId, meta.agentType);
      if (meta.workflowRun !== undefined) launches.join(agentId, meta.workflowRun);
    },
    wantsAgents: () => queue.some((event) => event.kind !== 'part'),
    know: (known) => {
      facts = known;
    },
    settle: () => {
      settled = true;
      if (facts.over) queue.push(...firstExchange.finish().flatMap(turns.add));
      queue.push(...turns.settle());
    },
    take: () => {
      const events = queue;
      queue = [];
      const completed = events.flatMap(step);
      const lastTurn = turns.last();
      if (isOver()) adopt(lastTurn, Infinity);
      completed.push(...takeAgents(() => orOver('answered')));
      settled = false;
      if (!turns.isOpen()) remember(turns.count(), lastTurn);
      return completed;
    },
    isUndecided: () =>
      turns.isUndecided() || firstExchange.heldFrom() !== undefined || launches.all().some(isRunning),
    openTurn: () => (turns.isOpen() ? turns.last() : undefined),
    memory: () => remembered,
    undecidedFrom: () => turns.undecidedFrom() ?? firstExchange.heldFrom(),
    agentIsSettled: (agentId) => {
      const isSettled = (id: string): boolean => {
        const known = launches.ofAgent(id);
        const before = remembered.launches.filter((launch) => launch.agentId === id);
        return (
          known.length > 0 &&
          known.length === before.length &&
          agents.get(id)?.nextRun() === undefined &&
          // The sums of a finished agent are needed until the agents above it are finished too.
          known.every(
            ({ runId, parentAgentId }) =>
              runId !== undefined && (parentAgentId === undefined || isSettled(parentAgentId)),
          )
        );
      };
      return isSettled(agentId);
    },
  };
}

/** How a foreground agent ended, by the outcome of its call. */
function outcomeOfCall(outcome: ToolOutcome): AgentOutcome {
  switch (outcome) {
    case 'succeeded':
      return 'completed';
    case 'failed':
      return 'failed';
    case 'denied':
    case 'interrupted':
      return 'stopped';
    case 'unfinished':
      return 'unknown';
  }
}

function isRunning(launch: AgentLaunch): boolean {
  return launch.background && launch.ended === undefined && launch.runId === undefined;
}

function isConversation(entry: Entry): entry is ConversationEntry | ApiRequestEntry {
  return entry.kind !== 'ignored' && entry.kind !== 'unknown' && entry.kind !== 'unreadable';
}

function toCompleted(part: ThreadPart, scope: TurnScope, owner?: AgentOwner): Completed {
  const place = owner === undefined ? { scope } : { scope, owner };
  switch (part.kind) {
    case 'generation':
      return { ...place, kind: 'generation', generation: part.generation };
    case 'tool-call':
      return { ...place, kind: 'tool-call', toolCall: part.toolCall };
    case 'compaction':
      return { ...place, kind: 'compaction', compaction: part.compaction };
  }
}
