// In: completed things of a session, in any order and in any parts. Out: what they come to, as a plain value that can be
// written to disk as JSON and be added to later.
// Always: adding is the same in any order and in any grouping; who adds a thing twice has counted it twice, so a caller adds
// what left, once, where the ledger says so. Names are kept to tell what is different, at most 500 of a sort.
import type { Completed, RollUp, ToolCall, Turn } from '../../session/model.ts';
import { workOf } from '../work.ts';

/** Different names of a sort, in their order. */
export interface Names {
  readonly names: readonly string[];
  /** There were more than are kept. */
  readonly more: boolean;
}

/** How often each name came. */
export type Counts = Readonly<Record<string, number>>;

/** Sums over the things of a session since its beginning, or since it was taken up again. Times in milliseconds since the epoch. */
export interface SessionSums {
  readonly turns: number;
  readonly turnsFailed: number;
  readonly generations: number;
  readonly toolCalls: number;
  readonly toolFailures: number;
  readonly agents: number;
  readonly retries: number;
  readonly compactions: number;
  /** Tokens as the API has them: those of the cache are not among the input tokens. */
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cacheReadTokens: number;
  readonly cacheCreationTokens: number;
  readonly usageIncomplete: boolean;
  /** Of the generations that have a price, in nanodollars: whole numbers add up to the same in any order. */
  readonly cost: number;
  /** How many generations have none. */
  readonly unpriced: number;
  readonly linesAdded: number;
  readonly linesRemoved: number;
  readonly commands: number;
  readonly models: Counts;
  readonly tools: Counts;
  readonly filesRead: Names;
  readonly filesModified: Names;
  readonly commits: Names;
  readonly pullRequests: Names;
  /** The first turn's begin and the client that it began with. */
  readonly first?: { readonly at: number; readonly clientVersion?: string | undefined } | undefined;
  readonly firstModel?: { readonly at: number; readonly model: string } | undefined;
  readonly lastAt?: number | undefined;
  readonly lastTurn?:
    | {
        readonly number: number;
        readonly at: number;
        readonly status: Turn['status'];
        /** What the session was called then. */
        readonly title?: string | undefined;
      }
    | undefined;
  /** The session that this one is a fork of. */
  readonly forkedFrom?: string | undefined;
}

const none: Names = { names: [], more: false };

export const noSums: SessionSums = {
  turns: 0,
  turnsFailed: 0,
  generations: 0,
  toolCalls: 0,
  toolFailures: 0,
  agents: 0,
  retries: 0,
  compactions: 0,
  inputTokens: 0,
  outputTokens: 0,
  cacheReadTokens: 0,
  cacheCreationTokens: 0,
  usageIncomplete: false,
  cost: 0,
  unpriced: 0,
  linesAdded: 0,
  linesRemoved: 0,
  commands: 0,
  models: {},
  tools: {},
  filesRead: none,
  filesModified: none,
  commits: none,
  pullRequests: none,
};

/** With one more thing. */
export function withCompleted(sums: SessionSums, one: Completed): SessionSums {
  return mergeSums(sums, sumsOf(one));
}

/** Both together. */
export function mergeSums(a: SessionSums, b: SessionSums): SessionSums {
  return {
    turns: a.turns + b.turns,
    turnsFailed: a.turnsFailed + b.turnsFailed,
    generations: a.generations + b.generations,
    toolCalls: a.toolCalls + b.toolCalls,
    toolFailures: a.toolFailures + b.toolFailures,
    agents: a.agents + b.agents,
    retries: a.retries + b.retries,
    compactions: a.compactions + b.compactions,
    inputTokens: a.inputTokens + b.inputTokens,
    outputTokens: a.outputTokens + b.outputTokens,
    cacheReadTokens: a.cacheReadTokens + b.cacheReadTokens,
    cacheCreationTokens: a.cacheCreationTokens + b.cacheCreationTokens,
    usageIncomplete: a.usageIncomplete || b.usageIncomplete,
    cost: a.cost + b.cost,
    unpriced: a.unpriced + b.unpriced,
    linesAdded: a.linesAdded + b.linesAdded,
    linesRemoved: a.linesRemoved + b.linesRemoved,
    commands: a.commands + b.commands,
    models: addCounts(a.models, b.models),
    tools: addCounts(a.tools, b.tools),
    filesRead: joinNames(a.filesRead, b.filesRead),
    filesModified: joinNames(a.filesModified, b.filesModified),
    commits: joinNames(a.commits, b.commits),
    pullRequests: joinNames(a.pullRequests, b.pullRequests),
    first: pick(a.first, b.first, (x, y) => x.at - y.at || compare(x.clientVersion, y.clientVersion)),
    firstModel: pick(a.firstModel, b.firstModel, (x, y) => x.at - y.at || compare(x.model, y.model)),
    lastAt: pick(a.lastAt, b.lastAt, (x, y) => y - x),
    lastTurn: pick(
      a.lastTurn,
      b.lastTurn,
      (x, y) =>
        y.number - x.number || y.at - x.at || compare(x.status, y.status) || compare(x.title, y.title),
    ),
    forkedFrom: pick(a.forkedFrom, b.forkedFrom, compare),
  };
}

