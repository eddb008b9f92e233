import { expect, test } from 'vitest';
import type { GroupView, StatsView, TraceView, TurnView } from '../../../collector/query/views.ts';
import { BASE, id, traceRequest } from '../otlp.ts';
import { SESSION, TURNS, seedRequests, spanId } from '../seed.ts';
import { collectorForTest, getJson, postJson } from '../support.ts';

interface Groups {
  readonly sessions: readonly GroupView[];
  readonly services: readonly GroupView[];
}

test('sessions list their turns, other services their traces', async () => {
  const collector = await seeded();
  const { sessions, services } = await getJson<Groups>(collector, '/api/sessions');
  expect(sessions).toMatchObject([
    { id: SESSION, serviceName: 'claude-code', traces: 3, spans: 25, errors: 3 },
  ]);
  expect(services).toMatchObject([{ id: 'checkout', traces: 1, spans: 3, errors: 0 }]);
  const { turns } = await getJson<{ turns: TurnView[] }>(collector, `/api/sessions/${SESSION}/turns`);
  expect(turns).toMatchObject([
    { traceId: TURNS[0], number: 1, status: 'completed', errors: 1, rootSpanId: spanId(1, 1) },
    {
      traceId: TURNS[1],
      number: 2,
      status: 'completed',
      title: expect.stringMatching(/^Have the change/) as string,
    },
    { traceId: TURNS[2], number: 3, status: 'failed' },
  ]);
  const other = await getJson<{ turns: TurnView[] }>(collector, '/api/services/checkout/traces');
  expect(other.turns).toMatchObject([{ title: 'GET /cart', number: null, spans: 3 }]);
});

test('tokens of a turn are those of its generations, not of its agents again', async () => {
  const collector = await collectorForTest();
  const usage = { 'session.id': 's', 'gen_ai.usage.input_tokens': 10, 'gen_ai.usage.output_tokens': 2 };
  const spans = [
    { id: id(1), attributes: { ...usage, 'gen_ai.operation.name': 'invoke_agent' } },
    { id: id(2), parent: id(1), attributes: { ...usage, 'gen_ai.operation.name': 'chat' } },
  ];
  await postJson(collector, '/v1/traces', traceRequest(spans));
  const { sessions } = await getJson<Groups>(collector, '/api/sessions');
  expect(sessions).toMatchObject([{ inputTokens: 10, outputTokens: 2 }]);
});

test('a trace comes in tree order with nested agents below their tool calls', async () => {
  const collector = await seeded();
  const { spans } = await getJson<TraceView>(collector, `/api/traces/${TURNS[1]}`);
  expect(spans.map(({ depth, name }) => '  '.repeat(depth) + name)).toEqual([
    'invoke_agent claude-code',
    '  chat claude-sonnet-4-5',
    '  execute_tool Task',
    '    invoke_agent reviewer',
    '      chat claude-sonnet-4-5',
    '      execute_tool Task',
    '        invoke_agent Explore',
    '          chat claude-sonnet-4-5',
    '          execute_tool Glob',
    '          chat claude-sonnet-4-5',
    '      chat claude-sonnet-4-5',
    '  execute_tool Task',
    '    invoke_agent doc-writer',
    '      chat claude-sonnet-4-5',
    '  chat claude-sonnet-4-5',
  ]);
});

test('a turn is listed while only its children have come', async () => {
  const collector = await collectorForTest();
  const attributes = { 'session.id': 'a/b c?', 'turnspan.turn.id': 't', 'turnspan.turn.number': 3 };
  await postJson(collector, '/v1/traces', traceRequest([{ id: id(2), parent: id(1), attributes }]));
  const { turns } = await getJson<{ turns: TurnView[] }>(
    collector,
    `/api/sessions/${encodeURIComponent('a/b c?')}/turns`,
  );
  expect(turns).toMatchObject([{ title: 'Turn 3', rootSpanId: null, startUnixNano: `${BASE}000000` }]);
});

test('the revision changes when something was kept, and only then', async () => {
  const collector = await collectorForTest();
  const { revision: empty } = await getJson<StatsView>(collector, '/api/stats');
  expect((await getJson<StatsView>(collector, '/api/stats')).revision).toBe(empty);
  await postJson(collector, '/v1/traces', traceRequest([{ id: id(1) }]));
  expect((await getJson<StatsView>(collector, '/api/stats')).revision).not.toBe(empty);
});

test('what is not there is 404, with a sentence', async () => {
  const collector = await collectorForTest();
  for (const path of [
    '/api/traces/abc',
    '/api/sessions/x/turns',
    '/api/nothing',
    '/../package.json',
    '/api/sessions/%zz/turns',
  ]) {
    const response = await fetch(collector.url + path);
    expect([path, response.status]).toEqual([path, 404]);
    expect(await response.json()).toHaveProperty('error');
  }
});

test('every answer forbids foreign code, sniffing and framing', async () => {
  const collector = await collectorForTest();
  const { headers } = await fetch(`${collector.url}/api/stats`);
  expect(headers.get('content-security-policy')).toContain("default-src 'none'");
  expect(headers.get('content-security-policy')).not.toContain('unsafe');
  expect(headers.get('x-content-type-options')).toBe('nosniff');
  expect(headers.get('access-control-allow-origin')).toBeNull();
});

async function seeded() {
  const collector = await collectorForTest();
  for (const request of seedRequests(BASE)) await postJson(collector, '/v1/traces', request);
  return collector;
}
