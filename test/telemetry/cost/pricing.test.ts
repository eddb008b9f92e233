// What a response costs, in nanodollars: 1e9 of them are a dollar, and a dollar for a million tokens is 1000 for one.
import { describe, expect, test } from 'vitest';

import { pricing } from '../../../src/telemetry/cost/pricing.ts';
import { answered, NOW } from './answered.ts';

const costOf = pricing();
const MILLION = 1_000_000;
const DOLLAR = 1e9;

describe('the price of a response', () => {
  test('is what the client said of the same request (seen in 2.1.329: 0.00724 USD)', () => {
    const used = { inputTokens: 1060, outputTokens: 50, cacheReadTokens: 5000, cacheCreationTokens: 200 };
    expect(costOf(answered('claude-opus-5-5', used))).toBe(0.00724 * DOLLAR);
  });

  test.each([
    ['input', { inputTokens: MILLION }, 4],
    ['output', { outputTokens: MILLION }, 20],
    ['read from the cache', { cacheReadTokens: MILLION }, 0.2],
    ['written for five minutes', { cacheCreationTokens: MILLION, cacheCreation5mTokens: MILLION }, 5],
    ['written for an hour', { cacheCreationTokens: MILLION, cacheCreation1hTokens: MILLION }, 8],
    ['written, without a split', { cacheCreationTokens: MILLION }, 5],
    ['written, half of it for an hour', { cacheCreationTokens: MILLION, cacheCreation1hTokens: MILLION / 2 }, 6.5], // prettier-ignore
    ['searched on the web, seven times', { webSearches: 7 }, 0.07],
    ['nothing', {}, 0],
  ])('of a million tokens: %s', (_, used, dollars) => {
    expect(costOf(answered('claude-opus-5-5', used))).toBe(dollars * DOLLAR);
  });

  test('is higher for all tokens of a long input, by all that was sent, where the model has such a price', () => {
    const atLimit = { inputTokens: 100_000, cacheReadTokens: 60_000, cacheCreationTokens: 40_000, outputTokens: 1000 }; // prettier-ignore
    const sonnet = 'claude-sonnet-4-5-20250929';
    expect(costOf(answered(sonnet, atLimit))).toBe(0.483 * DOLLAR);
    expect(costOf(answered(sonnet, { ...atLimit, inputTokens: 100_001 }))).toBe(0.958506 * DOLLAR);
  });

  test('is that of the day on which it was made', () => {
    const long = { inputTokens: MILLION };
    const madeAt = (day: string) => answered('claude-opus-4-6', long, { startedAt: Date.parse(day) });
    expect(costOf(madeAt('2026-03-12T23:59:59.999Z'))).toBe(10 * DOLLAR);
    expect(costOf(madeAt('2026-03-13T00:00:00Z'))).toBe(5 * DOLLAR);
  });

  test.each([
    ['claude-opus-4-6', 30],
    ['claude-opus-4-7', 30],
    ['claude-opus-4-8', 10],
    ['claude-opus-5', 10],
    ['claude-opus-5-5', 8],
    ['claude-opus-5-5[1m]', 8],
  ])('in fast mode, of %s', (model, dollars) => {
    expect(costOf(answered(model, { inputTokens: MILLION, speed: 'fast' }))).toBe(dollars * DOLLAR);
  });

  test('of what must run in the United States is a tenth more, but not for searches', () => {
    const used = { inputTokens: MILLION, webSearches: 100, inferenceGeo: 'us' };
    expect(costOf(answered('claude-opus-5-5', used))).toBe(5.4 * DOLLAR);
    expect(costOf(answered('claude-opus-5-5', { ...used, inferenceGeo: 'global' }))).toBe(5 * DOLLAR);
  });

  test('of incomplete tokens is that of those that are known', () => {
    const cut = answered('claude-opus-5-5', { outputTokens: MILLION }, { usageIncomplete: true });
    expect(costOf(cut)).toBe(20 * DOLLAR);
  });
});

describe('on another platform', () => {
  const used = { inputTokens: MILLION };
  test.each([
    ['Bedrock, by its message id', 'claude-sonnet-4-5-20250929', { messageId: 'msg_bdrk_1' }, 3.3],
    ['Bedrock, everywhere', 'global.anthropic.claude-sonnet-4-5-20250929-v1:0', {}, 3],
    ['Bedrock, in a region', 'us.anthropic.claude-sonnet-4-5-20250929-v1:0', {}, 3.3],
    ['Bedrock, by an ARN', 'arn:aws:bedrock:us-east-1:123456789012:inference-profile/eu.anthropic.claude-opus-5-5', {}, 4.4], // prettier-ignore
    ['Bedrock, the region in what was asked for', 'claude-opus-5-5', { messageId: 'msg_bdrk_1', requestedModel: 'global.anthropic.claude-opus-5-5[1m]' }, 4], // prettier-ignore
    ['Bedrock, an alias in what was asked for', 'claude-opus-5-5', { messageId: 'msg_bdrk_1', requestedModel: 'opus' }, 4.4], // prettier-ignore
    ['Vertex, by its message id', 'claude-sonnet-4-6', { messageId: 'msg_vrtx_1' }, 3],
    ['Vertex, by the form of the name', 'claude-sonnet-4-6@20260101', {}, 3],
    ['Vertex, a date', 'claude-haiku-4-5@20251001', {}, 1],
  ])('%s', (_, model, more, dollars) => {
    expect(costOf(answered(model, used, more))).toBe(dollars * DOLLAR);
  });
});

