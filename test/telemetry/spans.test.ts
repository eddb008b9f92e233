// What each kind of span says, and what decides its status.
import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import { describe, expect, test } from 'vitest';

import { constant, safeName } from '../../src/privacy/safe-text.ts';
import { createSources } from '../../src/telemetry/source.ts';
import { toSpan } from '../../src/telemetry/span.ts';
import { newStory, type Story } from '../support/transcripts.ts';
import { named, spansOf, timesOf } from './spans-of.ts';

/** A turn with one tool call that ended so. */
function withTool(name: string, content: unknown, fields: Record<string, unknown> = {}): Story {
  const story = newStory();
  story.prompt('Do it');
  const tool = story.response().tool(name, { query: 'ü' });
  story.result(tool, content, fields);
  story.answer('Done.');
  story.endOfTurn();
  return story;
}

describe('every span', () => {
  test('carries session, turn and prompt, and comes from claude-code through turnspan', async () => {
    const story = newStory();
    const { uuid, promptId } = story.prompt('Do it');
    const tool = story.response().tool('Bash');
    story.result(tool, 'ok');
    story.compaction('auto');
    story.answer('Done.');
    story.endOfTurn();
    const spans = await spansOf(story);
    expect(spans).toHaveLength(5);
    for (const span of spans) {
      expect(span.attributes).toMatchObject({
        'session.id': story.sessionId,
        'gen_ai.conversation.id': story.sessionId,
        'turnspan.turn.id': uuid,
        'turnspan.turn.number': 1,
        'prompt.id': promptId,
      });
      expect(span.resource.attributes).toMatchObject({
        'service.name': 'claude-code',
        'service.version': '2.1.329',
      });
      expect(span.instrumentationScope.name).toBe('turnspan');
      expect(span.ended).toBe(true);
      expect(span.spanContext().traceFlags).toBe(1);
    }
  });

  test('of one client version shares one resource, so that encoders group them', async () => {
    const spans = await spansOf(withTool('Bash', 'ok'));
    expect(new Set(spans.map((span) => span.resource)).size).toBe(1);
    expect(new Set(spans.map((span) => span.instrumentationScope)).size).toBe(1);
  });

  test('says so where a start or an end was inferred', async () => {
    const story = newStory();
    story.prompt('Do it');
    story.response({ unrecorded: true }).tool('Bash');
    const spans = await spansOf(story);
    expect(Object.fromEntries(spans.map((span) => [span.name, span.attributes]))).toMatchObject({
      'invoke_agent claude-code': { 'turnspan.end.inferred': true, 'turnspan.turn.status': 'lost' },
      'execute_tool Bash': { 'turnspan.end.inferred': true, 'turnspan.tool.outcome': 'unfinished' },
    });
    const [chat] = spans.filter((span) => span.kind === SpanKind.CLIENT);
    expect(chat?.attributes).toMatchObject({ 'turnspan.start.inferred': true });
  });
});

