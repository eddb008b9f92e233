// Every instrument and every attribute of a metric, as data: what is not in here never leaves as a metric.
// Always: what is counted is an integer, in units of `1 / scale` (seconds in milliseconds, money in billionths), so that
// sums do not depend on their order. Who changes an instrument's buckets or scale must raise the version of the totals on disk
// (`state/metric-totals.ts`): counts of other buckets cannot be added to.
// Source of the GenAI ones: opentelemetry.io/docs/specs/semconv/gen-ai/gen-ai-metrics (v1.41).
import { Common, GenAi, Turnspan } from '../semconv.ts';

export type InstrumentKind = 'sum' | 'histogram' | 'gauge';

export interface Instrument {
  readonly name: string;
  /** Sums only rise. */
  readonly kind: InstrumentKind;
  /** UCUM, as the conventions write it. */
  readonly unit: string;
  readonly description: string;
  /** Names of the attributes that its points may have; a point has those that are known. */
  readonly attributes: readonly string[];
  /** How many of what is counted make one unit. */
  readonly scale: number;
  /** Of a histogram, in its unit: upper bounds, each still in its bucket. */
  readonly buckets?: readonly number[];
}

/** Names of attributes that only metrics have. */
export const MetricAttribute = {
  genAiTokenType: 'gen_ai.token.type',
  tokenType: 'turnspan.token.type',
  thread: 'turnspan.thread',
  sessionStart: 'turnspan.session.start',
  lineChange: 'turnspan.line.change',
  unknownCost: 'turnspan.cost.unknown.reason',
  project: 'turnspan.project',
  branch: 'turnspan.branch',
  destination: 'turnspan.destination',
  signal: 'turnspan.signal',
} as const;

const A = MetricAttribute;

export interface AttributeFacts {
  readonly description: string;
  /** Distinct values in all totals at most; what comes after is `_OTHER`. Absent: the values are ours and few. */
  readonly most?: number;
}

/** Every attribute. */
export const metricAttributes: Readonly<Record<string, AttributeFacts>> = {
  [GenAi.operation]: { description: '`chat`' },
  [GenAi.provider]: { description: '`anthropic`, `aws.bedrock` or `gcp.vertex_ai`', most: 20 },
  [GenAi.requestModel]: { description: 'the model that was asked', most: 50 },
  [GenAi.responseModel]: { description: 'the model that answered', most: 50 },
  [A.genAiTokenType]: {
    description: '`input` (with what was read from and written to the cache) or `output`',
  },
  [A.tokenType]: {
    description:
      '`input`, `output`, `cache_read`, `cache_creation_5m`, `cache_creation_1h`; `cache_creation` where the API does not say for how long. No token is in two of them',
  },
  [A.thread]: { description: 'who asked: `main`, or `subagent`' },
  [Turnspan.speed]: { description: '`fast`; absent at the usual speed', most: 10 },
  [A.sessionStart]: { description: '`fresh`, or `fork` for the first own turn of a fork or branch' },
  [Turnspan.turnStatus]: { description: '`completed`, `failed`, `interrupted` or `lost`' },
  [Turnspan.turnOrigin]: {
    description: 'who prompted, in the client’s word: `human`, `task_notification`, …',
    most: 20,
  },
  [GenAi.toolName]: {
    description: 'the tool; of an MCP server `mcp__SERVER`, without the name of its tool',
    most: 100,
  },
  [Turnspan.toolOutcome]: {
    description: '`succeeded`, `failed`, `denied`, `interrupted` or `unfinished`',
  },
  [GenAi.agentName]: { description: 'the type of the subagent', most: 50 },
  [Turnspan.agentOutcome]: { description: '`completed`, `failed`, `stopped` or `unknown`' },
  [Common.errorType]: {
    description: 'the name of the API error; `tool_error`, `agent_error`; `_OTHER` where nothing names it',
    most: 50,
  },
  [Common.httpStatus]: { description: 'the HTTP status that was answered, where there was one', most: 50 },
  [A.unknownCost]: { description: '`no_price` (of this model), or `no_usage` (no tokens were recorded)' },
  [A.lineChange]: { description: '`added` or `removed`' },
  [Turnspan.compactionTrigger]: { description: '`manual` or `auto`', most: 10 },
  [A.destination]: { description: 'the id of the destination, which does not show its URL', most: 50 },
  [A.signal]: { description: '`traces`, `metrics` or `logs`' },
  [Common.sessionId]: { description: 'the session', most: 500 },
  [Common.userId]: { description: 'who works here, as configured', most: 200 },
  [A.project]: { description: 'the project', most: 200 },
  [A.branch]: { description: 'the branch', most: 200 },
  [Turnspan.clientVersion]: { description: 'the version of Claude Code', most: 50 },
};

