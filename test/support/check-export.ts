// What must hold for the export of any session: it tells what a count made straight from the lines of its files says.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';

import { exportSessions } from '../../src/export-sessions.ts';
import { silentLog } from '../../src/platform/log.ts';
import { temporaryFolder } from './folders.ts';
import { spansOfLines, type PlainSpan } from './otlp-lines.ts';
import { countSession, INLINE, type CountedResponse, type CountedSession, type CountedTool } from './count-session.ts'; // prettier-ignore

/** Defines the tests of one session. */
export function checkExport(transcript: string): void {
  let counted: CountedSession;
  let spans: PlainSpan[];
  let spanOf: ReadonlyMap<string | undefined, PlainSpan>;
  beforeAll(async () => {
    counted = countSession(transcript);
    spans = await exportOf(transcript, 'none');
    spanOf = new Map(spans.map((span) => [span.spanId, span]));
  });

  test('has every response of the API once, with its tokens, from before its first line to its last', () => {
    // A request whose answer was never written has a span too, which has no end of its own.
    const chats = spans.filter((span) => isA(span, 'chat') && !span.attributes.has('turnspan.end.inferred'));
    expect(byId(chats.map(toldOfResponse))).toEqual(byId(counted.responses.map(wantedOfResponse)));
    for (const { uniqueId, firstAt, followsAt } of counted.responses) {
      const span = spanOf.get(spanId('generation', uniqueId));
      const startedAt = milliseconds(span?.startedAt);
      expect(startedAt, uniqueId).toBeLessThanOrEqual(firstAt);
      // A recorded start is what it is.
      if (span?.attributes.get('turnspan.start.inferred') === true)
        expect(startedAt, uniqueId).toBeGreaterThanOrEqual(followsAt);
    }
  });

  test('has every tool call once, with its result, from its call to its result', () => {
    const calls = spans.filter((span) => isA(span, 'execute_tool'));
    expect(byId(calls.map(toldOfTool))).toEqual(byId(counted.tools.map(wantedOfTool)));
  });

  test('has every agent, under the calls that launched and resumed it', () => {
    const agents = spans.filter(
      (span) => isA(span, 'invoke_agent') && span.attributes.has('gen_ai.agent.id'),
    );
    for (const { id, toolUseIds } of counted.agents) {
      const runs = agents.filter(({ attributes }) => attributes.get('gen_ai.agent.id') === id);
      expect(runs.length, id).toBeGreaterThan(0);
      if (toolUseIds.length === 0) continue;
      const under = runs.map((run) => spanOf.get(run.parentSpanId)?.attributes.get('tool_use_id'));
      expect({ id, under: [...new Set(under)].sort() }).toEqual({ id, under: toolUseIds });
    }
    const counts = new Set<unknown>(counted.agents.map(({ id }) => id));
    const unknown = agents.filter(({ attributes }) => !counts.has(attributes.get('gen_ai.agent.id')));
    if (!counted.hasInlineAgents) expect(unknown.map(label)).toEqual([]);
  });

  test('hangs what an agent did under its span, and all else under a turn', () => {
    const owners = [
      ...counted.responses.map(({ uniqueId, agentId }) => [spanId('generation', uniqueId), agentId] as const),
      ...counted.tools.map(({ id, agentId }) => [spanId('tool', id), agentId] as const),
    ];
    for (const [id, agentId] of owners) {
      const span = spanOf.get(id);
      const above = spanOf.get(span?.parentSpanId);
      const place = {
        span: span === undefined ? id : label(span),
        agentId: span?.attributes.get('agent_id'),
        underAgent: above?.attributes.get('gen_ai.agent.id'),
        above: above?.name.split(' ')[0],
      };
      const expected = agentId === INLINE ? place.agentId : agentId;
      expect(place).toEqual({ ...place, agentId: expected, underAgent: expected, above: 'invoke_agent' });
      if (agentId === INLINE) expect(place.agentId).toBeDefined();
    }
  });

  test('has every compaction and every retry of a request', () => {
    const compactions = spans.filter(({ name: what }) => what === 'compaction');
    const retries = spans.flatMap(({ events }) => events.filter((event) => event.name === 'turnspan.retry'));
    expect({ compactions: compactions.length, retries: retries.length }).toEqual({
      compactions: counted.compactions,
      retries: counted.retries,
    });
  });

  test('is whole trees: each id once, each parent there and in the same trace, one root a trace', () => {
    expect(spanOf.size).toBe(spans.length);
    const astray = spans.filter(
      ({ parentSpanId, traceId }) =>
        parentSpanId !== undefined && spanOf.get(parentSpanId)?.traceId !== traceId,
    );
    expect(astray.map(label)).toEqual([]);
    const roots = spans.filter(({ parentSpanId }) => parentSpanId === undefined);
    expect(new Set(roots.map(({ traceId }) => traceId)).size).toBe(roots.length);
    expect(roots.filter((span) => !isA(span, 'invoke_agent')).map(label)).toEqual([]);
  });

  test('has the same spans with content', async () => {
    const withContent = await exportOf(transcript, 'full');
    expect(withContent.map(label)).toEqual(spans.map(label));
  });

  test('ends no span before its start', () => {
    expect(spans.filter(({ startedAt, endedAt }) => endedAt < startedAt).map(label)).toEqual([]);
  });
}