describe('a tool span', () => {
  test.each([
    ['succeeded', {}, SpanStatusCode.UNSET],
    ['failed', { isError: true }, SpanStatusCode.ERROR],
    ['denied', { isError: true, toolDenialKind: 'user-rejected' }, SpanStatusCode.UNSET],
    ['interrupted', { isError: true, toolDenialKind: 'cancelled' }, SpanStatusCode.UNSET],
  ])('of a call that %s has that outcome and its status', async (outcome, fields, code) => {
    const [span] = named(await spansOf(withTool('Bash', 'ok', fields)), 'execute_tool Bash');
    expect(span?.attributes['turnspan.tool.outcome']).toBe(outcome);
    expect(span?.attributes['error.type']).toBe(outcome === 'failed' ? 'tool_error' : undefined);
    expect(span?.status.code).toBe(code);
    expect(span?.kind).toBe(SpanKind.INTERNAL);
  });

  test('has the sizes of arguments and result in bytes, at level none too', async () => {
    const [span] = named(await spansOf(withTool('Bash', 'äöü')), 'execute_tool Bash');
    expect(span?.attributes).toMatchObject({
      'turnspan.tool.input_bytes': Buffer.byteLength('{"query":"ü"}'),
      'turnspan.tool.result_bytes': 6,
    });
    expect(Object.keys(span?.attributes ?? {})).not.toContain('gen_ai.tool.call.arguments');
  });

  test('has arguments and result at level full, without the bytes of pictures', async () => {
    const picture = {
      type: 'image',
      source: { type: 'base64', media_type: 'image/png', data: 'iVBORw0KGgo=' },
    };
    const spans = await spansOf(withTool('Read', [{ type: 'text', text: 'ok' }, picture]), 'full');
    const [span] = named(spans, 'execute_tool Read');
    expect(span?.attributes['gen_ai.tool.call.arguments']).toBe('{"query":"ü"}');
    expect(span?.attributes['gen_ai.tool.call.result']).toBe(
      '[{"type":"text","text":"ok"},{"type":"image"}]',
    );
    expect(JSON.stringify(spans.map(({ attributes }) => attributes))).not.toContain('iVBORw0KGgo=');
  });

  test('of an MCP server carries the MCP attributes', async () => {
    const [span] = named(
      await spansOf(withTool('mcp__my_tracker__find_issue', 'ok')),
      'execute_tool mcp__my_tracker__find_issue',
    );
    expect(span?.attributes).toMatchObject({
      'mcp.method.name': 'tools/call',
      'turnspan.mcp.server': 'my_tracker',
    });
  });

  test.each([
    ['Glob', { durationMs: 21 }, 21],
    ['WebSearch', { durationSeconds: 17.300072875000073 }, 17_300],
    ['Agent', { totalDurationMs: 5598, status: 'completed' }, 5598],
    ['Bash', { stdout: 'ok' }, undefined],
    ['Glob', { durationMs: 'soon' }, undefined],
    ['mcp__tracker__find', { durationMs: 21 }, undefined],
  ])('of %s with the result %j tells that it worked for %s ms', async (name, toolUseResult, duration) => {
    const [span] = named(await spansOf(withTool(name, 'ok', { toolUseResult })), `execute_tool ${name}`);
    expect(span?.attributes['turnspan.tool.duration_ms']).toBe(duration);
  });

  test('says what was decided about it, by what, and why it was denied', async () => {
    const spans = await spansOf(
      withTool('Bash', 'no', {
        isError: true,
        toolDenialKind: 'permission-rule',
        permissionDecision: { decision: 'reject', source: 'config', reasonType: 'rule' },
      }),
    );
    expect(named(spans, 'execute_tool Bash')[0]?.attributes).toMatchObject({
      'turnspan.tool.outcome': 'denied',
      'turnspan.tool.permission.decision': 'reject',
      'turnspan.tool.permission.source': 'config',
      'turnspan.tool.denial_kind': 'permission-rule',
    });
  });

  test('has what its tool tells, texts at level full alone', async () => {
    const story = () =>
      withTool('Grep', 'ok', { toolUseResult: { mode: 'content', numFiles: 0, filenames: [], numLines: 7 } });
    const [none] = named(await spansOf(story()), 'execute_tool Grep');
    expect(none?.attributes['turnspan.tool.lines']).toBe(7);
    const search = newStory();
    search.prompt('Do it');
    search.result(search.response().tool('Grep', { pattern: 'toCents' }), 'ok');
    const [full] = named(await spansOf(search, 'full'), 'execute_tool Grep');
    expect(full?.attributes['turnspan.tool.pattern']).toBe('toCents');
    expect(named(await spansOf(search), 'execute_tool Grep')[0]?.attributes).not.toHaveProperty(
      'turnspan.tool.pattern',
    );
  });

  test('with a name that the model garbled has the name before the fault', async () => {
    const spans = await spansOf(withTool('Task" >\n<parameter name="x', 'ok'));
    expect(spans.map(({ name }) => name)).toContain('execute_tool Task');
  });
});

describe('a generation span', () => {
  test('names what was asked for and what answered', async () => {
    const story = newStory();
    story.prompt('Do it');
    story.answer('Done.', { model: 'claude-opus-5-5-20261001' });
    story.endOfTurn();
    const [span] = named(await spansOf(story), 'chat claude-opus-5-5');
    expect(span?.attributes).toMatchObject({
      'gen_ai.request.model': 'claude-opus-5-5',
      'gen_ai.response.model': 'claude-opus-5-5-20261001',
      'gen_ai.response.finish_reasons': ['stop'],
    });
  });

  test.each([
    ['msg_01abc', 'anthropic'],
    ['msg_bdrk_01abc', 'aws.bedrock'],
    ['msg_vrtx_01abc', 'gcp.vertex_ai'],
  ])('tells by the message id %s who answered', async (messageId, provider) => {
    const story = newStory();
    story.prompt('Do it');
    story.answer('Done.', { messageId });
    story.endOfTurn();
    const [span] = named(await spansOf(story), 'chat claude-opus-5-5');
    expect(span?.attributes['gen_ai.provider.name']).toBe(provider);
  });

  test.each([
    ['end_turn', 'stop'],
    ['stop_sequence', 'stop'],
    ['tool_use', 'tool_call'],
    ['max_tokens', 'length'],
    ['refusal', 'content_filter'],
    ['a_new_one', 'error'],
  ])('translates stop_reason %s to %s and keeps the word of the API', async (stopReason, finish) => {
    const story = newStory();
    story.prompt('Do it');
    story.answer('Done.', { stopReason });
    story.endOfTurn();
    const [span] = named(await spansOf(story), 'chat claude-opus-5-5');
    expect(span?.attributes).toMatchObject({
      'gen_ai.response.finish_reasons': [finish],
      'turnspan.response.stop_reason': stopReason,
    });
  });

  test('without a stop_reason has no finish reason and says that its usage is incomplete', async () => {
    const story = newStory();
    story.prompt('Do it');
    story.response({ stopReason: null }).text('I wi');
    story.interrupt();
    const [span] = named(await spansOf(story), 'chat claude-opus-5-5');
    expect(span?.attributes['gen_ai.response.finish_reasons']).toBeUndefined();
    expect(span?.attributes['turnspan.usage.incomplete']).toBe(true);
  });

  test('has an event for each retry before it', async () => {
    const story = newStory();
    story.prompt('Do it');
    story.retry(1, 529);
    const at = story.now();
    story.answer('Done.');
    story.endOfTurn();
    const [span] = named(await spansOf(story), 'chat claude-opus-5-5');
    expect(span?.events).toEqual([
      {
        name: 'turnspan.retry',
        time: [at / 1000, 0],
        attributes: {
          'http.response.status_code': 529,
          'turnspan.retry.attempt': 1,
          'turnspan.retry.wait_ms': 500,
        },
      },
    ]);
  });
});

