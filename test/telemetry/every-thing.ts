// Things of a session with everything that they can have: together they make every attribute that there is.
import type { AgentRun, Completed, Generation, RollUp, Turn, TurnScope } from '../../src/session/model.ts';
import { toolCall, toolSamples } from './tool-samples.ts';

const scope: Required<TurnScope> = {
  turnId: '00000000-0000-4000-8000-000000000001',
  number: 1,
  sessionId: '0d0e0f00-0000-4000-8000-000000000001',
  promptId: '00000000-0000-4000-8000-000000000002',
  startedAt: 1_000,
  clientVersion: '2.1.329',
};
const owner = { agentId: 'a1', runId: '00000000-0000-4000-8000-000000000003' };

const rollUp: Required<RollUp> = {
  generations: 2,
  toolCalls: 1,
  toolFailures: 1,
  agents: 1,
  retries: 1,
  inputTokens: 1,
  outputTokens: 1,
  cacheReadTokens: 1,
  cacheCreationTokens: 1,
  incomplete: true,
  cost: 1_000_000,
  unpriced: 1,
  work: {
    linesAdded: 1,
    linesRemoved: 1,
    commands: 1,
    webSearches: 1,
    webFetches: 1,
    skillCalls: 1,
    filesRead: ['/home/ada/shop/money.js'],
    // More than a list may have.
    filesModified: Array.from({ length: 60 }, (_, n) => `/home/ada/shop/page-${n}.js`),
    commits: ['76000c9'],
    pullRequests: ['https://github.com/ada/shop/pull/17'],
    mcpServers: ['tracker'],
    skills: ['rounding'],
    plugins: ['shop-tools'],
  },
};

const retries: Generation['retries'] = [
  {
    kind: 'retry',
    offset: 0,
    uuid: '00000000-0000-4000-8000-000000000004',
    timestamp: 1_500,
    isSidechain: false,
    status: 529,
    attempt: 1,
    maxRetries: 10,
    waitMs: 500,
  },
];

const input: Generation['input'] = [{ role: 'user', blocks: [{ type: 'text', text: 'Do it' }] }];
const output: Generation['output'] = [{ type: 'text', text: 'Done.' }];

const generation: Required<Generation> = {
  id: 'msg_1',
  messageId: 'msg_1',
  requestId: 'req_1',
  model: 'claude-opus-5-5',
  requestedModel: 'claude-opus-5-5',
  startedAt: 1_000,
  startInferred: true,
  endedAt: 2_000,
  endInferred: true,
  stopReason: 'end_turn',
  usage: {
    inputTokens: 1,
    outputTokens: 1,
    cacheReadTokens: 1,
    cacheCreationTokens: 2,
    cacheCreation5mTokens: 1,
    cacheCreation1hTokens: 1,
    thinkingTokens: 1,
    serviceTier: 'standard',
    speed: 'standard',
    webSearches: 1,
    inferenceGeo: 'us',
  },
  isCutOff: true,
  usageIncomplete: true,
  cost: 1_000_000,
  request: {
    kind: 'api-request',
    offset: 0,
    id: '00000000-0000-4000-8000-000000000009',
    timestamp: 1_000,
    source: 'repl_main_thread',
    maxTokens: 128_000,
    temperature: 1,
    thinking: 'enabled',
    thinkingBudget: 1_024,
  },
  wholeInput: input,
  effort: 'medium',
  input,
  output,
  retries,
};

const agentRun: Required<AgentRun> = {
  owner,
  type: 'reviewer',
  description: 'Review the change',
  toolUseId: 'toolu_1',
  unlaunched: 'orphan',
  depth: 1,
  background: true,
  startedAt: 1_000,
  endedAt: 2_000,
  endInferred: true,
  outcome: 'failed',
  error: 'overloaded',
  input,
  output,
  rollUp,
};

const turn: Required<Turn> = {
  scope,
  withGoodbye: false,
  workingDirectory: '/home/ada/shop',
  branch: 'fix-cents',
  title: 'Cents of the shop',
  previous: scope,
  forkedFrom: scope,
  origin: 'human',
  permissionMode: 'default',
  effort: 'medium',
  endedAt: 2_000,
  endInferred: true,
  status: 'failed',
  error: 'overloaded',
  errorStatus: 529,
  input,
  output,
  rollUp,
  agentsPending: 1,
  notifiedBy: { toolUseId: 'toolu_1', turn: scope },
  retries,
  absorbed: [{ at: 1_500, origin: 'human', blocks: output }],
};

/** One of each kind, and a tool call of each extractor. */
export const everyThing: readonly Completed[] = [
  { kind: 'turn', scope, turn },
  { kind: 'generation', scope, owner, generation },
  { kind: 'agent-run', scope, agentRun },
  {
    kind: 'compaction',
    scope,
    owner,
    compaction: {
      id: '00000000-0000-4000-8000-000000000005',
      startedAt: 1_000,
      startInferred: true,
      endedAt: 2_000,
      trigger: 'auto',
      tokensBefore: 1,
      tokensAfter: 1,
    },
  },
  {
    kind: 'tool-call',
    scope,
    owner,
    toolCall: toolCall('mcp__tracker__find', { query: 'x' }, undefined, {
      outcome: 'failed',
      endInferred: true,
      permissionDecision: 'reject',
      permissionSource: 'config',
      denialKind: 'permission-rule',
    }),
  },
  {
    kind: 'tool-call',
    scope,
    // It worked for 400 ms of its second: the rest a person thought about it.
    toolCall: toolCall('WebFetch', {}, { durationMs: 400 }, { permissionSource: 'user_temporary' }),
  },
  ...toolSamples.map(({ call }): Completed => ({ kind: 'tool-call', scope, toolCall: call })),
];