/** What any point about a session's work can carry besides, by its name in the configuration; none of it unless it is asked for. */
export const switchableAttributes = {
  session: Common.sessionId,
  user: Common.userId,
  project: A.project,
  branch: A.branch,
  version: Turnspan.clientVersion,
} as const;

export type SwitchableAttribute = keyof typeof switchableAttributes;

/** The convention's buckets. */
const TOKENS = [1, 4, 16, 64, 256, 1024, 4096, 16384, 65536, 262144, 1048576, 4194304, 16777216, 67108864];
const OPERATION = [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92];
/** Those of the convention for calls of MCP tools, and longer. */
const TOOL = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 120, 300, 600, 1800];
/** A turn is a question to answer in a second, or an hour's work. */
const TURN = [1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200];
/** Close where context windows end and where long-context prices begin. */
const CONTEXT = [
  1000, 2000, 5000, 10000, 20000, 50000, 100000, 150000, 200000, 300000, 400000, 500000, 750000, 1000000,
];

const MILLI = 1000;
const NANO = 1_000_000_000;

const MODEL = [GenAi.responseModel, A.thread] as const;

function sum(name: string, unit: string, description: string, attributes: readonly string[], scale = 1) {
  return { name, kind: 'sum', unit, description, attributes, scale } as const;
}

function histogram(
  name: string,
  unit: string,
  description: string,
  attributes: readonly string[],
  buckets: readonly number[],
  scale = 1,
) {
  return { name, kind: 'histogram', unit, description, attributes, buckets, scale } as const;
}

function gauge(name: string, unit: string, description: string, attributes: readonly string[], scale = 1) {
  return { name, kind: 'gauge', unit, description, attributes, scale } as const;
}

const INFERENCE = [GenAi.operation, GenAi.provider, GenAi.requestModel, GenAi.responseModel];
const WAY = [A.destination, A.signal];

/** Ours, by what they measure. */
export const instruments = {
  tokenUsage: histogram(
    'gen_ai.client.token.usage',
    '{token}',
    'Tokens of one API response, one recording for each type; responses without recorded usage are left out',
    [...INFERENCE, A.genAiTokenType],
    TOKENS,
  ),
  operationDuration: histogram(
    'gen_ai.client.operation.duration',
    's',
    'From the request to the end of its answer. Where the client does not record when the request left (older ones), from the line before it',
    INFERENCE,
    OPERATION,
    MILLI,
  ),
  sessions: sum(
    'turnspan.sessions',
    '{session}',
    'Sessions, each at its first own turn: resuming one counts nothing, `/clear` begins another',
    [A.sessionStart],
  ),
  turns: sum('turnspan.turns', '{turn}', 'Turns, when they close', [
    Turnspan.turnStatus,
    Turnspan.turnOrigin,
  ]),
  turnDuration: histogram(
    'turnspan.turn.duration',
    's',
    'From the prompt to the end of the turn',
    [Turnspan.turnStatus],
    TURN,
    MILLI,
  ),
  generations: sum('turnspan.generations', '{generation}', 'API responses, unanswered requests too', MODEL),
  toolCalls: sum('turnspan.tool.calls', '{call}', 'Tool calls', [GenAi.toolName, Turnspan.toolOutcome]),
  toolDuration: histogram(
    'turnspan.tool.duration',
    's',
    'From a tool call to its result, with the wait for a permission; calls without a result are left out',
    [GenAi.toolName],
    TOOL,
    MILLI,
  ),
  subagents: sum('turnspan.subagents', '{run}', 'Runs of subagents, when they end', [
    GenAi.agentName,
    Turnspan.agentOutcome,
  ]),
  errors: sum(
    'turnspan.errors',
    '{error}',
    'What has ended as an error: a failed turn, subagent or tool call, each once',
    [Common.errorType],
  ),
  retries: sum('turnspan.retries', '{retry}', 'Requests that failed and were tried again', [
    Common.httpStatus,
  ]),
  cost: sum(
    'turnspan.cost',
    'USD',
    'What the generations cost, by list price and your own; those without a price are left out',
    [...MODEL, Turnspan.speed],
    NANO,
  ),
  unknownCost: sum('turnspan.cost.unknown', '{generation}', 'Generations that `turnspan.cost` leaves out', [
    GenAi.responseModel,
    A.unknownCost,
  ]),
  tokens: sum('turnspan.tokens', '{token}', 'Tokens, as the API reported them', [
    A.tokenType,
    ...MODEL,
    Turnspan.speed,
  ]),
  lines: sum(
    'turnspan.lines',
    '{line}',
    'Lines that successful Edit, MultiEdit and Write calls changed, by their patches',
    [A.lineChange],
  ),
  commits: sum('turnspan.commits', '{commit}', 'Successful shell calls with `git commit`', []),
  pullRequests: sum(
    'turnspan.pull_requests',
    '{pull_request}',
    'Successful shell calls with `gh pr create` or `glab mr create`, and MCP tools that create one',
    [],
  ),
  compactions: sum('turnspan.compactions', '{compaction}', 'Times that a conversation was summarised', [
    Turnspan.compactionTrigger,
  ]),
  contextSize: histogram(
    'turnspan.context.size',
    '{token}',
    'Input tokens of a generation, cached ones too: how full the context was',
    MODEL,
    CONTEXT,
  ),
  outboxRequests: gauge('turnspan.exporter.outbox', '{request}', 'Requests that wait to be sent', WAY),
  lag: gauge('turnspan.exporter.lag', 's', 'Age of the oldest request that waits', WAY, MILLI),
  dropped: sum(
    'turnspan.exporter.dropped',
    '{item}',
    'Spans, points and log records that a backend did not take although it took their request',
    WAY,
  ),
  refused: sum(
    'turnspan.exporter.refused',
    '{request}',
    'Requests that a backend refused for good; they wait for `turnspan retry`',
    WAY,
  ),
} as const satisfies Readonly<Record<string, Instrument>>;

