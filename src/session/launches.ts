// In: the calls that launch or wake agents, links by other lines, and notifications. Out: which of them a run belongs to.
// Always: each run of an agent has the call that it answers. An agent that is asked again (the `resume` parameter,
// SendMessage) has one for each run, in the order of the calls; a run without one goes on with the call before it.
import type { AgentOutcome, TurnScope } from './model.ts';
import type { AgentNotification } from './notification.ts';

/** Where an agent was launched or woken, kept for as long as its transcript may grow. Serialisable. */
export interface AgentLaunch {
  readonly agentId: string;
  /** Absent where the transcript does not tell: it then hangs under the turn in which it began. */
  readonly toolUseId?: string | undefined;
  /** The agent whose tool call launched it; absent: the turn's own. */
  readonly parentAgentId?: string | undefined;
  readonly scope: TurnScope;
  /** Time of the call, milliseconds since the epoch. */
  readonly calledAt: number;
  /** What the tool call says of it; its meta file, where there is one, says it too. */
  readonly type?: string | undefined;
  readonly description?: string | undefined;
  readonly depth: number;
  readonly background: boolean;
  /** Its end was told, and how. */
  readonly ended?: AgentOutcome | undefined;
  /**
   * When that was, in milliseconds since the epoch: a run that began later has not ended. Absent where no line says
   * so, but only that it must be over.
   */
  readonly endedAt?: number | undefined;
  /** No line says what launched it: by its time it belongs to that turn, or, where there is none, to no turn. */
  readonly unlaunched?: 'adopted' | 'orphan' | undefined;
  /** The call spawned a teammate of this name: every message to it is a run, and nothing tells its end. */
  readonly teammate?: string | undefined;
  /** The call runs a workflow, and this agent is one of several in it. */
  readonly workflowRun?: string | undefined;
  /** The run that was handed out for it. */
  readonly runId?: string | undefined;
}

/** A call of an agent tool; which agent it launched may not be known yet. */
export type AgentCall = Omit<AgentLaunch, 'agentId'>;

/** A run, as far as it must be known to find its call. */
export interface RunStart {
  readonly runId: string;
  readonly startedAt: number;
  /** Its first line is no prompt: the whole of a run (2.0.50), or lines that came late to the one before. */
  readonly unasked: boolean;
}

export interface Launches {
  /** A call of an agent tool came back; `agentId` where its result or its input names one. */
  note(call: AgentCall, agentId: string | undefined): void;
  /** Another line, or a meta file, says which call launched an agent. */
  link(agentId: string, toolUseId: string): void;
  /** What an agent is called; teammates (2.1.100 to 2.1.220) are linked by nothing else. */
  name(agentId: string, name: string): void;
  /** An agent is part of a workflow's run. */
  join(agentId: string, workflowRun: string): void;
  /** An agent that no call is known of. */
  adopt(launch: AgentLaunch): void;
  notify(notification: AgentNotification, at: number): void;
  /** The launch that a notification is about. */
  told(notification: AgentNotification): AgentLaunch | undefined;
  /** The launch of a run; `undefined`: not known yet. `isOver`: no line will tell more. */
  of(agentId: string, run: RunStart, isOver: boolean): AgentLaunch | undefined;
  /** The run of this launch was handed out; gives the launch as it is remembered from now on. */
  handedOut(launch: AgentLaunch, runId: string): AgentLaunch;
  /** Is a call of it known, or at least named? */
  isLinked(agentId: string): boolean;
  all(): AgentLaunch[];
  ofAgent(agentId: string): readonly AgentLaunch[];
}

/** Recorded times can be off by a little. */
const TOLERANCE_MS = 1000;

