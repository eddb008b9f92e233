// Evidence made by hand: one session that is told rightly, for the judge to find nothing in. Tests break it in one place each.
// The session: a turn whose answer runs a tool and asks an agent, whose own answer comes before the turn's last one.
import type { LogRow, MetricPoint, SpanRow } from '../../collector/model.ts';
import type { Evidence } from './evidence.ts';
import { nativePoints, turnspanPoints, type MadeSeries } from './made-points.ts';
import { turn } from './scenario.ts';
import type { Usage } from './support/model-answer.ts';
import type { Exchange, ToolUse } from './support/model-exchanges.ts';

export const START = Date.parse('2026-03-01T12:00:00Z');
const MODEL = 'claude-opus-5-5';
const session = '00000000-0000-4000-8000-000000000001';

/** Nothing is wrong with it. Times are in ms after `START`. */
export function rightEvidence(): Evidence {
  const exchanges = [
    exchange(1, 'main', [10, 500], { toolUses: [{ id: 'toolu_a', name: 'Bash', sentAt: time(400) }, { id: 'toolu_b', name: 'Agent', launches: 'helper', sentAt: time(490) }] }), // prettier-ignore
    exchange(2, 'helper', [600, 900]),
    exchange(3, 'main', [1000, 1300], { returned: ['toolu_a', 'toolu_b'] }),
  ];
  return {
    expected: { turns: [turn(2)] },
    exchanges,
    written: {
      answers: new Map(
        exchanges.map(({ messageId = '' }) => [
          messageId,
          { hasStopReason: true, hasRequest: true, hasRequestId: true },
        ]),
      ),
      retries: 0,
      compactions: 0,
      hooks: [],
    },
    kept: '',
    // In the order of their arrival.
    spans: [
      generation(exchanges[0]!, 'turn', [10, 500]),
      generation(exchanges[1]!, 'agent', [600, 900]),
      span('agent', 'tool-b', [550, 910], { 'gen_ai.operation.name': 'invoke_agent', 'gen_ai.agent.id': 'a1', 'turnspan.agent.outcome': 'completed' }), // prettier-ignore
      tool('tool-a', 'toolu_a', 'Bash', [400, 700]),
      tool('tool-b', 'toolu_b', 'Agent', [490, 960]),
      generation(exchanges[2]!, 'turn', [1000, 1300]),
      span('turn', null, [0, 1300], { 'gen_ai.operation.name': 'invoke_agent', 'gen_ai.agent.name': 'claude-code', 'turnspan.turn.status': 'completed', 'turnspan.turn.generations': 3, 'turnspan.turn.cost': 0.06 }), // prettier-ignore
    ],
    points: turnspanPoints(seriesOf(exchanges)),
    native: { spans: [], logs: [], points: [] },
  };
}

