// What generations cost, as somebody else tells it, in the sums of agents and turns: each once, in whole nanodollars.
import { expect, test } from 'vitest';

import { ofKind, over, tell } from './outline.ts';
import { noMeasures, type Measures } from '../../src/session/measures.ts';
import { newStory } from '../support/transcripts.ts';

/** As many nanodollars as output tokens; of a thousand nobody knows the price. */
const measures: Measures = {
  ...noMeasures,
  costOf: ({ usage }) => (usage?.outputTokens === 1000 ? undefined : usage?.outputTokens),
};

const used = (outputTokens: number) => ({ usage: { output_tokens: outputTokens } });

test('an agent has the cost of its generations and of the agents below it, the turn all of it', () => {
  const story = newStory();
  story.prompt('Have it reviewed');
  const call = story.response(used(1)).tool('Agent', { description: 'Review' });
  const reviewer = story.agent('a1', 'Review the change', { type: 'reviewer', toolUseId: call });
  const inner = reviewer.response(used(10)).tool('Agent', { description: 'Count' });
  const counter = story.agent('a2', 'Count the lines', { type: 'counter', toolUseId: inner });
  counter.answer('Three.', used(100));
  counter.answer('Four.', used(1000));
  reviewer.result(inner, 'Three.');
  reviewer.answer('All good.', used(20));
  story.result(call, 'All good.');
  story.answer('Done.', used(2));
  story.endOfTurn();
  const told = tell(story, over, measures);
  const runs = ofKind(told, 'agent-run').map(({ agentRun }) => [agentRun.type, agentRun.rollUp] as const);
  expect(Object.fromEntries(runs)).toMatchObject({
    counter: { cost: 100, unpriced: 1, generations: 2 },
    reviewer: { cost: 130, unpriced: 1, generations: 4 },
  });
  expect(ofKind(told, 'turn')[0]?.turn.rollUp).toMatchObject({ cost: 133, unpriced: 1, generations: 6 });
  const each = ofKind(told, 'generation').map(({ generation }) => generation.cost);
  expect(each.toSorted()).toEqual([1, 10, 100, 2, 20, undefined]);
});

test('a generation without a price does not say that it costs nothing, and one that costs nothing has a price', () => {
  const story = newStory();
  story.prompt('Do it');
  story.answer('Done.', used(1000));
  story.endOfTurn();
  story.prompt('Again');
  story.answer('Done.', used(0));
  story.endOfTurn();
  const told = tell(story, over, measures);
  expect(ofKind(told, 'generation').map(({ generation }) => 'cost' in generation)).toEqual([false, true]);
  expect(ofKind(told, 'turn').map(({ turn }) => turn.rollUp)).toMatchObject([
    { cost: 0, unpriced: 1 },
    { cost: 0, unpriced: 0 },
  ]);
});

test('a response of many lines is priced once, by the usage that counts', () => {
  const story = newStory();
  story.prompt('Do it');
  const response = story.response(used(7));
  response.thinking('Hm.');
  response.text('Done.');
  story.endOfTurn();
  expect(ofKind(tell(story, over, measures), 'turn')[0]?.turn.rollUp).toMatchObject({
    cost: 7,
    generations: 1,
  });
});
