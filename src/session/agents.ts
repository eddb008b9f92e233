// In: the entries of agent files, their meta files, and what the threads above say of launches and ends. Out: agent
// runs and their parts, each as soon as nothing can change it.
// Always: an agent is known by the tool call that launched it, at any depth; its run ends by a line of the thread above
// (result, notification), never by waiting. Until its launch is known its lines wait.
import type { ApiRequestEntry, ConversationEntry } from '../transcript/entry.ts';
import type { AgentOutcome, AgentRun, Message, RollUp, TurnScope } from './model.ts';
import { parseNotification, type AgentNotification } from './notification.ts';
import { withAgent } from './roll-up.ts';
import { speakerOf, textOf } from './speaker.ts';
import { createThread, type Thread, type ThreadPart } from './thread.ts';

/** What `agent-<id>.meta.json` tells. */
export interface AgentMeta {
  readonly agentType?: string | undefined;
  readonly description?: string | undefined;
  readonly toolUseId?: string | undefined;
}

/** Where an agent was launched, kept for as long as its transcript may grow. Serialisable. */
export interface AgentLaunch {
  readonly agentId: string;
  /** Absent where the transcript does not tell: it then hangs under the turn in which it began. */
  readonly toolUseId?: string | undefined;
  /** The agent whose tool call launched it; absent: the turn's own. */
  readonly parentAgentId?: string | undefined;
  readonly scope: TurnScope;
  /** What the tool call says of it; its meta file, where there is one, says it too. */
  readonly type?: string | undefined;
  readonly description?: string | undefined;
  readonly depth: number;
  readonly background: boolean;
  /** Its end was told, and how; of an agent that was resumed: its last one. */
  readonly ended?: AgentOutcome | undefined;
  /**
   * When that was, in milliseconds since the epoch: a run that began later has not ended. Absent where no line says
   * so, but only that it must be over.
   */
  readonly endedAt?: number | undefined;
  /** The transcript of the session that launched it is not there. */
  readonly orphan?: boolean | undefined;
  /** A run of it was handed out. */
  readonly done?: boolean | undefined;
}

/** A part of an agent's run: of its conversation, or the news that an agent below it has ended. */
export type AgentPart =
  | ThreadPart
  | { readonly kind: 'notification'; readonly notification: AgentNotification; readonly at: number };

/**
 * Which runs may be handed out: those whose end was told and whose last word is an answer; all whose end was told,
 * also those that were stopped; or all, because nothing more will come.
 */
export type Reach = 'answered' | 'ended' | 'over';

/** One agent's transcript, cut into runs: the first prompt, and each time it was resumed. */
export interface Agent {
  readonly agentId: string;
  add(entry: ConversationEntry | ApiRequestEntry): void;
  setMeta(meta: AgentMeta): void;
  meta(): AgentMeta;
  startedAt(): number | undefined;
  /** Hands out the parts of its oldest run that are complete; all of them where `reach` says that it is over. */
  takeParts(
    launch: AgentLaunch,
    reach: Reach,
  ): { readonly runId: string; readonly parts: readonly AgentPart[] } | undefined;
  /** Hands out the oldest run if it is complete; to be called after its parts and the agents below it were taken. */
  takeRun(launch: AgentLaunch, below: RollUp): AgentRun | undefined;
  /** Is a run begun and not handed out? */
  hasOpenRun(): boolean;
  /** Sums of the runs that were handed out, with the agents below them; `undefined`: none was. */
  rollUp(): RollUp | undefined;
}

interface OpenRun {
  readonly runId: string;
  readonly startedAt: number;
  readonly input: Message[];
  readonly thread: Thread;
  readonly parts: AgentPart[];
  finished: boolean;
}

export function createAgent(agentId: string): Agent {
  const runs: OpenRun[] = [];
  let meta: AgentMeta = {};
  let rollUp: RollUp | undefined;
  let startedAt: number | undefined;

  const beginRun = (entry: ConversationEntry): OpenRun => {
    startedAt ??= entry.timestamp;
    const run: OpenRun = {
      runId: entry.uuid,
      startedAt: entry.timestamp,
      input: entry.kind === 'user' ? [{ role: 'user', blocks: entry.content }] : [],
      thread: createThread(entry.timestamp),
      parts: [],
      finished: false,
    };
    runs.push(run);
    return run;
  };

  /** A second prompt in an agent's file: it was resumed, which is a run of its own. */
  const beginsRun = (entry: ConversationEntry): boolean =>
    entry.kind === 'user' &&
    speakerOf(entry) === 'prompt' &&
    parseNotification(textOf(entry.content)) === undefined &&
    runs.at(-1)?.thread.hasAssistantLine() === true;

  return {
    agentId,
    setMeta: (known) => {
      meta = known;
    },
    meta: () => meta,
    startedAt: () => startedAt,
    add: (entry) => {
      const begins = entry.kind !== 'api-request' && (runs.length === 0 || beginsRun(entry));
      const run = begins ? beginRun(entry) : runs.at(-1);
      run?.parts.push(...run.thread.add(entry));
      if (entry.kind !== 'user') return;
      const notification = parseNotification(textOf(entry.content));
      if (notification !== undefined)
        run?.parts.push({ kind: 'notification', notification, at: entry.timestamp });
    },
    takeParts: (launch, reach) => {
      const run = runs[0];
      if (run === undefined) return undefined;
      const ended =
        outcomeOfRun(run, launch) !== undefined &&
        (reach === 'ended' || runs.length > 1 || run.thread.answered());
      if ((ended || reach === 'over') && !run.finished) {
        run.parts.push(...run.thread.finish());
        run.finished = true;
      }
      return { runId: run.runId, parts: run.parts.splice(0) };
    },
    takeRun: (launch, below) => {
      const run = runs[0];
      if (run?.finished !== true) return undefined;
      runs.shift();
      const sums = withAgentsBelow(run.thread.rollUp(), below);
      rollUp = rollUp === undefined ? sums : withAgentsBelow(rollUp, sums);
      return toAgentRun(run, launch, meta, sums);
    },
    hasOpenRun: () => runs.length > 0,
    rollUp: () => rollUp,
  };
}

/** Adds the sums of agents that finished below (already summed, with their number). */
function withAgentsBelow(own: RollUp, below: RollUp): RollUp {
  return { ...withAgent(own, below), agents: own.agents + below.agents };
}

/** How a run ended, if that was told. An agent that was resumed has ended more than once, each run before the next. */
function outcomeOfRun(run: OpenRun, { ended, endedAt = Infinity }: AgentLaunch): AgentOutcome | undefined {
  return run.startedAt <= endedAt ? ended : undefined;
}

function toAgentRun(run: OpenRun, launch: AgentLaunch, meta: AgentMeta, rollUp: RollUp): AgentRun {
  const told = outcomeOfRun(run, launch);
  return {
    owner: { agentId: launch.agentId, runId: run.runId },
    type: meta.agentType ?? launch.type,
    description: meta.description ?? launch.description,
    toolUseId: launch.toolUseId,
    orphan: launch.orphan === true,
    depth: launch.depth,
    background: launch.background,
    startedAt: run.startedAt,
    endedAt: run.thread.lastAt(),
    endInferred: told === undefined || launch.endedAt === undefined,
    outcome: told ?? (run.thread.answered() ? 'completed' : 'unknown'),
    input: run.input,
    output: run.thread.lastOutput(),
    rollUp,
  };
}

/** What a notification's status means for its agent. */
export function outcomeOfNotification({ status }: AgentNotification): AgentOutcome {
  return status === undefined || status === 'completed' ? 'completed' : 'failed';
}
