// The example session as spans: the whole tree, its ids, its times, and that nothing leaks at level none.
// After a change that is meant, `TURNSPAN_GOLDEN=write npx vitest run test/telemetry` writes the tree anew: read its diff.
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

import { encodeTraces } from '../../src/delivery/encode.ts';
import { exampleStory } from '../support/example-session.ts';
import { spansOfLines } from '../support/otlp-lines.ts';
import { traceText } from '../support/trace-text.ts';
import { contentAttributes } from './spans-document.ts';
import { exampleSpans, named, timesOf } from './spans-of.ts';

const golden = join(import.meta.dirname, '../golden/example.txt');

interface RecordedLine {
  readonly type: string;
  readonly subtype?: string;
  readonly uuid?: string;
  readonly timestamp?: string;
  readonly turnOrigin?: string;
  readonly requestRef?: string;
  readonly id?: string;
  readonly message?: {
    readonly id?: string;
    readonly content?: unknown;
    readonly usage?: Record<string, number>;
  };
}

const story = exampleStory();
const lines = story.writes.map(({ file, text }) => ({ file, line: JSON.parse(text) as RecordedLine }));
const assistantLines = lines.flatMap(({ line }) => (line.type === 'assistant' ? [line] : []));

/** As design.md, "Identity", says it. */
function idOf(kind: string, ...ids: readonly string[]): string {
  return createHash('sha256')
    .update(`turnspan:v1:${kind}:${ids.join(':')}`)
    .digest()
    .subarray(0, 8)
    .toString('hex');
}

function traceIdOf(promptUuid: string): string {
  return createHash('sha256')
    .update(`turnspan:v1:trace:${promptUuid}`)
    .digest()
    .subarray(0, 16)
    .toString('hex');
}

const prompts = lines.flatMap(({ file, line }) =>
  file === 'main' && line.turnOrigin !== undefined && line.type === 'user' ? [line.uuid ?? ''] : [],
);
const messageIds = [...new Set(assistantLines.map(({ message }) => message?.id ?? ''))];
const toolIds = assistantLines.flatMap(({ message }) =>
  (message?.content as { type: string; id: string }[]).flatMap(({ type, id }) =>
    type === 'tool_use' ? [id] : [],
  ),
);
const agentFirstLines = [...story.metas.keys()].map((agentId) => ({
  agentId,
  uuid: lines.find(({ file, line }) => file === agentId && line.uuid !== undefined)?.line.uuid ?? '',
}));

describe('the example session', () => {
  test('is the tree in test/golden/example.txt', async () => {
    const request = Buffer.from(encodeTraces(await exampleSpans(), 'json')).toString('utf8');
    const text = traceText(spansOfLines(request));
    if (process.env['TURNSPAN_GOLDEN'] === 'write') writeFileSync(golden, text);
    expect(text).toBe(readFileSync(golden, 'utf8'));
  });

  test('has an id for each turn, response, call, agent and compaction, made of its own ids', async () => {
    const boundary = lines.find(({ line }) => line.subtype === 'compact_boundary')?.line.uuid ?? '';
    const expected = [
      ...prompts.map((uuid) => idOf('turn', uuid)),
      ...messageIds.map((id) => idOf('generation', id)),
      ...toolIds.map((id) => idOf('tool', id)),
      ...agentFirstLines.map(({ agentId, uuid }) => idOf('agent', agentId, uuid)),
      idOf('compaction', boundary),
    ];
    const spans = await exampleSpans();
    expect(spans.map((span) => span.spanContext().spanId).sort()).toEqual(expected.sort());
    expect(new Set(expected).size).toBe(6 + 18 + 12 + 3 + 1);
  });

  test('is one trace for each turn, of the uuid of its prompt, and each span in it has its parent there', async () => {
    const spans = await exampleSpans();
    expect(new Set(spans.map((span) => span.spanContext().traceId))).toEqual(new Set(prompts.map(traceIdOf)));
    const traceOf = new Map(spans.map((span) => [span.spanContext().spanId, span.spanContext().traceId]));
    for (const { parentSpanContext: parent, spanContext } of spans) {
      if (parent !== undefined) expect(traceOf.get(parent.spanId)).toBe(spanContext().traceId);
    }
    expect(spans.filter((span) => span.parentSpanContext === undefined)).toHaveLength(6);
  });

  test('hangs each agent under the call that its meta file names', async () => {
    const spans = await exampleSpans();
    for (const { agentId, uuid } of agentFirstLines) {
      const { toolUseId } = JSON.parse(story.metas.get(agentId) ?? '') as { toolUseId: string };
      const span = spans.find((one) => one.spanContext().spanId === idOf('agent', agentId, uuid));
      expect(span?.parentSpanContext?.spanId).toBe(idOf('tool', toolUseId));
    }
  });

  test('has the tokens that the API reported, once for each response', async () => {
    const spans = (await exampleSpans()).filter((span) => span.name.startsWith('chat '));
    for (const id of messageIds) {
      const usage = assistantLines.find(({ message }) => message?.id === id)?.message?.usage ?? {};
      const span = spans.find((one) => one.attributes['gen_ai.response.id'] === id);
      const cached = [
        usage['cache_read_input_tokens'] ?? 0,
        usage['cache_creation_input_tokens'] ?? 0,
      ] as const;
      expect(span?.attributes).toMatchObject({
        'gen_ai.usage.input_tokens': (usage['input_tokens'] ?? 0) + cached[0] + cached[1],
        'gen_ai.usage.output_tokens': usage['output_tokens'],
        'gen_ai.usage.cache_read.input_tokens': cached[0],
        'gen_ai.usage.cache_creation.input_tokens': cached[1],
      });
    }
  });

  test('has usage on responses alone: backends add it up over all spans', async () => {
    for (const span of await exampleSpans('full')) {
      const usage = Object.keys(span.attributes).filter((key) => key.startsWith('gen_ai.usage.'));
      if (!span.name.startsWith('chat ')) expect(usage).toEqual([]);
    }
  });

  test('has the sums of the responses in its turns', async () => {
    const spans = await exampleSpans();
    const sum = (some: typeof spans, key: string) =>
      some.reduce((total, span) => total + Number(span.attributes[key] ?? 0), 0);
    const turns = named(spans, 'invoke_agent claude-code');
    // The background agent was still running when its turn closed: its sums are on its own span.
    const background = spans.filter((span) => span.attributes['turnspan.agent.background'] === true);
    expect(background).toHaveLength(1);
    expect(sum(turns, 'turnspan.turn.output_tokens') + sum(background, 'turnspan.agent.output_tokens')).toBe(
      sum(spans, 'gen_ai.usage.output_tokens'),
    );
    expect(sum(turns, 'turnspan.turn.tool_calls') + sum(background, 'turnspan.agent.tool_calls')).toBe(12);
  });

  test('has recorded times: each response from its request to its last line', async () => {
    const spans = await exampleSpans();
    for (const id of messageIds) {
      const own = assistantLines.filter(({ message }) => message?.id === id);
      const request = lines.find(({ line }) => line.type === 'api-request' && line.id === own[0]?.requestRef);
      const span = spans.find((one) => one.attributes['gen_ai.response.id'] === id);
      expect(timesOf(span!)).toEqual({
        startedAt: Date.parse(request?.line.timestamp ?? ''),
        endedAt: Math.max(...own.map(({ timestamp }) => Date.parse(timestamp ?? ''))),
      });
    }
    for (const span of spans) {
      const { startedAt, endedAt } = timesOf(span);
      expect(endedAt).toBeGreaterThanOrEqual(startedAt);
      expect(Object.keys(span.attributes).filter((key) => key.endsWith('.inferred'))).toEqual([]);
    }
  });

  test('gives the same bytes again', async () => {
    const [once, again] = [await exampleSpans('full'), await exampleSpans('full')];
    expect(encodeTraces(again, 'protobuf')).toEqual(encodeTraces(once, 'protobuf'));
  });
});

