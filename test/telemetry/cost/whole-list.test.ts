// Holds our prices to `calcPrice` of the whole list, over every Claude model that Anthropic, Bedrock and Vertex sell: as the
// library makes them, with all providers loaded, and as the bundles do, with what scripts/claude-prices.mjs leaves in.
import { calcPrice, findProvider, type MatchLogic, type ModelInfo } from '@pydantic/genai-prices';
import { build } from 'esbuild';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

import { claudePricesOnly } from '../../../scripts/claude-prices.mjs';
import { pricing, type CostOf } from '../../../src/telemetry/cost/pricing.ts';
import type { Platform } from '../../../src/telemetry/cost/platform.ts';
import { temporaryFolder } from '../../support/folders.ts';
import { answered } from './answered.ts';

const marks: Record<Platform, string> = { anthropic: 'msg_1', aws: 'msg_bdrk_1', google: 'msg_vrtx_1' };
const platforms = ['anthropic', 'aws', 'google'] as const;

/** All kinds at once, without and with what not every model has a price for, in a short input and in a long one. */
const uses = [1, 40].flatMap((times) => [
  { inputTokens: 3 * times, outputTokens: 1013 },
  {
    inputTokens: 1013 * times,
    outputTokens: 517,
    cacheReadTokens: 5003 * times,
    cacheCreationTokens: 211 * times,
  },
  { inputTokens: 11, outputTokens: 1, cacheReadTokens: 0, cacheCreationTokens: 6007 * times, cacheCreation1hTokens: 2003 * times }, // prettier-ignore
  { inputTokens: 5, outputTokens: 9, webSearches: times },
]);
const days = ['2025-01-01', '2026-03-12', '2026-03-13', '2026-12-01'].map((day) => Date.parse(day));

function* cases() {
  for (const platform of platforms) {
    for (const model of namesOf(platform)) {
      for (const startedAt of days) {
        for (const used of uses) yield { platform, model, used, startedAt };
      }
    }
  }
}

/** Every name that the list matches a Claude model by, also as it stands in longer names. */
function namesOf(platform: Platform): string[] {
  const models = [platform, 'anthropic'].flatMap((providerId) => findProvider({ providerId })?.models ?? []);
  const names = models.filter(isClaude).flatMap(({ id, match }) => [id, ...literals(match)]);
  const suffixes = ['', '-20250929', '-v1:0', '-latest', '@20250929', '-x'];
  return [...new Set(names)].flatMap((name) => suffixes.map((suffix) => name + suffix));
}

function isClaude({ id }: ModelInfo): boolean {
  return id.includes('claude');
}

function literals(logic: MatchLogic): string[] {
  if ('or' in logic) return logic.or.flatMap(literals);
  if ('and' in logic) return logic.and.flatMap(literals);
  return 'regex' in logic ? [] : Object.values<string>(logic);
}

/** By `calcPrice` itself; `undefined` also where it takes another kind's price for a kind that has none. */
function byTheList({ platform, model, used, startedAt }: Case): number | undefined {
  const { inputTokens, outputTokens, cacheReadTokens = 0, cacheCreationTokens = 0 } = used;
  const { cacheCreation1hTokens = 0, webSearches = 0 } = used;
  const usage = {
    input_tokens: inputTokens + cacheReadTokens + cacheCreationTokens,
    output_tokens: outputTokens,
    cache_read_tokens: cacheReadTokens,
    cache_write_tokens: cacheCreationTokens,
    cache_write_1h_tokens: cacheCreation1hTokens,
    web_searches: webSearches,
  };
  // As the platform sells it, whatever form the name has.
  const sold = model.includes('@') && platform === 'anthropic' ? 'google' : platform;
  const found = calcPrice(usage, model, {
    providerId: /(^|\.)anthropic\.claude-/.test(model) ? 'aws' : sold,
    timestamp: new Date(startedAt),
  });
  if (found === null) return undefined;
  const needed = {
    cache_read_mtok: cacheReadTokens,
    cache_write_mtok: cacheCreationTokens - cacheCreation1hTokens,
    cache_write_1h_mtok: cacheCreation1hTokens,
    web_searches_kcount: webSearches,
  };
  const lacks = Object.entries(needed).some(
    ([key, count]) => count > 0 && found.model_price[key] === undefined,
  );
  return lacks ? undefined : Math.round(found.total_price * 1e9);
}

