// The contract that every dialect keeps: it adds and changes nothing, lets nothing out that may not leave, says nothing twice, and
// is written down.
import type { ReadableSpan } from '@opentelemetry/sdk-trace-node';
import { describe, expect, test } from 'vitest';
import { DIALECTS, type DialectName } from '../../../src/config/dialect.ts';
import { presets } from '../../../src/config/presets/list.ts';
import type { ContentLevel } from '../../../src/privacy/policy.ts';
import type { Completed, Generation } from '../../../src/session/model.ts';
import { spanMaker } from '../../../src/span-maker.ts';
import { dialects } from '../../../src/telemetry/dialects/list.ts';
import { ownTraces } from '../../../src/telemetry/trace-context.ts';
import { everyThing } from '../every-thing.ts';
import { dialectsDocument } from '../spans-document.ts';

const SECRET = 'planted-secret';

/** Ids, and what leaves at every level: names of tools, models and agents, words of the client, mostly. */
const NAMES = new Set([
  'turnId', 'sessionId', 'promptId', 'clientVersion', 'agentId', 'runId', 'id', 'messageId', 'requestId', 'model',
  'requestedModel', 'stopReason', 'type', 'role', 'outcome', 'status', 'error', 'origin', 'permissionMode', 'effort',
  'serviceTier', 'speed', 'inferenceGeo', 'source', 'thinkingType', 'kind', 'uuid', 'toolUseId', 'unlaunched', 'name',
  'permissionDecision', 'permissionSource', 'denialKind', 'trigger', 'mcpServers', 'modality', 'mediaType',
]); // prettier-ignore

/** The same thing with the secret in every text that is content. */
function planted<Value>(value: Value, key = ''): Value {
  // What the client wrote of a request: words and numbers.
  if (key === 'request') return value;
  if (typeof value === 'string') return (NAMES.has(key) ? value : `${SECRET} ${value}`) as Value;
  if (Array.isArray(value)) return value.map((one: unknown) => planted(one, key)) as Value;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, planted(one, name)])) as Value;
}

/** A generation with every kind of block. */
const talk: readonly Completed[] = everyThing.flatMap((one): Completed[] => {
  if (one.kind !== 'generation') return [];
  const result = { type: 'tool_result', toolUseId: 'toolu_1', isError: false } as const;
  const input: Generation['input'] = [
    {
      role: 'tool',
      blocks: [
        { ...result, content: 'done' },
        { ...result, content: [{ type: 'text', text: 'x' }] },
      ],
    },
    {
      role: 'user',
      blocks: [
        { type: 'text', text: 'Go on' },
        { type: 'image', mediaType: 'image/png' },
      ],
    },
  ];
  const output: Generation['output'] = [
    { type: 'thinking', thinking: 'Well' },
    { type: 'text', text: 'I look' },
    { type: 'tool_use', id: 'toolu_2', name: 'Read', input: { path: 'a.js', lines: [1, 2] } },
  ];
  return [{ ...one, generation: { ...one.generation, input, wholeInput: undefined, output } }];
});

const things: readonly Completed[] = [...everyThing, ...talk].flatMap((one) => [one, planted(one)]);

function spans(content: ContentLevel, dialect?: DialectName, valueLength?: number): ReadableSpan[] {
  const resource = {
    user: 'ada',
    tags: ['shop', 'cents, and more'],
    attributes: {},
    ...(valueLength === undefined ? {} : { attributeLimits: { spans: { valueLength } } }),
  };
  return things.map(spanMaker(content, resource, ownTraces, dialect));
}

function textsOf({ attributes }: ReadableSpan): string[] {
  return Object.values(attributes)
    .flatMap((value) => (value ?? []) as string)
    .map(String);
}

test('the names of the config file are those of the dialects', () => {
  expect(Object.keys(dialects).sort()).toEqual([...DIALECTS].sort());
});

test('presets ask for dialects that there are', () => {
  const asked = new Map(
    presets.flatMap(({ name, dialect }) => (dialect === undefined ? [] : [[name, dialect]])),
  );
  expect(Object.fromEntries(asked)).toEqual({
    'langfuse-eu': 'langfuse',
    'langfuse-us': 'langfuse',
    'langfuse-jp': 'langfuse',
    'langfuse-hipaa': 'langfuse',
    'langfuse-self-hosted': 'langfuse',
    phoenix: 'openinference',
    'langsmith-us': 'langsmith',
    'langsmith-eu': 'langsmith',
  });
});