async function exportOf(transcript: string, content: 'none' | 'full'): Promise<PlainSpan[]> {
  const file = join(temporaryFolder(), 'out.jsonl');
  await exportSessions([transcript], { content, target: file, log: silentLog });
  return spansOfLines(readFileSync(file, 'utf8'));
}

/** Identity as design.md says it. */
function spanId(kind: 'generation' | 'tool', id: string): string {
  return createHash('sha256').update(`turnspan:v1:${kind}:${id}`).digest('hex').slice(0, 16);
}

function wantedOfResponse(response: CountedResponse) {
  const { uniqueId, messageId, lastAt: endedAt, tokens, incomplete, stopReason } = response;
  return { id: spanId('generation', uniqueId), messageId, endedAt, ...tokens, incomplete, stopReason };
}

function toldOfResponse({ spanId: id, endedAt, attributes }: PlainSpan): ReturnType<typeof wantedOfResponse> {
  const number = (key: string) => attributes.get(key) as number | undefined;
  const text = (key: string) => attributes.get(key) as string | undefined;
  return {
    id,
    messageId: text('gen_ai.response.id'),
    endedAt: milliseconds(endedAt),
    input: number('gen_ai.usage.input_tokens'),
    output: number('gen_ai.usage.output_tokens'),
    cacheRead: number('gen_ai.usage.cache_read.input_tokens'),
    cacheCreation: number('gen_ai.usage.cache_creation.input_tokens'),
    cacheCreation5m: number('turnspan.usage.cache_creation_5m_tokens'),
    cacheCreation1h: number('turnspan.usage.cache_creation_1h_tokens'),
    incomplete: attributes.get('turnspan.usage.incomplete') === true,
    stopReason: text('turnspan.response.stop_reason'),
  };
}

function wantedOfTool({ id: toolUseId, outcome, startedAt, endedAt }: CountedTool) {
  return {
    id: spanId('tool', toolUseId),
    toolUseId,
    outcome,
    startedAt,
    // Recorded times can run backwards, a span never does; without a result nobody knows.
    endedAt: endedAt === undefined ? 'inferred' : Math.max(startedAt, endedAt),
  };
}

function toldOfTool({
  spanId: id,
  startedAt,
  endedAt,
  attributes,
}: PlainSpan): ReturnType<typeof wantedOfTool> {
  return {
    id,
    toolUseId: attributes.get('tool_use_id') as string,
    outcome: attributes.get('turnspan.tool.outcome') as CountedTool['outcome'],
    startedAt: milliseconds(startedAt),
    endedAt: attributes.get('turnspan.end.inferred') === true ? 'inferred' : milliseconds(endedAt),
  };
}

function byId<T extends { readonly id: string }>(things: readonly T[]): T[] {
  return [...things].sort((a, b) => a.id.localeCompare(b.id));
}

function isA({ attributes }: PlainSpan, operation: string): boolean {
  return attributes.get('gen_ai.operation.name') === operation;
}

function milliseconds(nanoseconds = 0n): number {
  return Number(nanoseconds / 1_000_000n);
}

function label({ name, spanId: id }: PlainSpan): string {
  return `${name} ${id}`;
}