function sumsOf(one: Completed): SessionSums {
  const { startedAt, clientVersion } = one.scope;
  const base: SessionSums = { ...noSums, first: { at: startedAt, clientVersion } };
  switch (one.kind) {
    case 'turn': {
      const { turn } = one;
      return {
        ...base,
        turns: 1,
        turnsFailed: turn.status === 'failed' ? 1 : 0,
        retries: turn.retries.length,
        // Those of its tool calls once more, which changes nothing, and those that lines link to.
        pullRequests: joinNames(none, { names: turn.rollUp.work.pullRequests, more: false }),
        lastAt: turn.endedAt,
        lastTurn: { number: turn.scope.number, at: turn.endedAt, status: turn.status, title: turn.title },
        forkedFrom: turn.forkedFrom?.sessionId,
      };
    }
    case 'generation': {
      const { usage, usageIncomplete, cost, model, startedAt: at, endedAt, retries } = one.generation;
      return {
        ...base,
        generations: 1,
        retries: retries.length,
        ...tokensOf(usage),
        usageIncomplete: usage === undefined || usageIncomplete,
        cost: cost ?? 0,
        unpriced: cost === undefined ? 1 : 0,
        models: model === undefined ? {} : { [model]: 1 },
        firstModel: model === undefined ? undefined : { at, model },
        lastAt: endedAt,
      };
    }
    case 'tool-call':
      return { ...base, ...ofToolCall(one.toolCall), lastAt: one.toolCall.endedAt };
    case 'agent-run':
      return { ...base, agents: 1, lastAt: one.agentRun.endedAt };
    case 'compaction':
      return { ...base, compactions: 1, lastAt: one.compaction.endedAt };
  }
}

type Tokens = Pick<RollUp, 'inputTokens' | 'outputTokens' | 'cacheReadTokens' | 'cacheCreationTokens'>;

function tokensOf(usage: Tokens | undefined): Tokens {
  const { inputTokens = 0, outputTokens = 0, cacheReadTokens = 0, cacheCreationTokens = 0 } = usage ?? {};
  return { inputTokens, outputTokens, cacheReadTokens, cacheCreationTokens };
}

function ofToolCall(toolCall: ToolCall): Partial<SessionSums> {
  const work = workOf(toolCall);
  return {
    toolCalls: 1,
    toolFailures: toolCall.outcome === 'failed' ? 1 : 0,
    tools: { [toolCall.name]: 1 },
    commands: work.isCommand ? 1 : 0,
    linesAdded: work.linesAdded,
    linesRemoved: work.linesRemoved,
    filesRead: namesOf(work.fileRead),
    filesModified: namesOf(work.fileModified),
    commits: joinNames(none, { names: work.commits, more: false }),
    pullRequests: joinNames(none, { names: work.pullRequests, more: false }),
  };
}

function namesOf(name: string | undefined): Names {
  return name === undefined ? none : { names: [name], more: false };
}

const MOST_NAMES = 500;

/** The first ones in the order of the alphabet: those are the same, whatever came first. */
function joinNames(a: Names, b: Names): Names {
  if (b.names.length === 0 && !b.more) return a;
  const all = [...new Set([...a.names, ...b.names])].sort();
  return { names: all.slice(0, MOST_NAMES), more: a.more || b.more || all.length > MOST_NAMES };
}

function addCounts(a: Counts, b: Counts): Counts {
  if (Object.keys(b).length === 0) return a;
  const sum = new Map(Object.entries(a));
  for (const [name, count] of Object.entries(b)) sum.set(name, (sum.get(name) ?? 0) + count);
  return Object.fromEntries([...sum].sort(([one], [other]) => compare(one, other)));
}

/** The one that comes first, where both are there. */
function pick<T>(a: T | undefined, b: T | undefined, order: (x: T, y: T) => number): T | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return order(a, b) <= 0 ? a : b;
}

function compare(a = '', b = ''): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
