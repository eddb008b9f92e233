// What LangSmith reads of our spans, by its documentation: kinds, threads, tags, tokens, messages, and that no parent is missing,
// because it drops a span whose parent never comes.
import { expect, test } from 'vitest';
import { ofKind, rowsIn, tokensOf, withoutParent } from './rows.ts';

const rows = await rowsIn('langsmith');

test.each([
  ['turn', 'chain'],
  ['agent-run', 'chain'],
  ['generation', 'llm'],
  ['tool-call', 'tool'],
  ['compaction', 'chain'],
] as const)('a %s is a run of type %s', (kind, expected) => {
  for (const { span } of ofKind(rows, kind)) expect(span.attributes['langsmith.span.kind']).toBe(expected);
});

test('a session is a thread, by the metadata of every run; nothing names a project', () => {
  for (const { one, span } of rows) {
    expect(span.attributes['langsmith.metadata.session_id']).toBe(one.scope.sessionId);
    expect(Object.keys(span.attributes).filter((name) => name.startsWith('langsmith.trace.'))).toEqual([]);
  }
});

test('every parent comes', () => {
  expect(withoutParent(rows.filter(({ told }) => told !== 'things with everything'))).toEqual([]);
});

test('tags are one text, user and outcome are metadata', () => {
  for (const { span } of rows) {
    expect(span.attributes['langsmith.span.tags']).toBe('shop,cents');
    expect(span.attributes['langsmith.metadata.user_id']).toBe('ada');
  }
  for (const { one, span } of ofKind(rows, 'tool-call'))
    expect(span.attributes['langsmith.metadata.tool_outcome']).toBe(one.toolCall.outcome);
});

test("tokens, model and messages of a model's run are the base's", () => {
  for (const { one, span } of ofKind(rows, 'generation')) {
    const { attributes } = span;
    expect(attributes['gen_ai.operation.name']).toBe('chat');
    expect(attributes['gen_ai.usage.input_tokens']).toBe(tokensOf(one)?.input);
    expect(attributes['gen_ai.usage.output_tokens']).toBe(tokensOf(one)?.output);
    expect(attributes['gen_ai.provider.name']).toMatch(/^(anthropic|aws\.bedrock|gcp\.vertex_ai)$/);
    if (one.generation.output.length > 0)
      expect(JSON.parse(String(attributes['gen_ai.output.messages']))).toHaveLength(1);
  }
});

test('chains and tools show what went in and came out', () => {
  for (const { one, span } of ofKind(rows, 'tool-call')) {
    expect(JSON.parse(String(span.attributes['input.value']))).toEqual(one.toolCall.arguments);
    expect('output.value' in span.attributes).toBe(one.toolCall.result !== undefined);
  }
  for (const { one, span } of ofKind(rows, 'turn')) {
    if (one.turn.output.length > 0) expect(String(span.attributes['output.value'])).toContain('assistant');
  }
});