/** What Turnspan counts of it; the helper's is a subagent's. */
function seriesOf(exchanges: readonly Exchange[]): MadeSeries[] {
  const model = { 'gen_ai.response.model': MODEL };
  const sum = (which: readonly Exchange[], of: (usage: Usage) => number) =>
    which.reduce((all, { usage }) => all + (usage === undefined ? 0 : of(usage)), 0);
  const threads = [
    ['main', exchanges.filter(({ conversation }) => conversation === 'main')],
    ['subagent', exchanges.filter(({ conversation }) => conversation !== 'main')],
  ] as const;
  const recorded = (of: (usage: Usage) => number) => exchanges.map((each) => sum([each], of));
  const inputOf = (usage: Usage) =>
    usage.input_tokens + usage.cache_read_input_tokens + usage.cache_creation_input_tokens;
  return [
    ['gen_ai.client.token.usage', recorded(inputOf), { 'gen_ai.token.type': 'input', ...model }],
    ['gen_ai.client.token.usage', recorded(({ output_tokens }) => output_tokens), { 'gen_ai.token.type': 'output', ...model }], // prettier-ignore
    ['gen_ai.client.operation.duration', [0.49, 0.3, 0.3], model],
    ['turnspan.sessions', 1, { 'turnspan.session.start': 'fresh' }],
    ['turnspan.turns', 1, { 'turnspan.turn.status': 'completed' }],
    ['turnspan.turn.duration', [1.3], { 'turnspan.turn.status': 'completed' }],
    ['turnspan.subagents', 1, { 'turnspan.agent.outcome': 'completed' }],
    ['turnspan.tool.calls', 1, { 'gen_ai.tool.name': 'Bash', 'turnspan.tool.outcome': 'succeeded' }],
    ['turnspan.tool.calls', 1, { 'gen_ai.tool.name': 'Agent', 'turnspan.tool.outcome': 'succeeded' }],
    ['turnspan.tool.duration', [0.3], { 'gen_ai.tool.name': 'Bash' }],
    ['turnspan.tool.duration', [0.47], { 'gen_ai.tool.name': 'Agent' }],
    ...threads.flatMap(([thread, asked]) => {
      const each = { ...model, 'turnspan.thread': thread };
      const tokens = (type: string, of: (usage: Usage) => number): MadeSeries =>
        ['turnspan.tokens', sum(asked, of), { 'turnspan.token.type': type, ...each }]; // prettier-ignore
      return [
        ['turnspan.generations', asked.length, each],
        ['turnspan.cost', asked.reduce((all, { number }) => all + number / 100, 0), each],
        tokens('input', ({ input_tokens }) => input_tokens),
        tokens('output', ({ output_tokens }) => output_tokens),
        tokens('cache_read', ({ cache_read_input_tokens }) => cache_read_input_tokens),
        tokens('cache_creation_5m', ({ cache_creation }) => cache_creation.ephemeral_5m_input_tokens),
        tokens('cache_creation_1h', ({ cache_creation }) => cache_creation.ephemeral_1h_input_tokens),
      ] satisfies MadeSeries[];
    }),
  ];
}

/** The same with the client's own telemetry, its spans in the same trace and above our turn; it asked for a title besides. */
export function withNative(evidence: Evidence): Evidence {
  const native = (
    name: string,
    place: readonly [number, number],
    attributes: SpanRow['attributes'] = {},
  ) => ({
    ...span(`native ${name}`, null, place, attributes),
    name,
    scopeName: 'com.anthropic.claude_code.tracing',
  });
  const title: Exchange = { ...exchange(9, 'main', [20, 60]), purpose: 'helper' };
  const asked = [...evidence.exchanges, title];
  return {
    ...changeSpan(evidence, 'turn', { parentSpanId: 'native claude_code.interaction' }),
    exchanges: asked,
    native: {
      spans: [
        native('claude_code.interaction', [0, 1310]),
        ...evidence.exchanges.map(({ requestId }) => native('claude_code.llm_request', [10, 500], { request_id: requestId })), // prettier-ignore
        native('claude_code.tool', [410, 690], { tool_use_id: 'toolu_a' }),
        native('claude_code.tool', [495, 955], { tool_use_id: 'toolu_b' }),
      ],
      logs: asked.map(apiRequest),
      points: asked.flatMap(nativePoints),
    },
  };
}

/** The client's own word for what a request cost. */
function apiRequest({ number, requestId, model, usage }: Exchange): LogRow {
  return {
    ...{
      resource: {},
      scopeName: 'com.anthropic.claude_code.events',
      scopeVersion: '0',
      scopeAttributes: {},
    },
    ...{ timeUnixNano: nanos(500), observedUnixNano: null, severityNumber: 0, severityText: '', flags: 0 },
    ...{ eventName: '', body: 'claude_code.api_request', traceId: null, spanId: null },
    attributes: {
      ...{ 'event.name': 'api_request', request_id: requestId, model, cost_usd: number / 100 },
      input_tokens: usage?.input_tokens ?? 0,
      output_tokens: usage?.output_tokens ?? 0,
      cache_read_tokens: usage?.cache_read_input_tokens ?? 0,
      cache_creation_tokens: usage?.cache_creation_input_tokens ?? 0,
    },
  };
}

export function changeSpan(evidence: Evidence, spanId: string, change: Partial<SpanRow>): Evidence {
  return {
    ...evidence,
    spans: evidence.spans.map((each) => (each.spanId === spanId ? { ...each, ...change } : each)),
  };
}