describe('a turn span', () => {
  test('that failed has the error and status ERROR; an interrupted one has neither', async () => {
    const story = newStory();
    story.prompt('Do it');
    story.apiError('overloaded', 529);
    story.prompt('Again');
    story.response({ stopReason: null }).text('I wi');
    story.interrupt();
    const [failed, interrupted] = named(await spansOf(story), 'invoke_agent claude-code');
    expect(failed?.status.code).toBe(SpanStatusCode.ERROR);
    expect(failed?.attributes).toMatchObject({
      'turnspan.turn.status': 'failed',
      'error.type': 'overloaded',
    });
    expect(interrupted?.status.code).toBe(SpanStatusCode.UNSET);
    expect(interrupted?.attributes['turnspan.turn.status']).toBe('interrupted');
    expect(interrupted?.attributes['error.type']).toBeUndefined();
  });

  test('of a notification links to the call that launched the agent, in its own trace', async () => {
    const story = newStory();
    story.prompt('Write it in the background');
    const call = story.response().tool('Agent');
    const agent = story.agent('a1', 'Write it', { toolUseId: call, background: true, type: 'writer' });
    story.result(call, 'launched', { toolUseResult: { isAsync: true, agentId: 'a1' } });
    story.answer('Started.');
    story.endOfTurn();
    agent.answer('Written.');
    story.notification('a1', { toolUseId: call });
    story.answer('It is there.');
    story.endOfTurn();
    const spans = await spansOf(story);
    const [tool] = named(spans, 'execute_tool Agent');
    const [first, second] = named(spans, 'invoke_agent claude-code');
    expect(first?.links).toEqual([]);
    expect(second?.links.map(({ context }) => context)).toEqual([tool?.spanContext()]);
    expect(second?.spanContext().traceId).not.toBe(first?.spanContext().traceId);
    const [run] = named(spans, 'invoke_agent writer');
    expect(run?.parentSpanContext?.spanId).toBe(tool?.spanContext().spanId);
    expect(run?.attributes).toMatchObject({
      'turnspan.agent.background': true,
      'turnspan.agent.outcome': 'completed',
    });
  });
});

describe('a fork', () => {
  test('that repeats the lines under another session and prompt id gives the same span ids', async () => {
    const tell = (sessionId: string, promptId: string): Story => {
      const story = newStory({ sessionId });
      story.prompt('Do it', { promptId });
      const tool = story.response().tool('Bash');
      story.result(tool, 'ok');
      story.answer('Done.');
      story.endOfTurn();
      return story;
    };
    const ids = async (story: Story) =>
      (await spansOf(story)).map((span) => [span.spanContext().traceId, span.spanContext().spanId]);
    expect(await ids(tell('session-b', 'prompt-b'))).toEqual(await ids(tell('session-a', 'prompt-a')));
  });
});

describe('a span record', () => {
  const source = createSources(safeName('0.1.0'), {
    serviceName: safeName('my-service'),
    attributes: { team: safeName('shop'), 'service.name': safeName('beaten') },
  })('2.1.329');
  const base = {
    traceId: 't',
    spanId: 's',
    name: constant('x'),
    kind: 'internal',
    startedAt: 1_500,
    endedAt: 1_000,
    attributes: [{ set: 0, left: undefined }, { set: 1, list: [constant('a')] }, { set: undefined }],
  } as const;

  test('never ends before it starts', () => {
    const span = toSpan(base, source);
    expect(timesOf(span)).toEqual({ startedAt: 1_500, endedAt: 1_500 });
    expect(span.duration).toEqual([0, 0]);
  });

  test('leaves out what has no value, and keeps the last of two values', () => {
    expect(toSpan(base, source).attributes).toEqual({ set: 1, list: ['a'] });
  });

  test("has the user's resource attributes and service name", () => {
    expect(toSpan(base, source).resource.attributes).toMatchObject({
      'service.name': 'my-service',
      team: 'shop',
    });
  });
});
