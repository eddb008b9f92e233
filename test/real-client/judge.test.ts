// The judge is only worth what it finds: right evidence has no fault, and each way to be wrong has its name.
import { describe, expect, test } from 'vitest';
import type { Evidence } from './evidence.ts';
import { judge } from './judge.ts';
import { offAtTheMedian } from './judge/times.ts';
import { START, changeAttributes, changeExchange, changePoints, changeSpan, generation, rightEvidence, span, withNative } from './made-evidence.ts'; // prettier-ignore

const right = rightEvidence();
const together = withNative(right);

test('a trace that tells what happened has no fault, with and without native telemetry', () => {
  expect(judge(right, { merged: false })).toEqual([]);
  expect(judge(together, { merged: true })).toEqual([]);
});

const without = (id: string): Evidence => ({
  ...right,
  spans: right.spans.filter(({ spanId }) => spanId !== id),
});
const alsoWith = (...more: Evidence['spans']): Evidence => ({ ...right, spans: [...more, ...right.spans] });
const output = 'gen_ai.usage.output_tokens';
const incomplete = 'turnspan.usage.incomplete';
const unwritten = {
  ...right.written,
  answers: new Map([['msg_1', { hasStopReason: false, hasRequest: true, hasRequestId: true }]]),
};
const at = (ms: number) => BigInt(START + ms) * 1_000_000n;
const second = { ...generation(right.exchanges[0]!, 'turn', [10, 500]), spanId: 'second' };
/** Another total of one series. */
const total = (evidence: Evidence, metric: string, value: number, attributes: object): Evidence =>
  changePoints(evidence, (point) => {
    const isIt =
      point.name === metric &&
      Object.entries(attributes).every(([key, one]) => point.attributes[key] === one);
    if (!isIt || (point.value ?? point.sum) === 0) return undefined;
    return point.type === 'sum' ? { value } : { sum: value };
  });
const tokenType = (type: string) => ({ 'gen_ai.token.type': type });
const ofMain = { 'turnspan.thread': 'main' };
const withNativePoints = (points: Evidence['points']): Evidence => ({ ...together, native: { ...together.native, points } }); // prettier-ignore
const withoutLog = (id: string): Evidence => ({
  ...together,
  native: {
    ...together.native,
    logs: together.native.logs.filter(({ attributes }) => attributes['request_id'] !== id),
  },
});
const cut = changeExchange(right, 3, { outcome: 'cut' });

const COUNTER = "as much as the client's own counter, of the requests that both know";

