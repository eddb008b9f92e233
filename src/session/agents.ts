// In: the entries of agent files, their meta files, and what the threads above say of launches and ends. Out: agent
// runs and their parts, each as soon as nothing can change it.
// Always: an agent is known by the tool call that launched it, at any depth; its run ends by a line of the thread above
// (result, notification), never by waiting. Until its launch is known its lines wait.
import type { ApiRequestEntry, ConversationEntry, UserEntry } from '../transcript/entry.ts';
import type { AgentLaunch, RunStart } from './launches.ts';
import type { Measures } from './measures.ts';
import type { AgentOutcome, AgentRun, Message, RollUp } from './model.ts';
import { parseNotification, type AgentNotification } from './notification.ts';
import { withAgentsBelow } from './roll-up.ts';
import { isAnswer, isAnsweredBy } from './first-exchange.ts';
import { speakerOf, textOf } from './speaker.ts';
import { createThread, type Thread, type ThreadPart } from './thread.ts';

/** What `agent-<id>.meta.json` tells. */
export interface AgentMeta {
  readonly agentType?: string | undefined;
  readonly description?: string | undefined;
  readonly toolUseId?: string | undefined;
  /** The run of a workflow that it is part of. */
  readonly workflowRun?: string | undefined;
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
  /** Its oldest run that was not handed out. */
  nextRun(): RunStart | undefined;
  /** Hands out the parts of that run that are complete; all of them where `reach` says that it is over. */
  takeParts(launch: AgentLaunch, reach: Reach): readonly AgentPart[];
  /** Hands out the oldest run if it is complete; to be called after its parts and the agents below it were taken. */
  takeRun(launch: AgentLaunch, below: () => RollUp): AgentRun | undefined;
}

interface OpenRun {
  readonly runId: string;
  startedAt: number;
  readonly unasked: boolean;
  readonly input: Message[];
  thread: Thread;
  readonly parts: AgentPart[];
  /** Its lines for as long as its prompt may stand below them. */
  unprompted: (ConversationEntry | ApiRequestEntry)[] | undefined;
  /** The user or the model stopped it. */
  stopped: boolean;
  finished: boolean;
}

export function createAgent(agentId: string, measures: Measures): Agent {
  const runs: OpenRun[] = [];
  let meta: AgentMeta = {};

  const beginRun = (entry: ConversationEntry): OpenRun => {
    const run: OpenRun = {
      runId: entry.uuid,
      startedAt: entry.timestamp,
      unasked: entry.kind !== 'user' || speakerOf(entry) === 'tool-result',
      input: [],
      thread: createThread(entry.timestamp, measures),
      parts: [],
      unprompted: isAnswer(entry) ? [] : undefined,
      stopped: false,
      finished: false,
    };
    runs.push(run);
    return run;
  };

  /** A second prompt in an agent's file: it was asked again, which is a run of its own. */
  const beginsRun = (entry: ConversationEntry): boolean => {
    if (entry.kind !== 'user' || speakerOf(entry) === 'tool-result') return false;
    const thread = runs.at(-1)?.thread;
    // A message to an agent that works is taken up by the run that it is in; to one that is done, it is a prompt.
    if (entry.origin === 'coordinator') return thread?.answered() === true;
    return (
      speakerOf(entry) === 'prompt' &&
      parseNotification(textOf(entry.content)) === undefined &&
      thread?.hasAssistantLine() === true
    );
  };

  const addTo = (run: OpenRun, entry: ConversationEntry | ApiRequestEntry): void => {
    run.unprompted?.push(entry);
    if ((run.unprompted?.length ?? 0) > MOST_UNPROMPTED) run.unprompted = undefined;
    if (entry.kind === 'user' && !run.thread.hasAssistantLine()) {
      run.input.push({ role: 'user', blocks: entry.content });
    }
    run.parts.push(...run.thread.add(entry));
    if (entry.kind !== 'user') return;
    run.stopped ||= speakerOf(entry) === 'interrupt';
    const notification = parseNotification(textOf(entry.content));
    if (notification !== undefined)
      run.parts.push({ kind: 'notification', notification, at: entry.timestamp });
  };

  /** Begins the run anew with its prompt, then the lines that stood above it. */
  const putFirst = (run: OpenRun, prompt: UserEntry): void => {
    const lines = run.unprompted ?? [];
    run.unprompted = undefined;
    run.startedAt = prompt.timestamp;
    run.thread = createThread(prompt.timestamp, measures);
    run.parts.length = 0;
    for (const line of [prompt, ...lines]) addTo(run, line);
  };

  return {
    agentId,
    setMeta: (known) => {
      meta = known;
    },
    nextRun: () => runs[0],
    add: (entry) => {
      const open = runs.at(-1);
      if (entry.kind === 'user' && open !== undefined && isPromptOf(entry, open)) {
        putFirst(open, entry);
        return;
      }
      const begins = entry.kind !== 'api-request' && (runs.length === 0 || beginsRun(entry));
      const run = begins ? beginRun(entry) : open;
      if (run !== undefined) addTo(run, entry);
    },
    takeParts: (launch, reach) => {
      const run = runs[0];
      if (run === undefined) return [];
      const told = launch.teammate !== undefined ? runs.length > 1 : outcomeOfRun(run, launch) !== undefined;
      const ended = told && (reach === 'ended' || runs.length > 1 || hasEndedItself(run));
      if ((ended || reach === 'over') && !run.finished) {
        run.parts.push(...run.thread.finish());
        run.finished = true;
      }
      return run.parts.splice(0);
    },
    takeRun: (launch, below) => {
      const run = runs[0];
      if (run?.finished !== true) return undefined;
      runs.shift();
      return toAgentRun(run, launch, meta, withAgentsBelow(run.thread.rollUp(), below()));
    },
  };
}