/** What ours is called. */
export type Measured = keyof typeof instruments;

/** An instrument of the client's own, in place of one of ours. */
export interface NativeInstrument extends Instrument {
  /** Its attributes' names by ours. */
  readonly names: Readonly<Record<string, string>>;
  /** Its words for values of ours, by our attribute. */
  readonly values?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

function native(
  name: string,
  unit: string,
  description: string,
  names: NativeInstrument['names'] = {},
  values: NativeInstrument['values'] = {},
  scale = 1,
): NativeInstrument {
  return { ...sum(name, unit, description, Object.values(names), scale), names, values };
}

const NATIVE_REQUEST = {
  [GenAi.responseModel]: 'model',
  [A.thread]: 'query_source',
  [Turnspan.speed]: 'speed',
} as const;
const CACHE_WRITE = 'cacheCreation';

/**
 * `metrics.names: native`: under the client's names, units and attributes (seen in 2.1.329), for dashboards that exist.
 * Not there: `effort` and the names of agents, skills and plugins; `model` of changed lines; auxiliary requests, which no
 * transcript has; `claude_code.active_time.total` and `claude_code.code_edit_tool.decision`.
 */
export const nativeInstruments: Partial<Readonly<Record<Measured, NativeInstrument>>> = {
  tokens: native(
    'claude_code.token.usage',
    'tokens',
    'Tokens, as the API reported them',
    { [A.tokenType]: 'type', ...NATIVE_REQUEST },
    {
      [A.tokenType]: {
        cache_read: 'cacheRead',
        cache_creation: CACHE_WRITE,
        cache_creation_5m: CACHE_WRITE,
        cache_creation_1h: CACHE_WRITE,
      },
    },
  ),
  cost: native(
    'claude_code.cost.usage',
    'USD',
    'What the generations cost; those without a price are left out',
    NATIVE_REQUEST,
    {},
    NANO,
  ),
  // The client counts its processes; a transcript tells sessions.
  sessions: native(
    'claude_code.session.count',
    '',
    'Sessions; the client itself counts its starts',
    { [A.sessionStart]: 'start_type' },
    { [A.sessionStart]: { fork: 'resume' } },
  ),
  lines: native('claude_code.lines_of_code.count', '', 'Lines that were changed', { [A.lineChange]: 'type' }),
  commits: native('claude_code.commit.count', '', 'Successful shell calls with `git commit`'),
  pullRequests: native('claude_code.pull_request.count', '', 'Pull requests that were created'),
};

/** Every instrument by its name: that of a stored series need not be known any more. */
export const instrumentByName: ReadonlyMap<string, Instrument> = new Map(
  [...Object.values(instruments), ...Object.values(nativeInstruments)].map((one) => [one.name, one]),
);