describe('it finds', () => {
  const broken: readonly (readonly [rule: string, what: string, evidence: Evidence])[] = [
    ['a generation for each answer', 'a missing generation', without('generation-3')],
    ['a generation once', 'one answer as two generations', alsoWith(second)],
    ['no generation more', 'an answer that nobody gave', alsoWith({ ...second, attributes: { ...second.attributes, 'gen_ai.response.id': 'msg_9' } })], // prettier-ignore
    ['no generation more', 'a generation without an answer', alsoWith(span('bare', 'turn', [10, 20], { 'gen_ai.operation.name': 'chat', [incomplete]: true }))], // prettier-ignore
    ['exact tokens', 'a token too many', changeAttributes(right, 'generation-1', { [output]: 101 })],
    ['exact tokens', 'input without the cache', changeAttributes(right, 'generation-1', { 'gen_ai.usage.input_tokens': 1 })], // prettier-ignore
    ['exact tokens', 'a mark that says too much', changeAttributes(right, 'generation-1', { [incomplete]: true })], // prettier-ignore
    ['exact tokens', 'a number that nobody wrote down, unmarked', { ...right, written: unwritten }],
    ['exact tokens', 'an answer that was cut off, unmarked', cut],
    [
      'a request id',
      "another request's id",
      changeAttributes(right, 'generation-1', { request_id: 'req_2' }),
    ],
    ['a generation under its turn or agent', "an agent's generation under the turn", changeSpan(right, 'generation-2', { parentSpanId: 'turn' })], // prettier-ignore
    ['a generation under its turn or agent', "the turn's generation under an agent", changeSpan(right, 'generation-3', { parentSpanId: 'agent' })], // prettier-ignore
    ['a span for each tool call', 'a missing tool call', without('tool-a')],
    ['no tool call more', 'a tool call that nobody made', alsoWith(span('more', 'turn', [1, 2], { 'gen_ai.operation.name': 'execute_tool', tool_use_id: 'toolu_z' }))], // prettier-ignore
    ['a tool call under its turn or agent', "the turn's tool under an agent", changeSpan(right, 'tool-a', { parentSpanId: 'agent' })], // prettier-ignore
    ['the outcome of a tool call', 'a failure that was none', changeAttributes(right, 'tool-a', { 'turnspan.tool.outcome': 'failed' })], // prettier-ignore
    ['the status of a tool call', 'an error that was none', changeSpan(right, 'tool-a', { statusCode: 'ERROR' })], // prettier-ignore
    ['a run for each agent', 'an agent under another call', changeSpan(right, 'agent', { parentSpanId: 'tool-a' })], // prettier-ignore
    ['no agent more', 'an agent that nobody launched', alsoWith(span('more', 'turn', [1, 2], { 'gen_ai.operation.name': 'invoke_agent', 'gen_ai.agent.id': 'x' }))], // prettier-ignore
    ['the outcome of an agent', 'an agent that failed and did not', changeAttributes(right, 'agent', { 'turnspan.agent.outcome': 'failed' })], // prettier-ignore
    ['the turns and their statuses', 'another status', changeAttributes(right, 'turn', { 'turnspan.turn.status': 'lost' })], // prettier-ignore
    ['the turns and their statuses', 'a missing turn', without('turn')],
    ['the status of a turn', 'an error that was none', changeSpan(right, 'turn', { statusCode: 'ERROR' })],
    ['a span for each compaction', 'a compaction that was none', alsoWith({ ...span('c', 'turn', [1, 2], {}), name: 'compaction' })], // prettier-ignore
    ['an event for each retry', 'a retry that was none', changeSpan(right, 'turn', { events: [{ name: 'turnspan.retry', timeUnixNano: at(1), attributes: {} }] })], // prettier-ignore
    ['a span once', 'a span that came again', alsoWith(right.spans[0]!)],
    [
      'no dangling parent',
      'a parent that never came',
      changeSpan(right, 'tool-a', { parentSpanId: 'nobody' }),
    ],
    ['no dangling parent', 'a parent in another trace', changeSpan(right, 'tool-a', { traceId: 'other' })],
    [
      'no end before its start',
      'a span that runs backwards',
      changeSpan(right, 'turn', { endUnixNano: at(-1) }),
    ],
    ['only turns are roots', 'a tool that is a root', changeSpan(right, 'tool-a', { parentSpanId: null })],
    [
      'the root comes last',
      'a child that came after its root',
      { ...right, spans: right.spans.toReversed() },
    ],
    ["the session's id", "another session's id", changeAttributes(right, 'turn', { 'session.id': 'x' })],
    ['starts of generations within 500 ms', 'a start that is off', changeSpan(right, 'generation-3', { startUnixNano: at(400) })], // prettier-ignore
    ['ends of tools before the next request within 500 ms', 'an end that is off', changeSpan(right, 'tool-b', { endUnixNano: at(1600) })], // prettier-ignore
    ['ends of turns within 500 ms', 'a turn that ends late', changeSpan(right, 'turn', { endUnixNano: at(3000) })], // prettier-ignore
    ['what is inferred is marked, and only that', 'a recorded start marked inferred', changeAttributes(right, 'generation-1', { 'turnspan.start.inferred': true })], // prettier-ignore
    ['one trace with the native spans', 'a turn that is a root beside its interaction', changeSpan(together, 'turn', { parentSpanId: null })], // prettier-ignore
    ['one trace with the native spans', 'a turn beside the native trace', changeSpan(together, 'turn', { traceId: 'x' })], // prettier-ignore
    ['each native tool call is one of ours', 'a native call that is none of ours', { ...together, spans: without('tool-a').spans }], // prettier-ignore
    ['the cost that the client tells', 'another price', changeAttributes(together, 'generation-1', { 'gen_ai.usage.cost': 0.010001 })], // prettier-ignore
    ['the cost that the client tells', 'no price', changeAttributes(together, 'generation-1', { 'gen_ai.usage.cost': null })], // prettier-ignore
    ['costs on generations alone', 'a sum that backends would add once more', changeAttributes(right, 'turn', { 'gen_ai.usage.cost': 0.06 })], // prettier-ignore
    ['turns cost what their generations did', 'a sum without the agent', changeAttributes(right, 'turn', { 'turnspan.turn.cost': 0.04 })], // prettier-ignore
    ['the tokens that the server answered', 'a token too many', total(right, 'gen_ai.client.token.usage', 601, tokenType('output'))], // prettier-ignore
    ['the tokens that the server answered', 'input without the cache', total(right, 'gen_ai.client.token.usage', 6, tokenType('input'))], // prettier-ignore
    ['the tokens that the server answered', 'a request that is counted twice', total(right, 'turnspan.tokens', 7000, { ...ofMain, 'turnspan.token.type': 'cache_read' })], // prettier-ignore
    ['the tokens that the server answered', "an agent's tokens that are missing", { ...right, points: right.points.filter(({ attributes }) => attributes['turnspan.thread'] !== 'subagent') }], // prettier-ignore
    ['the tokens that the server answered', 'another model', changePoints(right, ({ name, attributes }) => name === 'turnspan.tokens' ? { attributes: { ...attributes, 'gen_ai.response.model': 'x' } } : undefined)], // prettier-ignore
    ['the tokens that the server answered', 'one recording for two answers', changePoints(right, ({ name, count }) => name === 'gen_ai.client.token.usage' && count === 3n ? { count: 2n } : undefined)], // prettier-ignore
    ['the tokens that the server answered', 'no metrics at all', { ...right, points: [] }],
    ['as much as the spans say', 'a turn that was counted twice', total(right, 'turnspan.turns', 2, {})],
    ['as much as the spans say', 'a turn with another status', changePoints(right, ({ name }) => name === 'turnspan.turns' ? { attributes: { 'turnspan.turn.status': 'lost' } } : undefined)], // prettier-ignore
    ['as much as the spans say', 'a call of another outcome', changePoints(right, ({ attributes }) => attributes['turnspan.tool.outcome'] === undefined ? undefined : { attributes: { ...attributes, 'turnspan.tool.outcome': 'failed' } })], // prettier-ignore
    ['as much as the spans say', 'a call that was not counted', { ...right, points: right.points.filter(({ name, attributes }) => name !== 'turnspan.tool.calls' || attributes['gen_ai.tool.name'] !== 'Agent') }], // prettier-ignore
    ['as much as the spans say', 'another cost', total(right, 'turnspan.cost', 0.040001, ofMain)],
    ['as much as the spans say', 'a session that began twice', total(right, 'turnspan.sessions', 2, {})],
    ['as much as the spans say', 'a longer turn', total(right, 'turnspan.turn.duration', 1.4, {})],
    ['as much as the spans say', 'an error that was none', changePoints(right, ({ name }) => name === 'turnspan.sessions' ? { name: 'turnspan.errors' } : undefined)], // prettier-ignore
    ['series begin at 0 and rise', 'a series without its 0', { ...right, points: right.points.filter(({ timeUnixNano }) => timeUnixNano > 1n) }], // prettier-ignore
    ['series begin at 0 and rise', 'a total that falls', { ...right, points: [...right.points, ...right.points.slice(0, 1).map((point) => ({ ...point, timeUnixNano: 3n }))] }], // prettier-ignore
    ['series begin at 0 and rise', 'a point older than the one before', { ...right, points: right.points.toReversed() }], // prettier-ignore
    ['series begin at 0 and rise', 'a beginning that changes', changePoints(right, ({ timeUnixNano }) => ({ startUnixNano: timeUnixNano }))], // prettier-ignore
    [COUNTER, 'a token that the client did not count', total(together, 'turnspan.tokens', 5, { ...ofMain, 'turnspan.token.type': 'input' })], // prettier-ignore
    [COUNTER, 'a request that the client counted twice', withNativePoints([...together.native.points, ...together.native.points.slice(0, 4)])], // prettier-ignore
    [COUNTER, "nothing from the client's counter", withNativePoints([])],
    [COUNTER, 'a title of which there is no event', withoutLog('req_9')],
    ["the client's own event of each answer", 'an answer of which there is no event', withoutLog('req_2')],
    ['each native request is one of ours', 'a request that is not native', { ...together, native: { ...together.native, spans: together.native.spans.filter(({ attributes }) => attributes['request_id'] !== 'req_2') } }], // prettier-ignore
  ];
  test.each(broken)('%s: %s', (rule, _, evidence) => {
    const merged = evidence.native.spans.length > 0;
    expect(judge(evidence, { merged }).map((fault) => fault.rule)).toContain(rule);
  });
});

