// In: one completed thing of a session. Out: what it adds to which series.
// Always: each thing is given here once (the ledger sees to it), in any order; roll-ups are not looked at, so that nothing is
// counted twice. No content: names of models, tools and agents, words of the client, and what the user switched on.
import { contentPolicy } from '../../privacy/policy.ts';
import { constant, optionalName, safeName, writtenName, type SafeText } from '../../privacy/safe-text.ts';
import type { AgentRun, Completed, Generation, ToolCall, Turn, TurnScope } from '../../session/model.ts';
import type { CostOf } from '../cost/pricing.ts';
import { mcpServerOf } from '../mcp-server.ts';
import { providerOf } from '../provider.ts';
import { Common, GenAi, Tool, Turnspan } from '../semconv.ts';
import { toolDetails } from '../tool-details.ts';
import { MetricAttribute, switchableAttributes, type Measured, type SwitchableAttribute } from './catalog.ts';
import {
  increment,
  type Increment,
  type MaybeAttributes,
  type MetricAttributes,
  type MetricNames,
} from './increment.ts';
import { madeCommit, madePullRequest } from './made-by-tools.ts';

export interface IncrementOptions {
  readonly costOf: CostOf;
  readonly names?: MetricNames;
  /** What the user switched on. Each makes series of its own. */
  readonly attributes?: readonly SwitchableAttribute[];
  readonly user?: SafeText | undefined;
  readonly project?: SafeText | undefined;
  readonly branch?: SafeText | undefined;
}

/** What a completed thing adds. */
export function incrementsOf(completed: Completed, options: IncrementOptions): Increment[] {
  const every = everyAttribute(completed.scope, options);
  const add: Add = (measured, value, attributes = {}) =>
    increment(measured, value, attributes, every, options.names ?? 'turnspan');
  switch (completed.kind) {
    case 'generation':
      return ofGeneration(completed.generation, completed.owner !== undefined, options, add);
    case 'tool-call':
      return ofToolCall(completed.toolCall, add);
    case 'compaction':
      return add('compactions', 1, {
        [Turnspan.compactionTrigger]: optionalName(completed.compaction.trigger),
      });
    case 'agent-run':
      return ofAgentRun(completed.agentRun, add);
    case 'turn':
      return ofTurn(completed.turn, add);
  }
}

/** How the exporter itself is, towards one destination: what waits now, and all that was lost so far. */
export interface ExporterHealth {
  readonly destination: SafeText;
  readonly signal: SafeText;
  readonly outboxRequests?: number;
  readonly lagSeconds?: number;
  readonly dropped?: number;
  readonly refused?: number;
}

/** As increments of all that was lost so far: `sinceTotals` leaves what is new of it. */
export function healthIncrements(health: ExporterHealth): Increment[] {
  const way = {
    [MetricAttribute.destination]: health.destination,
    [MetricAttribute.signal]: health.signal,
  };
  const add = (measured: Measured, value: number | undefined): Increment[] =>
    value === undefined ? [] : increment(measured, value, way, {}, 'turnspan');
  return [
    ...add('outboxRequests', health.outboxRequests),
    ...add('lag', health.lagSeconds),
    ...add('dropped', health.dropped),
    ...add('refused', health.refused),
  ];
}

type Usage = NonNullable<Generation['usage']>;

type Add = (measured: Measured, value: number, attributes?: MaybeAttributes) => Increment[];

function everyAttribute(scope: TurnScope, options: IncrementOptions): MetricAttributes {
  const known: Readonly<Record<SwitchableAttribute, SafeText | undefined>> = {
    session: safeName(scope.sessionId),
    user: options.user,
    project: options.project,
    branch: options.branch,
    version: optionalName(scope.clientVersion),
  };
  const every: Record<string, SafeText> = {};
  for (const one of options.attributes ?? []) {
    const value = known[one];
    if (value !== undefined) every[switchableAttributes[one]] = value;
  }
  return every;
}

function ofGeneration(
  generation: Generation,
  isOfAgent: boolean,
  { costOf }: IncrementOptions,
  add: Add,
): Increment[] {
  const { usage, startedAt, endedAt, endInferred, retries } = generation;
  const model = optionalName(generation.model ?? generation.requestedModel);
  const inference = {
    [GenAi.operation]: constant('chat'),
    [GenAi.provider]: providerOf(generation.messageId),
    [GenAi.requestModel]: optionalName(generation.requestedModel ?? generation.model),
    [GenAi.responseModel]: optionalName(generation.model),
  };
  const asked = {
    [GenAi.responseModel]: model,
    [MetricAttribute.thread]: isOfAgent ? constant('subagent') : constant('main'),
    [Turnspan.speed]: usage?.speed === 'fast' ? constant('fast') : undefined,
  };
  const cost = costOf(generation);
  return [
    ...add('generations', 1, asked),
    // A request without an answer has no end of its own.
    ...(endInferred ? [] : add('operationDuration', secondsOf(startedAt, endedAt), inference)),
    ...ofRetries(retries, add),
    ...(cost !== undefined
      ? add('cost', cost / NANODOLLARS, asked)
      : add('unknownCost', 1, {
          [GenAi.responseModel]: model,
          [MetricAttribute.unknownCost]: usage === undefined ? constant('no_usage') : constant('no_price'),
        })),
    ...(usage === undefined ? [] : ofUsage(usage, inference, asked, add)),
  ];
}

