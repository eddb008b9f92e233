// What Langfuse makes of our spans: every row of its rules, over the example, the scenarios and things with everything.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Completed } from '../../src/session/model.ts';
import { hasPrice, shownInput, toObservation, totalOf, traceOf3, traceOf4, type Observation } from './langfuse-rules.ts'; // prettier-ignore
import { readSpans, type ReadSpan } from './otlp-json.ts';
import { allSessions, spansFor } from './sessions.ts';

const reference = join(import.meta.dirname, '../../../shared/reference/langfuse');
const SKIPPED = "(skipped: the sample of Langfuse's own code is not beside this checkout)";

describe.skipIf(!existsSync(reference))(`the rules ${existsSync(reference) ? '' : SKIPPED}`, () => {
  const read = (name: string) => (existsSync(reference) ? readFileSync(join(reference, name), 'utf8') : '');

  test('give what the code of Langfuse gave for its sample', () => {
    const out = JSON.parse(read('example.out.json')) as { events: Record<string, unknown>[] };
    const made = readSpans(read('example.jsonl')).map(toObservation);
    expect(made).toHaveLength(6);
    expect(
      made.map((one) => ({
        spanId: one.id,
        traceId: one.traceId,
        parentSpanId: one.parent,
        name: one.name,
        type: one.type,
        environment: one.environment,
        version: one.version,
        level: one.level,
        statusMessage: one.statusMessage,
        modelParameters: one.modelParameters,
        modelName: one.model,
        completionStartTime: one.completionStartTime,
        providedUsageDetails: one.usage,
        providedCostDetails: one.cost,
        tags: one.tags,
        traceName: one.traceName,
        userId: one.user,
        sessionId: one.session,
        input: one.input,
        output: one.output,
      })),
    ).toEqual(
      out.events.map(
        (event) =>
        Object.fromEntries(
          [
            'spanId', 'traceId', 'parentSpanId', 'name', 'type', 'environment', 'version', 'level', 'statusMessage',
            'modelParameters', 'modelName', 'completionStartTime', 'providedUsageDetails', 'providedCostDetails', 'tags',
            'traceName', 'userId', 'sessionId', 'input', 'output',
          ].map((name) => [name, event[name]]),
        ), // prettier-ignore
      ),
    );
  });
});

const sessions = await allSessions();
const TYPES: Readonly<Record<Completed['kind'], string>> = {
  turn: 'AGENT',
  'agent-run': 'AGENT',
  generation: 'GENERATION',
  'tool-call': 'TOOL',
  compaction: 'SPAN',
};

interface Row {
  readonly told: string;
  readonly one: Completed;
  readonly made: Observation;
  readonly span: ReadSpan;
}