test('of a request that was cut off, the client may count what went in, and as much output as it guesses', () => {
  const cutOff = changeAttributes(withoutLog('req_3'), 'generation-3', { [incomplete]: true });
  const counted = (change: (type: unknown) => number | undefined): Evidence => ({
    ...cutOff,
    native: {
      ...cutOff.native,
      points: cutOff.native.points.map((point) =>
        point.startUnixNano === 3n
          ? { ...point, value: change(point.attributes['type']) ?? point.value }
          : point,
      ),
    },
  });
  const faults = (evidence: Evidence) =>
    judge(evidence, { merged: true }).filter(({ rule }) => rule === COUNTER);
  expect(faults(counted((type) => (type === 'output' ? 22 : undefined)))).toEqual([]);
  expect(faults(counted(() => 0))).toEqual([]);
  expect(faults(counted((type) => (type === 'input' ? 22 : undefined)))).not.toEqual([]);
});

test('times are judged by their median too', () => {
  const deltas = (...all: number[]) => all.map((ms) => ({ kind: 'ends of turns', what: '', ms }));
  expect(offAtTheMedian(deltas(-40, 30, 300, 20, 40, 10, 45, 48))).toEqual([]);
  expect(offAtTheMedian(deltas(-60, 70, 60))).toEqual([]);
  expect(offAtTheMedian(deltas(-60, 70, 10, 55, 60, -70, 80, 20)).map(({ rule }) => rule)).toEqual([
    'ends of turns within 50 ms at the median',
  ]);
});