/** The first prompt of a file can stand below its own answer (seen on 2.1.50); some never come (2.0.50). */
const MOST_UNPROMPTED = 100;

function isPromptOf(entry: UserEntry, { unprompted }: OpenRun): boolean {
  const first = unprompted?.find((line) => line.kind !== 'api-request');
  return first !== undefined && isAnsweredBy(first, entry);
}

/** How a run ended, if that was told. An agent that was resumed has ended more than once, each run before the next. */
function outcomeOfRun(run: OpenRun, { ended, endedAt = Infinity }: AgentLaunch): AgentOutcome | undefined {
  return run.startedAt <= endedAt ? ended : undefined;
}

function toAgentRun(run: OpenRun, launch: AgentLaunch, meta: AgentMeta, rollUp: RollUp): AgentRun {
  const told = outcomeOfRun(run, launch);
  return {
    owner: { agentId: launch.agentId, runId: run.runId },
    type: meta.agentType ?? launch.type ?? typeInId(launch.agentId),
    description: meta.description ?? launch.description,
    toolUseId: launch.toolUseId,
    unlaunched: launch.unlaunched,
    depth: launch.depth,
    background: launch.background,
    startedAt: run.startedAt,
    endedAt: run.thread.lastAt(),
    endInferred: told === undefined || launch.endedAt === undefined,
    outcome: outcomeOf(run, told),
    error: run.thread.failure()?.error,
    input: run.input,
    output: run.thread.lastOutput(),
    rollUp,
  };
}

/** `acompact-…`, `aside_question-…`: agents of the client itself are named for what they do. */
function typeInId(agentId: string): string | undefined {
  return /^a([a-z]\w+)-/.exec(agentId)?.[1];
}

/** Is its last line one that an agent ends with? */
function hasEndedItself({ thread, stopped }: OpenRun): boolean {
  return stopped || thread.answered() || thread.failure() !== undefined;
}

/** Its own lines know best that it failed; otherwise what was told, and at last what they look like. */
function outcomeOf({ thread, stopped }: OpenRun, told: AgentOutcome | undefined): AgentOutcome {
  if (thread.failure() !== undefined) return 'failed';
  if (told !== undefined) return told;
  if (stopped) return 'stopped';
  return thread.answered() ? 'completed' : 'unknown';
}
