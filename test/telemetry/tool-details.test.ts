// One contract for all extractors: found, tried, never more than the level allows, and nothing makes them fail.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { contentPolicy } from '../../src/privacy/policy.ts';
import { Common, Tool } from '../../src/telemetry/semconv.ts';
import { toolDetails, toolExtractors } from '../../src/telemetry/tool-details.ts';
import { toolCall, toolSamples } from './tool-samples.ts';

const folder = join(import.meta.dirname, '../../src/telemetry/tools');
const [none, full] = [contentPolicy('none'), contentPolicy('full')];

/** Attributes that have a value. */
function told(...of: Parameters<typeof toolDetails>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(toolDetails(...of)).filter(([, value]) => value !== undefined));
}

/** The same JSON with every text in it replaced. */
function withTexts(value: unknown, text: string): unknown {
  return JSON.parse(JSON.stringify(value ?? null), (_key, part: unknown) =>
    typeof part === 'string' ? text : part,
  );
}

describe('the extractors', () => {
  test('are one in each file of their folder, and each is used', async () => {
    const modules = await Promise.all(
      readdirSync(folder).map((name) => import(join(folder, name)) as Promise<Record<string, unknown>>),
    );
    const exported = modules.map((module) => Object.values(module));
    expect(exported.filter((values) => values.length !== 1)).toEqual([]);
    expect(new Set(exported.flat())).toEqual(new Set(toolExtractors));
  });

  test('claim no tool twice, and each of their tools has a sample', () => {
    const tools = toolExtractors.flatMap((extractor) => extractor.tools);
    expect(new Set(tools).size).toBe(tools.length);
    expect(new Set(toolSamples.map(({ call }) => call.name))).toEqual(new Set(tools));
  });

  test('tell under the names that semconv.ts has for tools, and show each of them', () => {
    const names = new Set(toolSamples.flatMap(({ facts, texts }) => Object.keys({ ...facts, ...texts })));
    expect([...names].sort()).toEqual([...Object.values(Tool), Common.urlFull, Common.httpStatus].sort());
  });
});

describe.each(toolSamples)('$call.name: $title', ({ call, facts, texts }) => {
  test('tells facts and texts at level full', () => {
    expect(told(call, full)).toEqual({ ...facts, ...texts });
  });

  test('tells facts alone at level none', () => {
    expect(told(call, none)).toEqual(facts);
  });

  test('lets no other text through at level none', () => {
    const secret = 'my secret, /home/ada';
    const changed = {
      ...call,
      arguments: withTexts(call.arguments, secret),
      details: withTexts(call.details, secret),
      result: secret,
    };
    expect(Object.values(told(changed, none)).filter((value) => typeof value === 'string')).toEqual([]);
  });
});

describe('any call', () => {
  const keys = [...new Set(toolSamples.flatMap(({ call }) => keysOf([call.arguments, call.details])))];
  const field = fc.oneof(
    fc.jsonValue({ maxDepth: 2 }),
    fc.dictionary(fc.constantFrom(...keys), fc.jsonValue({ maxDepth: 2 })),
    fc.array(fc.dictionary(fc.constantFrom(...keys), fc.jsonValue({ maxDepth: 1 })), { maxLength: 3 }),
  );
  const anything = fc.oneof(field, fc.dictionary(fc.constantFrom(...keys), field));

  test('whatever its input and result hold, is told without failing, in numbers, marks and texts', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...toolExtractors.flatMap(({ tools }) => tools)),
        fc.constantFrom('succeeded' as const, 'failed' as const),
        anything,
        anything,
        (name, outcome, input, details) => {
          for (const value of Object.values(
            told(toolCall(name, input, details, { outcome, result: details }), full),
          )) {
            expect(['number', 'boolean', 'string']).toContain(typeof value);
          }
        },
      ),
      { numRuns: 500 },
    );
  });

  test('of a tool without an extractor has no attributes of its own', () => {
    expect(told(toolCall('mcp__tracker__find', { query: 'x' }, { durationMs: 3 }), full)).toEqual({});
    expect(told(toolCall('toString', { command: 'x' }), full)).toEqual({});
  });

  test('of an agent that the model garbled has the name before the fault, and no prose', () => {
    const garbled = toolCall('Agent', { subagent_type: 'reviewer">\n<parameter name="prompt' });
    expect(told(garbled, full)).toEqual({ 'turnspan.tool.agent_type': 'reviewer' });
    expect(told(toolCall('Agent', { subagent_type: 'look at the plan' }), full)).toEqual({});
  });
});

function keysOf(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(keysOf);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, part]) => [key, ...keysOf(part)]);
}
