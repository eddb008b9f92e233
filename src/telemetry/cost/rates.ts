// In: what a response used, and what each kind of it costs. Out: the price.
// Always: nanodollars (billionths of a US dollar), a whole number: sums of these are the same in any order. What was used
// and has no rate has no price, and then the whole has none.
import type { Generation } from '../../session/model.ts';

/** What was used, as far as it costs something. */
export type Used = NonNullable<Generation['usage']>;

/** US dollars for a million tokens; or by how long the whole input is: the last tier that it is above counts. */
export type Rate = number | { readonly base: number; readonly tiers: readonly Tier[] };

interface Tier {
  readonly start: number;
  readonly price: number;
}

export const tokenKinds = ['input', 'output', 'cacheRead', 'cacheWrite5m', 'cacheWrite1h'] as const;
export type TokenKind = (typeof tokenKinds)[number];

export interface Rates extends Readonly<Partial<Record<TokenKind, Rate | undefined>>> {
  /** US dollars for a thousand. */
  readonly webSearches?: number | undefined;
}

/** The price of what was used; `factor` is for tokens alone. */
export function priceOf(used: Used, rates: Rates, factor = 1): number | undefined {
  const tokens = tokensByKind(used);
  const inputTokens = used.inputTokens + used.cacheReadTokens + used.cacheCreationTokens;
  let microdollars = 0;
  for (const kind of tokenKinds) {
    const rate = rates[kind];
    if (tokens[kind] === 0) continue;
    if (rate === undefined) return undefined;
    microdollars += tokens[kind] * rateAt(rate, inputTokens);
  }
  const searches = used.webSearches ?? 0;
  if (searches > 0 && rates.webSearches === undefined) return undefined;
  return Math.round((microdollars * factor + searches * (rates.webSearches ?? 0) * 1000) * 1000);
}

/** What the split of cache writes does not tell was kept for five minutes, as the API does if nothing is asked for. */
function tokensByKind(used: Used): Readonly<Record<TokenKind, number>> {
  const forAnHour = Math.min(used.cacheCreation1hTokens ?? 0, used.cacheCreationTokens);
  return {
    input: used.inputTokens,
    output: used.outputTokens,
    cacheRead: used.cacheReadTokens,
    cacheWrite5m: used.cacheCreationTokens - forAnHour,
    cacheWrite1h: forAnHour,
  };
}

function rateAt(rate: Rate, inputTokens: number): number {
  if (typeof rate === 'number') return rate;
  return rate.tiers.findLast(({ start }) => inputTokens > start)?.price ?? rate.base;
}
