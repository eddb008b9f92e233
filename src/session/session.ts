// In: the entries of a session, its main file's and its agents', and the facts that tickets know. Out: what is
// complete, each thing once and in an order in which a span's children never come after its turn's root.
// Always: the result depends on the lines alone, not on how they were sliced; `memory()` and the offsets describe the
// same moment, the last one at which no turn was open, so that reading can begin again there after any crash.
import type { ApiRequestEntry, ConversationEntry, Entry } from '../transcript/entry.ts';
import {
  createAgent,
  outcomeOfNotification,
  type Agent,
  type AgentLaunch,
  type AgentMeta,
  type Reach,
} from './agents.ts';
import { createInlineAgents } from './inline-agents.ts';
import type { AgentOutcome, AgentOwner, Completed, ToolOutcome, TurnScope } from './model.ts';
import type { AgentNotification } from './notification.ts';
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
  const turns = createTurns(sessionId, () => facts, memory?.turns, memory?.lastTurn);
  const agents = new Map<string, Agent>();
  const launches = new Map(memory?.launches.map((launch) => [launch.agentId, launch]));
  /** Calls of agent tools whose agent is not known yet, by tool use id. */
  const calls = new Map<string, Omit<AgentLaunch, 'agentId'>>();
  const callOfAgent = new Map<string, string>();
  /** Agents whose sums are in those of a run above them. */
  const summed = new Set<string>();
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
    const call: Omit<AgentLaunch, 'agentId'> = {
      toolUseId: toolCall.id,
      type: textField(toolCall.arguments, 'subagent_type'),
      description: textField(toolCall.arguments, 'description'),
      parentAgentId: parent?.agentId,
      scope,
      depth: (parent?.depth ?? 0) + 1,
      background,
      ended: background ? undefined : outcomeOfCall(toolCall.outcome),
      endedAt: background || toolCall.endInferred ? undefined : toolCall.endedAt,
    };
    const inlineAgent = inline.launchedBy(toolCall);
    if (inlineAgent !== undefined) callOfAgent.set(inlineAgent, toolCall.id);
    if (toolCall.agentId === undefined) calls.set(toolCall.id, call);
    else launches.set(toolCall.agentId, { ...call, agentId: toolCall.agentId });
  };

  /** An agent in the background has ended. */
  const noteNotification = (notification: AgentNotification, endedAt: number): void => {
    const { agentId } = notification;
    const agent = agents.get(agentId);
    const launch = agent === undefined ? launches.get(agentId) : launchOf(agent);
    if (launch !== undefined)
      launches.set(agentId, { ...launch, ended: outcomeOfNotification(notification), endedAt });
  };

  const launchOf = (agent: Agent): AgentLaunch | undefined => {
    const known = launches.get(agent.agentId);
    if (known !== undefined) return known;
    const toolUseId = agent.meta().toolUseId ?? callOfAgent.get(agent.agentId);
    const call = toolUseId === undefined ? undefined : calls.get(toolUseId);
    if (call === undefined) return undefined;
    const launch: AgentLaunch = { ...call, agentId: agent.agentId };
    launches.set(agent.agentId, launch);
    return launch;
  };

  /** Hands out what is complete of an agent: its parts, then the agents below, then its run. */
  const takeAgent = (
    agent: Agent,
    launch: AgentLaunch,
    reachOf: (launch: AgentLaunch) => Reach,
  ): Completed[] => {
    const completed: Completed[] = [];
    for (;;) {
      const taken = agent.takeParts(launch, reachOf(launch));
      if (taken === undefined) return completed;
      const owner: AgentOwner = { agentId: agent.agentId, runId: taken.runId };
      for (const part of taken.parts) {
        if (part.kind === 'notification') {
          noteNotification(part.notification, part.at);
          continue;
        }
        notePart(part, launch.scope, launch);
        completed.push(toCompleted(part, launch.scope, owner));
      }
      let below = emptyRollUp;
      const finished: string[] = [];
      for (const nested of agents.values()) {
        const nestedLaunch = launchOf(nested);
        if (nestedLaunch?.parentAgentId !== agent.agentId) continue;
        completed.push(...takeAgent(nested, nestedLaunch, reachOf));
        const sums = nested.rollUp();
        if (sums === undefined || summed.has(nested.agentId)) continue;
        below = withAgent(below, sums);
        finished.push(nested.agentId);
      }
      const run = agent.takeRun(launch, below);
      if (run === undefined) return completed;
      for (const agentId of finished) summed.add(agentId);
      launches.set(agent.agentId, { ...launch, done: true });
      completed.push({ kind: 'agent-run', scope: launch.scope, agentRun: run });
    }
  };

  const takeAgents = (reachOf: (launch: AgentLaunch) => Reach): Completed[] =>
    [...agents.values()].flatMap((agent) => {
      const launch = launchOf(agent);
      return launch === undefined || launch.parentAgentId !== undefined
        ? []
        : takeAgent(agent, launch, reachOf);
    });

  /**
   * An agent whose call the transcript does not tell belongs to the turn in which it began. One whose call is named
   * but not seen may still get its line, unless the session is over. Where there is no turn at all, it stands alone.
   */
  const adopt = (turn: TurnScope | undefined, endedAt: number): void => {
    for (const agent of agents.values()) {
      const startedAt = agent.startedAt();
      if (launchOf(agent) !== undefined || startedAt === undefined || startedAt > endedAt) continue;
      if (!isOver() && (agent.meta().toolUseId ?? callOfAgent.get(agent.agentId)) !== undefined) continue;
      const { agentId } = agent;
      const scope = turn ?? { turnId: agentId, number: 0, sessionId, startedAt };
      const orphan = turn === undefined || undefined;
      launches.set(agentId, { agentId, scope, depth: 1, background: false, ended: 'completed', orphan });
    }
  };

  const closeTurn = ({ notification, ...turn }: ClosedTurn): Completed[] => {
    const { scope } = turn;
    // An agent whose call has a result is over, even where its last line is no answer (it was stopped).
    const reachOf = (launch: AgentLaunch): Reach =>
      launch.scope.turnId === scope.turnId ? orOver('ended') : orOver('answered');
    const completed = takeAgents(reachOf);
    adopt(scope, turn.endedAt);
    completed.push(...takeAgents(reachOf));
    const own = [...launches.values()].filter((launch) => launch.scope.turnId === scope.turnId);
    const rollUp = own
      .filter((launch) => launch.parentAgentId === undefined)
      .flatMap(({ agentId }) => agents.get(agentId) ?? [])
      .flatMap((agent) => agent.rollUp() ?? [])
      .reduce(withAgent, turn.rollUp);
    const told = notification === undefined ? undefined : launches.get(notification.agentId);
    const notifiedBy =
      told?.toolUseId === undefined ? undefined : { toolUseId: told.toolUseId, turn: told.scope };
    completed.push({
      kind: 'turn',
      scope,
      turn: { ...turn, rollUp, agentsPending: own.filter(isRunning).length, notifiedBy },
    });
    remember(scope.number, scope);
    return completed;
  };

  const remember = (count: number, lastTurn: TurnScope | undefined): void => {
    remembered = { turns: count, lastTurn, launches: [...launches.values()] };
  };

  const step = (event: TurnEvent): Completed[] => {
    switch (event.kind) {
      case 'part':
        notePart(event.part, event.scope);
        return [toCompleted(event.part, event.scope)];
      case 'notification':
        noteNotification(event.notification, event.at);
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
      if (entry.kind === 'agent-progress') callOfAgent.set(entry.progressAgentId, entry.parentToolUseId);
      if (entry.kind !== 'api-request' && entry.isSidechain) agentOf(inline.agentOf(entry)).add(entry);
      else queue.push(...turns.add(entry));
    },
    addAgent: (agentId, entry) => {
      if (isConversation(entry)) agentOf(agentId).add(entry);
    },
    setAgentMeta: (agentId, meta) => {
      agentOf(agentId).setMeta(meta);
    },
    wantsAgents: () => queue.some((event) => event.kind !== 'part'),
    know: (known) => {
      facts = known;
    },
    settle: () => {
      settled = true;
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
    isUndecided: () => turns.isUndecided() || [...launches.values()].some(isRunning),
    openTurn: () => (turns.isOpen() ? turns.last() : undefined),
    memory: () => remembered,
    undecidedFrom: () => turns.undecidedFrom(),
    agentIsSettled: (agentId) => {
      // The sums of a finished agent are needed until the agents above it are finished too.
      for (let id: string | undefined = agentId; id !== undefined; id = launches.get(id)?.parentAgentId) {
        if (launches.get(id)?.done !== true || agents.get(id)?.hasOpenRun() === true) return false;
      }
      return remembered.launches.some((launch) => launch.agentId === agentId);
    },
  };
}

/** How a foreground agent ended, by the outcome of its call. */
function outcomeOfCall(outcome: ToolOutcome): AgentOutcome {
  if (outcome === 'succeeded') return 'completed';
  return outcome === 'failed' ? 'failed' : 'unknown';
}

function isRunning(launch: AgentLaunch): boolean {
  return launch.background && launch.ended === undefined && launch.done !== true;
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