/** Changes each point of Turnspan's for which there is a change. */
export function changePoints(
  evidence: Evidence,
  changeOf: (point: MetricPoint) => Partial<MetricPoint> | undefined,
): Evidence {
  return { ...evidence, points: evidence.points.map((each) => ({ ...each, ...changeOf(each) })) };
}

export function changeAttributes(
  evidence: Evidence,
  spanId: string,
  change: SpanRow['attributes'],
): Evidence {
  const found = evidence.spans.find((each) => each.spanId === spanId);
  return changeSpan(evidence, spanId, { attributes: { ...found?.attributes, ...change } });
}

export function changeExchange(evidence: Evidence, number: number, change: Partial<Exchange>): Evidence {
  const { exchanges } = evidence;
  return {
    ...evidence,
    exchanges: exchanges.map((each) => (each.number === number ? { ...each, ...change } : each)),
  };
}

/** A span of the one trace; `place` is its start and end. */
export function span(
  spanId: string,
  parentSpanId: string | null,
  [start, end]: readonly [number, number],
  attributes: SpanRow['attributes'],
): SpanRow {
  return {
    ...{ resource: {}, scopeName: 'turnspan', scopeVersion: '0', scopeAttributes: {} },
    ...{ traceId: 'trace', spanId, parentSpanId, traceState: '', flags: 1, name: spanId, kind: 'INTERNAL' },
    ...{ startUnixNano: nanos(start), endUnixNano: nanos(end), statusCode: 'UNSET', statusMessage: '' },
    attributes: { 'session.id': session, ...attributes },
    ...{ events: [], links: [], dropped: { attributes: 0, events: 0, links: 0 } },
  };
}

export function generation(
  { number, messageId = '', requestId, usage }: Exchange,
  parent: string,
  place: readonly [number, number],
): SpanRow {
  if (usage === undefined) throw new Error('an answer has usage');
  const { input_tokens: fresh, cache_read_input_tokens: read, cache_creation_input_tokens: creation } = usage;
  return span(`generation-${number}`, parent, place, {
    'gen_ai.operation.name': 'chat',
    'gen_ai.response.id': messageId,
    request_id: requestId,
    'gen_ai.usage.input_tokens': fresh + read + creation,
    'gen_ai.usage.cache_read.input_tokens': read,
    'gen_ai.usage.cache_creation.input_tokens': creation,
    'turnspan.usage.cache_creation_5m_tokens': usage.cache_creation.ephemeral_5m_input_tokens,
    'turnspan.usage.cache_creation_1h_tokens': usage.cache_creation.ephemeral_1h_input_tokens,
    'gen_ai.usage.output_tokens': usage.output_tokens,
    'gen_ai.response.model': MODEL,
    'gen_ai.usage.cost': number / 100,
  });
}

function tool(spanId: string, id: string, name: string, place: readonly [number, number]): SpanRow {
  return span(spanId, 'turn', place, {
    'gen_ai.operation.name': 'execute_tool',
    'gen_ai.tool.name': name,
    tool_use_id: id,
    'turnspan.tool.outcome': 'succeeded',
  });
}

function exchange(
  number: number,
  conversation: string,
  [start, end]: readonly [number, number],
  more: { readonly toolUses?: readonly ToolUse[]; readonly returned?: readonly string[] } = {},
): Exchange {
  const usage: Usage = {
    input_tokens: number,
    cache_creation_input_tokens: 30 + number,
    cache_read_input_tokens: 1000 * number,
    cache_creation: { ephemeral_5m_input_tokens: 20, ephemeral_1h_input_tokens: 10 + number },
    output_tokens: 100 * number,
    service_tier: 'standard',
  };
  return {
    ...{ number, conversation, session, usage, purpose: 'turn', outcome: 'answered', status: 200 },
    ...{
      requestId: `req_${number}`,
      messageId: `msg_${number}`,
      model: MODEL,
      unscripted: false,
    },
    ...{ startedAt: time(start), endedAt: time(end), returned: [], toolUses: [], ...more },
  };
}

function nanos(ms: number): bigint {
  return BigInt(START + ms) * 1_000_000n;
}

function time(ms: number): string {
  return new Date(START + ms).toISOString();
}