describe.each(DIALECTS.map((name) => [name] as const))('%s', (name) => {
  test.each(['none', 'full'] as const)(
    'adds to the base at level %s, and changes nothing of it',
    (content) => {
      const base = spans(content);
      for (const [n, span] of spans(content, name).entries()) {
        const entries = Object.entries(span.attributes);
        const own = Object.entries(base[n]?.attributes ?? {});
        // In the same order too: where there may be only so many, the later ones are dropped.
        expect(entries.slice(0, own.length)).toEqual(own);
        expect(entries.length).toBeGreaterThan(own.length);
        const rest = ({ spanContext, ...others }: ReadableSpan) => [
          spanContext(),
          { ...others, attributes: {}, resource: others.resource.attributes },
        ];
        expect(rest(span)).toEqual(rest(base[n]!));
      }
    },
  );

  test('says nothing at level none that the base says only at level full', () => {
    expect(spans('full').some((span) => textsOf(span).some((text) => text.includes(SECRET)))).toBe(true);
    const base = spans('none');
    const leaky = (span: ReadableSpan, n: number) =>
      Object.entries(span.attributes).filter(
        ([key, value]) => !(key in (base[n]?.attributes ?? {})) && String(value).includes(SECRET),
      );
    // The test itself sees what it looks for.
    expect(spans('full', name).flatMap(leaky).length).toBeGreaterThan(10);
    expect(spans('none', name).flatMap(leaky)).toEqual([]);
  });

  test('says nothing at level full that the base of that span does not say', () => {
    const base = spans('full');
    for (const [n, span] of spans('full', name).entries()) {
      const said = textsOf(base[n]!).some((text) => text.includes(SECRET));
      const more = textsOf(span).some((text) => text.includes(SECRET));
      expect(more).toBe(said);
    }
  });

  test('keeps to the length of a value, and its JSON stays JSON', () => {
    for (const valueLength of [10, 40, 300]) {
      for (const { attributes } of spans('full', name, valueLength)) {
        for (const [key, value] of Object.entries(attributes)) {
          if (typeof value !== 'string') continue;
          expect(Array.from(value).length).toBeLessThanOrEqual(valueLength);
          if (IS_JSON.test(key)) expect(() => JSON.parse(value) as unknown, `${key} ${value}`).not.toThrow();
        }
      }
    }
  });

  test('is the same again', () => {
    expect(spans('full', name).map(({ attributes }) => attributes)).toEqual(
      spans('full', name).map(({ attributes }) => attributes),
    );
  });

  test('docs/spans.md says exactly what it sends, and at which level', () => {
    const emitted = (content: ContentLevel): string[] => {
      const base = spans(content);
      const names = spans(content, name).flatMap(({ attributes }, n) =>
        Object.keys(attributes).filter((key) => !(key in (base[n]?.attributes ?? {}))),
      );
      // Messages have their place in their names; what is metadata is listed once for all.
      return [
        ...new Set(
          names.map((one) => one.replace(/\.\d+\./g, '.N.').replace(/\.metadata\.\w+$/, '.metadata.NAME')),
        ),
      ].sort();
    };
    const document = dialectsDocument().get(name);
    const documented = [...(document ?? [])];
    expect(emitted('full')).toEqual(documented.map(([key]) => key).sort());
    expect(emitted('none')).toEqual(
      documented.flatMap(([key, level]) => (level === 'always' ? [key] : [])).sort(),
    );
  });
});

const IS_JSON =
  /_details$|model\.parameters$|observation\.(input|output)$|^metadata$|invocation_parameters$|tool\.parameters$|function\.arguments$/;

test('usage leaves by generations alone in every dialect', () => {
  for (const name of DIALECTS) {
    for (const [n, { attributes }] of spans('full', name).entries()) {
      const usage = Object.keys(attributes).filter((key) =>
        /usage_details|cost_details|llm\.(token_count|cost)/.test(key),
      );
      if (things[n]?.kind !== 'generation') expect(usage).toEqual([]);
    }
  }
});
