// What Datadog LLM Observability reads of our spans, by its documentation of the GenAI conventions (1.37 and newer): kinds by the
// operation, tokens, model, errors, session; the application is the service.
import { expect, test } from 'vitest';
import { presetNamed } from '../../src/config/presets/list.ts';
import { ofKind, rowsIn, tokensOf } from './rows.ts';

const rows = await rowsIn(undefined);

test('it gets the base alone', () => {
  expect(presetNamed('datadog')?.dialect).toBeUndefined();
});

test.each([
  ['turn', 'invoke_agent'],
  ['agent-run', 'invoke_agent'],
  ['generation', 'chat'],
  ['tool-call', 'execute_tool'],
  ['compaction', undefined],
] as const)('the operation of a %s is %s', (kind, expected) => {
  for (const { span } of ofKind(rows, kind)) expect(span.attributes['gen_ai.operation.name']).toBe(expected);
});

test('every span of the conventions names who provides it, or which tool it is', () => {
  for (const { one, span } of rows) {
    if (one.kind === 'compaction') continue;
    const name = one.kind === 'tool-call' ? 'gen_ai.tool.name' : 'gen_ai.provider.name';
    expect(span.attributes[name]).toEqual(expect.any(String));
  }
});

test('input tokens include the cache, and only responses have any', () => {
  for (const { one, span } of rows) {
    expect(span.attributes['gen_ai.usage.input_tokens']).toBe(tokensOf(one)?.input);
    expect(span.attributes['gen_ai.usage.output_tokens']).toBe(tokensOf(one)?.output);
  }
});

test('what failed says so by its status and its type', () => {
  const failed = rows.filter(({ span }) => span.status.code === 2);
  expect(failed.length).toBeGreaterThan(5);
  for (const { span } of failed) expect(span.attributes['error.type']).toEqual(expect.any(String));
});

test('the application is the service; session and user are on every span', () => {
  for (const { one, span } of rows) {
    expect(span.resource['service.name']).toBe('claude-code');
    expect([span.attributes['session.id'], span.attributes['user.id']]).toEqual([one.scope.sessionId, 'ada']);
  }
});

test('ids are such as it can read: hexadecimal, not all zeros', () => {
  for (const { span } of rows) {
    expect(span.traceId).toMatch(/^(?!0+$)[0-9a-f]{32}$/);
    expect(span.spanId).toMatch(/^(?!0+$)[0-9a-f]{16}$/);
  }
});
