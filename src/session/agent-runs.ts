// In: the lines of a session's agents, and the calls and notifications of its main thread. Out: agent runs and their
// parts, each as soon as nothing can change it, and their sums for the thread above.
// Always: what an agent launched is handed out before it; each run is summed once, in the run or turn that it belongs to.
import type { ApiRequestEntry, ConversationEntry } from '../transcript/entry.ts';
import { createAgent, type Agent, type AgentMeta, type Reach } from './agents.ts';
import { toCompleted } from './completed.ts';
import { firstOf } from './first-of.ts';
import { createInlineAgents } from './inline-agents.ts';
import { textField } from './json-fields.ts';
import { createLaunches, type AgentCall, type AgentLaunch } from './launches.ts';
import type { Measures } from './measures.ts';
import type { AgentOutcome, AgentOwner, Completed, RollUp, ToolOutcome, TurnScope } from './model.ts';
import type { AgentNotification } from './notification.ts';
import { emptyRollUp, withAgent } from './roll-up.ts';
import type { ThreadPart } from './thread.ts';

export interface AgentRuns {
  /** Takes a line of an agent's file, or of one inside the main file. */
  add(entry: ConversationEntry | ApiRequestEntry, agentId?: string): void;
  setMeta(agentId: string, meta: AgentMeta): void;
  /** A line of the main file links an agent to its call. */
  link(agentId: string, toolUseId: string): void;
  /** Takes a part of the main thread: a call may launch an agent, its result end one. */
  note(part: ThreadPart, scope: TurnScope): void;
  notify(notification: AgentNotification, at: number): void;
  /** The launch that a notification is about. */
  told(notification: AgentNotification): AgentLaunch | undefined;
  /** Hands out what is complete. */
  take(reachOf: (launch: AgentLaunch) => Reach): Completed[];
  /** Gives agents that no line names a call of to the turn in which they began, or to the one `before` it. */
  adopt(turn: TurnScope | undefined, endedAt: number, before?: TurnScope): void;
  /** Sums of a turn's agents that were handed out, each given once. */
  sumsOf(turn: TurnScope): RollUp;
  /** How many launches of a turn's own thread have not ended; a workflow counts as one. */
  pendingIn(turn: TurnScope): number;
  isAnyRunning(): boolean;
  launches(): AgentLaunch[];
  /** Offset in the main file of the first line of an agent that was not handed out. */
  undecidedFrom(): number | undefined;
  /** Need an agent's lines, as far as they were read, never be read again? `before`: what is remembered of launches. */
  isSettled(agentId: string, before: readonly AgentLaunch[]): boolean;
}

const AGENT_TOOLS = new Set(['Task', 'Agent']);

/** Begins with what is remembered; `isOver`: no line will come any more. */
export function createAgentRuns(
  sessionId: string,
  remembered: readonly AgentLaunch[],
  isOver: () => boolean,
  measures: Measures,
): AgentRuns {
  const agents = new Map<string, Agent>();
  const launches = createLaunches(remembered);
  const inline = createInlineAgents();
  /** Where the lines of agents inside the main file begin. */
  const inlineFrom = new Map<string, number>();
  /** Sums of the agents that were handed out, until they are in those of the run or turn above. */
  const finished = new Map<string, { readonly launch: AgentLaunch; readonly rollUp: RollUp }>();

  const agentOf = (agentId: string): Agent => {
    const known = agents.get(agentId);
    if (known !== undefined) return known;
    const agent = createAgent(agentId, measures);
    agents.set(agentId, agent);
    return agent;
  };

  const addInline = (entry: ConversationEntry): void => {
    const agentId = inline.agentOf(entry);
    if (!inlineFrom.has(agentId)) inlineFrom.set(agentId, entry.offset);
    agentOf(agentId).add(entry);
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
    const next = agent.nextRun();
    const ownId = next?.runId ?? agent.agentId;
    const lateTo = next?.unasked === true && launch.runId !== ownId ? launch.runId : undefined;
    const owner: AgentOwner = { agentId: agent.agentId, runId: lateTo ?? ownId };
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
    // The run has left with its sums: what came late hangs below it.
    if (lateTo !== undefined) return { parts: completed, isDone: true };
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
      if (run === undefined || launchOf(agent) !== undefined) continue;
      // Lines inside the main file stand in their turn, whatever their times.
      if (run.startedAt > endedAt && !inlineFrom.has(agentId)) continue;
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

  return {
    add: (entry, agentId) => {
      if (agentId !== undefined) agentOf(agentId).add(entry);
      else if (entry.kind !== 'api-request') addInline(entry);
    },
    setMeta: (agentId, meta) => {
      agentOf(agentId).setMeta(meta);
      if (meta.toolUseId !== undefined) launches.link(agentId, meta.toolUseId);
      if (meta.agentType !== undefined) launches.name(agentId, meta.agentType);
      if (meta.workflowRun !== undefined) launches.join(agentId, meta.workflowRun);
    },
    link: launches.link,
    note: notePart,
    notify: launches.notify,
    told: launches.told,
    take: takeAgents,
    adopt,
    sumsOf: ({ turnId }) =>
      sumsUnder(({ scope, parentAgentId }) => scope.turnId === turnId && parentAgentId === undefined),
    // Only its own: how much of the agents' files is on disk when it closes is chance.
    pendingIn: ({ turnId }) =>
      launches
        .all()
        .filter(
          (one) =>
            one.scope.turnId === turnId &&
            one.parentAgentId === undefined &&
            one.workflowRun === undefined &&
            isRunning(one),
        ).length,
    isAnyRunning: () => launches.all().some(isRunning),
    launches: launches.all,
    undecidedFrom: () =>
      firstOf(
        ...[...inlineFrom].map(([agentId, offset]) =>
          agents.get(agentId)?.nextRun() === undefined ? undefined : offset,
        ),
      ),
    isSettled: (agentId, before) => {
      const isSettled = (id: string): boolean => {
        const known = launches.ofAgent(id);
        return (
          known.length > 0 &&
          known.length === before.filter((launch) => launch.agentId === id).length &&
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