type Case = ReturnType<typeof cases> extends Generator<infer One> ? One : never;

const wanted = [...cases()].map((one) => ({ ...one, cost: byTheList(one) }));

function expectTheSame(costOf: CostOf): void {
  const other = wanted.flatMap(({ cost, platform, model, used, startedAt }) => {
    const ours = costOf(answered(model, used, { messageId: marks[platform], startedAt }));
    // Half a nanodollar can be rounded to either side: the terms are added in another order.
    const isSame = ours === cost || Math.abs((ours ?? NaN) - (cost ?? NaN)) <= 1;
    return isSame ? [] : [{ platform, model, used, startedAt: new Date(startedAt), ours, cost }];
  });
  expect(other).toEqual([]);
}

describe('every Claude model costs what the whole list says', () => {
  test('there are many of them, with and without a price', () => {
    expect(new Set(wanted.map(({ model }) => model)).size).toBeGreaterThan(300);
    const priced = wanted.filter(({ cost }) => cost !== undefined).length;
    expect(priced).toBeGreaterThan(wanted.length / 4);
    expect(priced).toBeLessThan(wanted.length);
  });

  test('in the library', () => {
    expectTheSame(pricing());
  });

  test('in the bundles, which have nothing else of the list', async () => {
    const bundle = join(temporaryFolder(), 'cost.cjs');
    await build({
      entryPoints: [join(import.meta.dirname, '../../../src/telemetry/cost/pricing.ts')],
      outfile: bundle,
      bundle: true,
      platform: 'node',
      format: 'cjs',
      mainFields: ['module', 'main'],
      plugins: [claudePricesOnly],
    });
    const made = createRequire(import.meta.url)(bundle) as { pricing: typeof pricing }; // just built of it
    expectTheSame(made.pricing());
    const source = readFileSync(bundle, 'utf8');
    expect(source.length).toBeLessThan(60_000);
    expect(source).not.toMatch(/gpt-|mistral|localeCompare/);
  });
});

test('fast mode costs as much more as the list says of those who resell it', () => {
  const resold = ['openrouter', 'github-copilot'].flatMap(
    (providerId) => findProvider({ providerId })?.models.filter(({ id }) => /claude.*-fast$/.test(id)) ?? [],
  );
  expect(resold.length).toBeGreaterThan(3);
  const costOf = pricing();
  for (const { id, prices } of resold) {
    const model = id.replace(/^anthropic\/|-fast$/g, '').replace('.', '-');
    const [input, output] = ['inputTokens', 'outputTokens'].map((kind) =>
      costOf(answered(model, { [kind]: 1_000_000, speed: 'fast' })),
    );
    expect([id, input, output]).toEqual([id, inNano(prices, 'input_mtok'), inNano(prices, 'output_mtok')]);
  }
});

function inNano(prices: ModelInfo['prices'], key: string): number {
  const price = Array.isArray(prices) ? undefined : prices[key];
  return typeof price === 'number' ? price * 1e9 : NaN;
}

test('no Claude model has a price by the hour of the day, which we would not see', () => {
  const constraints = platforms
    .flatMap((providerId) => findProvider({ providerId })?.models.filter(isClaude) ?? [])
    .flatMap(({ prices }) => (Array.isArray(prices) ? prices.map(({ constraint }) => constraint?.type) : []));
  expect(new Set(constraints)).toEqual(new Set([undefined, 'start_date']));
});