export function createLaunches(remembered: readonly AgentLaunch[] = []): Launches {
  const byAgent = new Map<string, AgentLaunch[]>();
  /** Calls whose agent is not known yet, by tool use id. */
  const unclaimed = new Map<string, AgentCall>();
  const callOfAgent = new Map<string, string>();
  const workflowOfAgent = new Map<string, string>();
  const nameOfAgent = new Map<string, string>();

  const ofAgent = (agentId: string): readonly AgentLaunch[] => byAgent.get(agentId) ?? [];

  const put = (launch: AgentLaunch): void => {
    const others = ofAgent(launch.agentId).filter((known) => known.toolUseId !== launch.toolUseId);
    byAgent.set(
      launch.agentId,
      [...others, launch].sort((a, b) => a.calledAt - b.calledAt),
    );
  };
  for (const launch of remembered) put(launch);

  /** The call that a line or a meta file names is known by now. */
  const claim = (agentId: string): void => {
    const workflowRun = workflowOfAgent.get(agentId);
    // The call of a workflow stands under the id of its run, as if that were an agent.
    const workflow = workflowRun === undefined ? undefined : ofAgent(workflowRun)[0];
    if (workflow !== undefined && !byAgent.has(agentId)) put({ ...workflow, agentId, workflowRun });
    const name = nameOfAgent.get(agentId);
    const toolUseId =
      callOfAgent.get(agentId) ??
      [...unclaimed.values()].find(({ teammate }) => teammate !== undefined && teammate === name)?.toolUseId;
    const call = toolUseId === undefined ? undefined : unclaimed.get(toolUseId);
    if (toolUseId === undefined || call === undefined) return;
    unclaimed.delete(toolUseId);
    put({ ...call, agentId });
  };

  const all = (): AgentLaunch[] => [...byAgent.values()].flat();

  /** What a notification is about: one launch, or all agents of a workflow. */
  const toldOf = ({ agentId, toolUseId }: AgentNotification): readonly AgentLaunch[] => {
    claim(agentId);
    const called = all().filter((launch) => toolUseId !== undefined && launch.toolUseId === toolUseId);
    return called.length > 0 ? called : ofAgent(agentId).slice(-1);
  };

  return {
    note: (call, agentId) => {
      const { toolUseId } = call;
      const known =
        agentId === undefined ? undefined : ofAgent(agentId).find((one) => one.toolUseId === toolUseId);
      if (agentId !== undefined) put({ ...call, ...known, agentId });
      else if (toolUseId !== undefined) unclaimed.set(toolUseId, call);
    },
    link: (agentId, toolUseId) => {
      callOfAgent.set(agentId, toolUseId);
    },
    name: (agentId, name) => {
      nameOfAgent.set(agentId, name);
    },
    join: (agentId, workflowRun) => {
      workflowOfAgent.set(agentId, workflowRun);
    },
    adopt: put,
    told: (notification) => toldOf(notification)[0],
    notify: (notification, endedAt) => {
      const ended = outcomeOfNotification(notification);
      for (const launch of toldOf(notification)) put({ ...launch, ended, endedAt });
    },
    of: (agentId, { runId, startedAt }, isOver) => {
      claim(agentId);
      const known = ofAgent(agentId);
      const own = known.find((launch) => launch.runId === runId || launch.teammate !== undefined);
      if (own !== undefined) return own;
      const next = known.find((launch) => launch.runId === undefined);
      if (next !== undefined && (known.length === 1 || next.calledAt <= startedAt + TOLERANCE_MS))
        return next;
      // No call of its own: it goes on with the one before, once a later call or an end shows that none will come.
      const before = known.findLast((launch) => launch.runId !== undefined);
      return isOver || next !== undefined || (before?.endedAt ?? 0) >= startedAt ? before : undefined;
    },
    handedOut: (launch, runId) => {
      const kept = { ...launch, runId };
      put(kept);
      return kept;
    },
    isLinked: (agentId) => byAgent.has(agentId) || callOfAgent.has(agentId) || workflowOfAgent.has(agentId),
    all,
    ofAgent,
  };
}

/** What a notification's status means for its agent. */
function outcomeOfNotification({ status }: AgentNotification): AgentOutcome {
  switch (status) {
    case undefined:
    case 'completed':
      return 'completed';
    case 'killed':
    case 'stopped':
      return 'stopped';
    default:
      return 'failed';
  }
}