describe.each([
  ['in the dialect', 'langfuse'],
  ['by the base attributes alone', undefined],
] as const)('%s', (_how, dialect) => {
  const rows: Row[] = sessions.flatMap((told) =>
    spansFor(told, dialect).map((span) => ({
      told: told.name,
      span,
      made: toObservation(span),
      one: told.things.get(span.spanId)!,
    })),
  );
  const of = <Kind extends Completed['kind']>(kind: Kind) =>
    rows.flatMap(({ one, ...row }) =>
      // The cast: its kind says which one it is.
      one.kind === kind ? [{ ...row, one: one as Extract<Completed, { kind: Kind }> }] : [],
    );

  test('there are enough of each kind', () => {
    for (const kind of ['turn', 'generation', 'tool-call', 'agent-run', 'compaction'] as const) {
      expect(of(kind).length, kind).toBeGreaterThan(5);
    }
  });

  test('every span is an observation of the right type', () => {
    for (const { one, made } of rows) expect(made.type).toBe(TYPES[one.kind]);
  });

  test('a tool is shown by its name, everything else by the name of its span', () => {
    for (const { one, made, span } of rows) {
      expect(made.name).toBe(one.kind === 'tool-call' ? span.attributes['gen_ai.tool.name'] : span.name);
    }
  });

  test('every parent is there, or the observation is a root', () => {
    const ids = new Set(rows.map(({ told, made }) => `${told} ${made.id}`));
    // Those with everything are no tree: they hang under things that nobody has told.
    for (const { told, made } of rows) {
      if (made.parent === null || told === sessions.at(-1)?.name) continue;
      expect(ids.has(`${told} ${made.parent}`)).toBe(true);
    }
  });

  test('input and output are those of the thing, whole', () => {
    for (const { made } of of('tool-call'))
      expect(() => JSON.parse(made.input ?? '') as unknown).not.toThrow();
    for (const { one, made } of of('turn')) {
      expect(
        firstText(
          one.turn.input.flatMap(({ blocks }) => blocks),
          made.input,
        ),
      ).toBe(true);
      expect(firstText(one.turn.output, made.output)).toBe(true);
    }
    for (const { one, made } of of('agent-run')) {
      expect(
        firstText(
          one.agentRun.input.flatMap(({ blocks }) => blocks),
          made.input,
        ),
      ).toBe(true);
      expect(firstText(one.agentRun.output, made.output)).toBe(true);
    }
    for (const { one, made } of of('generation')) {
      expect(
        firstText(
          one.generation.input.flatMap(({ blocks }) => blocks),
          made.input,
        ),
      ).toBe(true);
      expect(firstText(one.generation.output, made.output)).toBe(true);
    }
    for (const { one, made } of of('tool-call')) {
      expect(JSON.parse(made.input ?? '')).toEqual(one.toolCall.arguments);
      expect(made.output === null).toBe(one.toolCall.result === undefined);
    }
  });

  test('usage adds up to the tokens of the API, each token once', () => {
    let split = 0;
    for (const { one, made } of of('generation')) {
      const { usage } = one.generation;
      if (usage === undefined) {
        expect(made.usage).toBeUndefined();
        continue;
      }
      const input = usage.inputTokens + usage.cacheReadTokens + usage.cacheCreationTokens;
      expect(totalOf(made.usage)).toBe(input + usage.outputTokens);
      expect(shownInput(made.usage)).toBe(input);
      expect(made.usage).toMatchObject({ input: usage.inputTokens, output: usage.outputTokens });
      expect(made.usage?.['input_cached_tokens'] ?? 0).toBe(usage.cacheReadTokens);
      for (const tokens of Object.values(made.usage ?? {})) expect(Number.isSafeInteger(tokens)).toBe(true);
      if (dialect === undefined) continue;
      expect(made.usage?.['input_cache_creation_5m'] ?? 0).toBe(usage.cacheCreation5mTokens ?? 0);
      expect(made.usage?.['input_cache_creation_1h'] ?? 0).toBe(usage.cacheCreation1hTokens ?? 0);
      split += usage.cacheCreation1hTokens ?? 0;
    }
    if (dialect !== undefined) expect(split).toBeGreaterThan(0);
  });

  test('usage, cost and model are of generations alone', () => {
    for (const { one, made, span } of rows) {
      if (one.kind === 'generation') continue;
      expect([made.usage, made.cost, made.model]).toEqual([undefined, {}, undefined]);
      // It would be dropped there; nothing of it is sent.
      const usage = Object.keys(span.attributes).filter((name) =>
        /usage_details|cost_details|^gen_ai\.usage/.test(name),
      );
      expect(usage).toEqual([]);
    }
  });

  test('cost is ours where we know one, as a number', () => {
    let known = 0;
    for (const { one, made } of of('generation')) {
      const { cost } = one.generation;
      if (cost === undefined) expect(made.cost).toEqual({});
      else expect(made.cost['total']).toBeCloseTo(cost / 1e9, 9);
      known += cost === undefined ? 0 : 1;
    }
    expect(known).toBeGreaterThan(20);
  });

  test('the model is the one that answered', () => {
    for (const { one, made } of of('generation')) {
      const { model, requestedModel } = one.generation;
      const name = model ?? requestedModel;
      if (name === undefined) continue;
      expect(name.startsWith(made.model ?? '-')).toBe(true);
      if (dialect !== undefined && one.generation.cost === undefined) expect(hasPrice(made.model)).toBe(true);
    }
  });

  test('parameters of the request are numbers and words', () => {
    const all = of('generation').map(({ made }) => made.modelParameters);
    expect(all.some(({ max_tokens: most }) => most === 128_000)).toBe(true);
    if (dialect !== undefined) expect(all.some(({ speed }) => speed === 'standard')).toBe(true);
    for (const value of all.flatMap((one) => Object.values(one)))
      expect(['string', 'number']).toContain(typeof value);
  });

  test('what failed is an error', () => {
    for (const { made, span } of rows) expect(made.level === 'ERROR').toBe(span.status.code === 2);
    const failed = rows.filter(({ made }) => made.level === 'ERROR');
    expect(failed.length).toBeGreaterThan(5);
    if (dialect === undefined) return;
    for (const { made } of failed) expect(made.statusMessage).toEqual(expect.any(String));
    const warned = rows.filter(({ made }) => made.level === 'WARNING');
    expect(warned.map(({ made }) => made.statusMessage)).toEqual(
      expect.arrayContaining(['interrupted', 'denied', 'lost']),
    );
  });

  test('session, user, tags and version are on every observation', () => {
    for (const { one, made } of rows) {
      expect([made.session, made.user]).toEqual([one.scope.sessionId, 'ada']);
      expect(made.version).toBe(one.scope.clientVersion ?? null);
      expect(made.environment).toBe('default');
      if (dialect === undefined) continue;
      expect([made.tags, made.traceName]).toEqual([['shop', 'cents'], 'claude-code']);
    }
  });

  test('no observation is lost to a value of the wrong shape', () => {
    for (const { made, span } of rows) {
      expect(made.completionStartTime).toBeNull();
      expect(span.name.length).toBeLessThanOrEqual(1000);
      expect(['string', 'undefined']).toContain(typeof span.attributes['langfuse.observation.level']);
    }
  });

  test('a trace has the name, session, user, tags, input and output of its turn, in versions 3 and 4', () => {
    for (const { made, told: place } of of('turn')) {
      // No tree: an agent without its call is a second root there.
      if (place === sessions.at(-1)?.name) continue;
      const trace = rows.filter((row) => row.told === place && row.made.traceId === made.traceId);
      const [three, four] = [traceOf3(trace.map((row) => row.made)), traceOf4(trace.map((row) => row.made))];
      for (const told of [three, four]) {
        expect(told.name).toBe(dialect === undefined ? 'invoke_agent claude-code' : 'claude-code');
        // A turn in the middle of which its session was forked has spans of both.
        expect(trace.map((row) => row.made.session)).toContain(told.session);
        expect(told.user).toBe('ada');
        expect(told.tags).toEqual(dialect === undefined ? [] : ['shop', 'cents']);
        expect(trace.map((row) => row.made.version)).toContain(told.version);
      }
      expect([four.input, four.output]).toEqual([three.input, three.output]);
    }
  });

  test('the sums of a trace are those of its generations', () => {
    for (const { made, told } of of('turn')) {
      const trace = rows.filter((row) => row.told === told && row.made.traceId === made.traceId);
      const tokens = trace.flatMap(({ one }) => (one.kind === 'generation' ? [one.generation.usage] : []));
      const expected = tokens.reduce(
        (sum, usage) =>
          sum +
          (usage === undefined
            ? 0
            : usage.inputTokens + usage.outputTokens + usage.cacheReadTokens + usage.cacheCreationTokens),
        0,
      );
      expect(traceOf4(trace.map((row) => row.made)).usage).toBe(expected);
    }
  });

  test('what people filter by lies at the top of the metadata', () => {
    if (dialect === undefined) return;
    for (const { one, made } of of('turn')) {
      expect(made.metadata).toMatchObject({ turn_status: one.turn.status, turn_number: one.scope.number });
      expect(made.traceMetadata).toEqual(made.metadata);
    }
    for (const { one, made } of of('tool-call')) {
      expect(made.metadata).toMatchObject({ tool_outcome: one.toolCall.outcome });
      expect(made.traceMetadata).toEqual({});
    }
  });
});

