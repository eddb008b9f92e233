// In: a model's name, and how and where it ran. Out: how many times the listed price its tokens cost.
// Always: what the list does not say but the client's own table does (seen in Claude Code 2.1.329, and in Anthropic's price
// pages): all kinds of tokens by the same factor. A fast model that is not here has no price.
import type { Used } from './rates.ts';

/** Anthropic's fast mode. The list has some of these under the names of resellers: a test holds the two together. */
const FAST: readonly (readonly [RegExp, number])[] = [
  [/^claude-opus-4-[67](-\d{8})?$/, 6],
  [/^claude-opus-(4-8|5|5-5)(-\d{8})?$/, 2],
];

/** What must run in the United States. */
const IN_THE_US = 1.1;

export function surcharge(model: string, { speed, inferenceGeo }: Used): number | undefined {
  const place = inferenceGeo === 'us' ? IN_THE_US : 1;
  if (speed !== 'fast') return place;
  const fast = FAST.find(([name]) => name.test(model))?.[1];
  return fast === undefined ? undefined : fast * place;
}