/** In a dollar. */
const NANODOLLARS = 1_000_000_000;

function ofUsage(usage: Usage, inference: MaybeAttributes, asked: MaybeAttributes, add: Add): Increment[] {
  const { cacheCreation5mTokens = 0, cacheCreation1hTokens = 0 } = usage;
  // Anthropic's rule: the convention's input tokens include what was read from and written to the cache.
  const input = usage.inputTokens + usage.cacheReadTokens + usage.cacheCreationTokens;
  const recorded = (type: SafeText, tokens: number) =>
    add('tokenUsage', tokens, { ...inference, [MetricAttribute.genAiTokenType]: type });
  const tokens = (type: SafeText, count: number) =>
    add('tokens', count, { ...asked, [MetricAttribute.tokenType]: type });
  return [
    ...recorded(constant('input'), input),
    ...recorded(constant('output'), usage.outputTokens),
    ...add('contextSize', input, asked),
    ...tokens(constant('input'), usage.inputTokens),
    ...tokens(constant('output'), usage.outputTokens),
    ...tokens(constant('cache_read'), usage.cacheReadTokens),
    ...tokens(constant('cache_creation_5m'), cacheCreation5mTokens),
    ...tokens(constant('cache_creation_1h'), cacheCreation1hTokens),
    // Clients before the split, and whatever it leaves out.
    ...tokens(
      constant('cache_creation'),
      Math.max(0, usage.cacheCreationTokens - cacheCreation5mTokens - cacheCreation1hTokens),
    ),
  ];
}

function ofToolCall(toolCall: ToolCall, add: Add): Increment[] {
  const { outcome, startedAt, endedAt, endInferred } = toolCall;
  const name = { [GenAi.toolName]: toolNameOf(toolCall.name) };
  return [
    ...add('toolCalls', 1, { ...name, [Turnspan.toolOutcome]: constant(outcome) }),
    ...(endInferred ? [] : add('toolDuration', secondsOf(startedAt, endedAt), name)),
    ...(outcome === 'failed' ? add('errors', 1, { [Common.errorType]: constant('tool_error') }) : []),
    ...(outcome === 'succeeded' ? ofChange(toolCall, add) : []),
  ];
}

/** Numbers leave at every level: nothing of the policy is needed here. */
const NUMBERS = contentPolicy('none');

function ofChange(toolCall: ToolCall, add: Add): Increment[] {
  const told = toolDetails(toolCall, NUMBERS);
  const lines = (change: SafeText, name: string): Increment[] =>
    add('lines', numberIn(told[name]), { [MetricAttribute.lineChange]: change });
  return [
    ...lines(constant('added'), Tool.linesAdded),
    ...lines(constant('removed'), Tool.linesRemoved),
    ...(madeCommit(toolCall) ? add('commits', 1) : []),
    ...(madePullRequest(toolCall) ? add('pullRequests', 1) : []),
  ];
}

function numberIn(value: unknown): number {
  return typeof value === 'number' ? value : 0;
}

function ofAgentRun(run: AgentRun, add: Add): Increment[] {
  return [
    ...add('subagents', 1, {
      [GenAi.agentName]: writtenName(run.type),
      [Turnspan.agentOutcome]: constant(run.outcome),
    }),
    ...(run.outcome === 'failed'
      ? add('errors', 1, { [Common.errorType]: optionalName(run.error) ?? constant('agent_error') })
      : []),
  ];
}

function ofTurn(turn: Turn, add: Add): Increment[] {
  const status = { [Turnspan.turnStatus]: constant(turn.status) };
  return [
    ...ofSession(turn, add),
    ...add('turns', 1, { ...status, [Turnspan.turnOrigin]: optionalName(turn.origin) }),
    ...add('turnDuration', secondsOf(turn.scope.startedAt, turn.endedAt), status),
    ...(turn.status === 'failed'
      ? add('errors', 1, { [Common.errorType]: optionalName(turn.error) ?? constant('_OTHER') })
      : []),
    ...ofRetries(turn.retries, add),
  ];
}

/** The copies that a fork begins with were counted where they come from. */
function ofSession({ scope, forkedFrom }: Turn, add: Add): Increment[] {
  if (forkedFrom !== undefined)
    return add('sessions', 1, { [MetricAttribute.sessionStart]: constant('fork') });
  return scope.number === 1 ? add('sessions', 1, { [MetricAttribute.sessionStart]: constant('fresh') }) : [];
}

function ofRetries(retries: Generation['retries'], add: Add): Increment[] {
  return retries.flatMap(({ status }) => add('retries', 1, { [Common.httpStatus]: status }));
}

/** Of an MCP server's tools only the server: there are hundreds, and others give them their names. */
function toolNameOf(name: string): SafeText {
  const server = mcpServerOf(name);
  return writtenName(server === undefined ? name : `mcp__${server}`) ?? constant('unknown');
}

/** Recorded times can run backwards by a millisecond or more. */
function secondsOf(startedAt: number, endedAt: number): number {
  return Math.max(0, endedAt - startedAt) / 1000;
}
