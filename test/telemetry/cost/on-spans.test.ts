// Where spans say what was spent: each generation for itself under the name that backends add up, sums under our own.
import { expect, test } from 'vitest';

import { exampleSpans, named, spansOf } from '../spans-of.ts';
import { newStory } from '../../support/transcripts.ts';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-node';

const COST = 'gen_ai.usage.cost';

test('a generation says what it cost in dollars, and nothing else says it under that name', async () => {
  const spans = await exampleSpans();
  const withCost = spans.filter(({ attributes }) => COST in attributes);
  expect(withCost.length).toBeGreaterThan(10);
  expect(withCost.filter(({ name }) => !name.startsWith('chat '))).toEqual([]);
});

test('the turns of the example and its agent in the background have cost what its generations did', async () => {
  const spans = await exampleSpans();
  const inBackground = spans.filter(({ attributes }) => attributes['turnspan.agent.background'] === true);
  expect(inBackground).toHaveLength(1);
  const sums = nanodollars(named(spans, 'invoke_agent claude-code'), 'turnspan.turn.cost');
  expect(sums + nanodollars(inBackground, 'turnspan.agent.cost')).toBe(nanodollars(spans, COST));
});

test('a model without a price has no cost, and is counted above', async () => {
  const story = newStory();
  story.prompt('Do it');
  story.response({ model: 'claude-haiku-5-5' }).tool('Bash');
  story.endOfTurn();
  const spans = await spansOf(story);
  const [turn] = named(spans, 'invoke_agent claude-code');
  expect(spans.filter(({ attributes }) => COST in attributes)).toEqual([]);
  expect(turn?.attributes).toMatchObject({ 'turnspan.turn.generations_unpriced': 1 });
  expect(turn?.attributes).not.toHaveProperty('turnspan.turn.cost');
});

function nanodollars(spans: readonly ReadableSpan[], key: string): number {
  return spans.reduce((sum, { attributes }) => sum + Math.round(Number(attributes[key] ?? 0) * 1e9), 0);
}