describe('there is no price', () => {
  const used = { inputTokens: 1, outputTokens: 1 };
  test.each([
    ['of a model that the list does not have', answered('claude-haiku-5-5', used)],
    ['of a model of somebody else', answered('gpt-5', used)],
    ['where nothing answered', { ...answered('', used), model: undefined }],
    ['where no usage is recorded', { ...answered('claude-opus-5'), usage: undefined }],
    ['of fast mode of a model that has none', answered('claude-sonnet-4-6', { ...used, speed: 'fast' })],
    [
      'of cache writes for an hour where only those for five minutes are listed',
      answered('us.anthropic.claude-sonnet-4-6', {
        ...used,
        cacheCreationTokens: 2,
        cacheCreation1hTokens: 1,
      }),
    ],
    ['of searches where none are sold', answered('claude-opus-5@20260101', { ...used, webSearches: 1 })],
  ])('%s', (_, generation) => {
    expect(costOf(generation)).toBeUndefined();
  });
});

describe("the user's own prices", () => {
  const all = { inputTokens: MILLION, outputTokens: MILLION, cacheReadTokens: MILLION, cacheCreationTokens: 2 * MILLION, cacheCreation1hTokens: MILLION }; // prettier-ignore

  test('stand in place of the listed ones, each for itself', () => {
    const own = pricing([{ model: 'claude-opus-*', input: 1, cacheWrite1h: 3 }]);
    expect(own(answered('claude-opus-5-5', all))).toBe((1 + 20 + 0.2 + 5 + 3) * DOLLAR);
    expect(own(answered('claude-sonnet-5', all))).toBe(costOf(answered('claude-sonnet-5', all)));
  });

  test('give a price to a model that the list does not have, if they name all that was used', () => {
    const own = pricing([{ model: 'acme-*', input: 1, output: 2, cacheRead: 0 }]);
    expect(own(answered('acme-large', { inputTokens: MILLION, outputTokens: MILLION }))).toBe(3 * DOLLAR);
    expect(own(answered('acme-large', { cacheReadTokens: MILLION }))).toBe(0);
    expect(own(answered('acme-large', all))).toBeUndefined();
  });

  test('are taken off by a discount, also from the listed ones', () => {
    const own = pricing([{ model: '*', discount: 0.2 }]);
    expect(own(answered('claude-opus-5-5', { inputTokens: MILLION, webSearches: 100 }))).toBe(4 * DOLLAR);
    expect(own(answered('unknown', all))).toBeUndefined();
    expect(pricing([{ model: '*', discount: 1 }])(answered('claude-opus-5', all))).toBe(0);
  });

  test('are those of the first pattern that names the model, and of no other', () => {
    const own = pricing([
      { model: 'claude-opus-5', input: 1 },
      { model: 'claude-opus-5*', input: 2, output: 1 },
      { model: 'claude.opus*', input: 3 },
    ]);
    const input = { inputTokens: MILLION };
    expect(own(answered('claude-opus-5', input))).toBe(DOLLAR);
    expect(own(answered('Claude-Opus-5-5', input))).toBe(2 * DOLLAR);
    expect(own(answered('claude-opus-4-8', input))).toBe(5 * DOLLAR);
    expect(own(answered('claude-opus-5', { outputTokens: MILLION }))).toBe(25 * DOLLAR);
  });

  test('find a model on Bedrock by what it is called there, and by what answered', () => {
    const input = { inputTokens: MILLION };
    const asked = { messageId: 'msg_bdrk_1', requestedModel: 'eu.anthropic.claude-opus-5-5' };
    for (const model of ['eu.anthropic.*', 'claude-opus-5-5']) {
      const own = pricing([{ model, input: 1 }]);
      expect(own(answered('claude-opus-5-5', input, asked))).toBe(DOLLAR);
    }
  });

  test('do not change what fast mode and a place cost more', () => {
    const own = pricing([{ model: 'claude-opus-5', input: 1 }]);
    const used = { inputTokens: MILLION, speed: 'fast', inferenceGeo: 'us' };
    expect(own(answered('claude-opus-5', used, { startedAt: NOW }))).toBe(2.2 * DOLLAR);
  });
});