test('a name with the mark of a long context, or a day, has a price there', () => {
  const [everything] = sessions.slice(-1);
  const generation = [...(everything?.things.entries() ?? [])].find(([, one]) => one.kind === 'generation');
  if (generation?.[1].kind !== 'generation') throw new Error('no generation');
  const named = (model: string, cost?: number): string | undefined => {
    const one = {
      ...generation[1],
      generation: { ...(generation[1] as { generation: object }).generation, model, cost },
    };
    const things = new Map([[generation[0], one as Completed]]);
    return spansFor({ name: '', things }, 'langfuse').map(toObservation)[0]?.model;
  };
  expect(named('claude-opus-5[1m]', 1)).toBe('claude-opus-5');
  expect(named('claude-opus-5-20260725')).toBe('claude-opus-5');
  expect(named('claude-opus-5-20260725[1m]')).toBe('claude-opus-5');
  // Its cost is ours, and its name what the API says.
  expect(named('claude-opus-5-20260725', 1)).toBe('claude-opus-5-20260725');
});

/** Is the first text of the blocks there, if there is one? */
function firstText(
  blocks: readonly { readonly type: string; readonly text?: string }[],
  told: string | null,
): boolean {
  const text = blocks.find(({ type }) => type === 'text')?.text;
  if (text === undefined) return true;
  return told?.includes(JSON.stringify(text.slice(0, 200)).slice(1, -1)) === true;
}