/** Keys whose values are ids, times, versions or names that leave at every level. */
const NAMES = new Set([
  'uuid', 'parentUuid', 'logicalParentUuid', 'id', 'requestId', 'requestRef', 'promptId', 'sessionId', 'session_id',
  'toolUseID', 'tool_use_id', 'toolUseId', 'agentId', 'parentAgentId', 'sourceToolAssistantUUID', 'messageId',
  'timestamp', 'model', 'modelId', 'requestedModel', 'resolvedModel', 'agentType', 'subagent_type', 'version',
  'turnOrigin', 'kind', 'type', 'subtype', 'permissionMode', 'headUuid', 'anchorUuid', 'tailUuid', 'uuids', 'allUuids',
  'snapshotMessageId', 'leafUuid', 'taskId', 'addedTypes', 'builtInTypes', 'querySource',
]); // prettier-ignore

/** Every text of the transcript that is longer than 12 characters and no id or name; of long ones their lines too. */
function contentOf(value: unknown, key = ''): string[] {
  if (typeof value === 'string') {
    if (NAMES.has(key)) return [];
    return [value, ...value.split('\n').map((line) => line.trim())].filter((text) => text.length > 12);
  }
  if (Array.isArray(value)) return value.flatMap((one) => contentOf(one, key));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, one]) => contentOf(one, name));
}

describe('content', () => {
  const texts = [
    ...new Set([
      ...story.writes.flatMap(({ text }) => contentOf(JSON.parse(text))),
      ...[...story.metas.values()].flatMap((meta) => contentOf(JSON.parse(meta))),
    ]),
  ].filter((text) => text !== 'general-purpose' && text !== 'claude-opus-5-5'); // names, in lists and settings too

  test('at level none is nowhere in the bytes: no text, path, command or description', async () => {
    const spans = await exampleSpans('none');
    const bytes = (['json', 'protobuf'] as const).map((encoding) =>
      Buffer.from(encodeTraces(spans, encoding)).toString('utf8'),
    );
    expect(texts.length).toBeGreaterThan(200);
    expect(texts).toContain('One line for the changelog, please.');
    expect(texts).toContain('/home/ada/shop/src/money.js');
    for (const all of bytes) expect(texts.filter((text) => all.includes(text))).toEqual([]);
    // As JSON escapes it.
    expect(texts.filter((text) => bytes[0]?.includes(JSON.stringify(text).slice(1, -1)))).toEqual([]);
  });

  test('at level full is there: prompts, answers, arguments, results, descriptions', async () => {
    const json = Buffer.from(encodeTraces(await exampleSpans('full'), 'json')).toString('utf8');
    for (const text of [
      'One line for the changelog, please.',
      '/home/ada/shop/src/money.js',
      'npm test --silent',
      'Write rounding docs',
      'Two callers.',
    ]) {
      expect(json).toContain(text);
    }
  });

  test('changes nothing but the attributes that hold it', async () => {
    const content = contentAttributes();
    const [none, full] = [await exampleSpans('none'), await exampleSpans('full')];
    expect(full).toHaveLength(none.length);
    for (const [n, span] of full.entries()) {
      const rest = Object.entries(span.attributes).filter(([key]) => !content.has(key));
      expect(Object.fromEntries(rest)).toEqual(none[n]?.attributes);
      expect(timesOf(span)).toEqual(timesOf(none[n]!));
    }
  });
});
