// What Arize Phoenix reads of our spans, by the OpenInference conventions: kinds, tokens, cost, input and output, tools, session.
// The real server is in test/backends.
import { expect, test } from 'vitest';
import { ofKind, rowsIn, tokensOf } from './rows.ts';

const rows = await rowsIn('openinference');

test.each([
  ['turn', 'AGENT'],
  ['agent-run', 'AGENT'],
  ['generation', 'LLM'],
  ['tool-call', 'TOOL'],
  ['compaction', 'CHAIN'],
] as const)('a %s is of kind %s', (kind, expected) => {
  const own = ofKind(rows, kind);
  expect(own.length).toBeGreaterThan(5);
  for (const { span } of own) expect(span.attributes['openinference.span.kind']).toBe(expected);
});

test('prompt tokens include the cache, which is told apart; together with the completion they are the total', () => {
  let cached = 0;
  for (const { one, span } of ofKind(rows, 'generation')) {
    const tokens = tokensOf(one);
    const { attributes } = span;
    expect(attributes['llm.token_count.prompt']).toBe(tokens?.input);
    expect(attributes['llm.token_count.completion']).toBe(tokens?.output);
    if (tokens === undefined) continue;
    expect(attributes['llm.token_count.total']).toBe(tokens.input + tokens.output);
    const { usage } = one.generation;
    expect(attributes['llm.token_count.prompt_details.cache_read']).toBe(usage?.cacheReadTokens);
    expect(attributes['llm.token_count.prompt_details.cache_write']).toBe(usage?.cacheCreationTokens);
    cached += usage?.cacheReadTokens ?? 0;
  }
  expect(cached).toBeGreaterThan(0);
});

test('tokens and cost are on LLM spans alone: Phoenix adds them up over a trace', () => {
  for (const { one, span } of rows) {
    const counted = Object.keys(span.attributes).filter((name) => /^llm\.(token_count|cost)/.test(name));
    if (one.kind !== 'generation') expect(counted).toEqual([]);
    else if (one.generation.cost !== undefined)
      expect(span.attributes['llm.cost.total']).toBeCloseTo(one.generation.cost / 1e9, 9);
    else expect(span.attributes['llm.cost.total']).toBeUndefined();
  }
});

test('input and output are text, with what kind of text they are', () => {
  for (const { span } of rows) {
    for (const side of ['input', 'output']) {
      const [text, type] = [span.attributes[`${side}.value`], span.attributes[`${side}.mime_type`]];
      expect(text === undefined).toBe(type === undefined);
      if (type === 'application/json') expect(() => JSON.parse(String(text)) as unknown).not.toThrow();
      else if (type !== undefined) expect(type).toBe('text/plain');
    }
  }
  for (const { one, span } of ofKind(rows, 'turn')) {
    if (one.turn.input.some(({ blocks }) => blocks.length > 0))
      expect(span.attributes['input.value']).toEqual(expect.any(String));
  }
});

test('a message of a request is a message there, with its tool calls', () => {
  const calls = ofKind(rows, 'generation').flatMap(({ one, span }) =>
    one.generation.output.flatMap((block) => (block.type === 'tool_use' ? [{ block, span }] : [])),
  );
  expect(calls.length).toBeGreaterThan(20);
  for (const { block, span } of calls) {
    const entries = Object.entries(span.attributes);
    const [name] = entries.find(([, value]) => value === block.id) ?? [];
    const place = /^(llm\.output_messages\.0\.message\.tool_calls\.\d+\.tool_call)\.id$/.exec(
      name ?? '',
    )?.[1];
    expect(place).toBeDefined();
    expect(span.attributes[`${place ?? ''}.function.name`]).toBe(block.name);
    expect(JSON.parse(String(span.attributes[`${place ?? ''}.function.arguments`]))).toEqual(block.input);
  }
});

test('each list of messages counts from 0 without a gap', () => {
  for (const { span } of ofKind(rows, 'generation')) {
    for (const list of ['llm.input_messages', 'llm.output_messages']) {
      const places = new Set(
        Object.keys(span.attributes).flatMap((name) =>
          name.startsWith(`${list}.`) ? [Number(name.slice(list.length + 1).split('.')[0])] : [],
        ),
      );
      expect([...places].sort((a, b) => a - b)).toEqual([...places].map((_, n) => n));
    }
  }
});

test('a tool has its name and arguments; every span session, user, tags and metadata', () => {
  for (const { one, span } of ofKind(rows, 'tool-call')) {
    expect(span.attributes['tool.id']).toBe(one.toolCall.id);
    expect(span.attributes['tool.name']).toBe(span.attributes['gen_ai.tool.name']);
    expect(JSON.parse(String(span.attributes['tool.parameters']))).toEqual(one.toolCall.arguments);
  }
  for (const { one, span } of rows) {
    const { attributes } = span;
    expect([attributes['session.id'], attributes['user.id']]).toEqual([one.scope.sessionId, 'ada']);
    expect(attributes['tag.tags']).toEqual(['shop', 'cents']);
    expect(JSON.parse(String(attributes['metadata']))).toMatchObject({ turn_number: one.scope.number });
  }
});
