// In: a platform, a model's name there, a time. Out: what it cost then, by the list of `@pydantic/genai-prices`.
// Always: the list alone; a model that is not in it has no price. The worker's bundle has only the list's Claude models
// (scripts/claude-prices.mjs), the library all of it.
// The list is read as the package's own `calcPrice` reads it, and a test holds the two together over all Claude models.
// Itself it would cost each worker 20 ms: its units of all kinds of models are made, and sorted by the locale, as it loads.
import {
  findProvider,
  type ConditionalPrice,
  type ModelInfo,
  type ModelPrice,
  type Provider,
} from '@pydantic/genai-prices';
import { matches } from './match-name.ts';
import type { Offer } from './platform.ts';
import type { Rate, Rates } from './rates.ts';

/** `at` in milliseconds since the epoch. */
export function listedRates({ platform, model }: Offer, at: number): Rates | undefined {
  const name = `${platform} ${model}`;
  let found = foundModels.get(name);
  if (found === undefined) {
    found = findModel(findProvider({ providerId: platform }), model.toLowerCase()) ?? 'none';
    foundModels.set(name, found);
  }
  if (found === 'none') return undefined;
  const prices = Array.isArray(found.prices) ? pricesAt(found.prices, at) : found.prices;
  return prices === undefined ? undefined : ratesOf(prices);
}

/** A session asks for the few names of its models thousands of times, and the list is searched by patterns. */
const foundModels = new Map<string, ModelInfo | 'none'>();
const knownRates = new WeakMap<ModelPrice, Rates>();

function ratesOf(prices: ModelPrice): Rates {
  const known = knownRates.get(prices);
  if (known !== undefined) return known;
  const searches = prices['web_searches_kcount'];
  const rates: Rates = {
    input: asRate(prices['input_mtok']),
    output: asRate(prices['output_mtok']),
    cacheRead: asRate(prices['cache_read_mtok']),
    cacheWrite5m: asRate(prices['cache_write_mtok']),
    cacheWrite1h: asRate(prices['cache_write_1h_mtok']),
    webSearches: typeof searches === 'number' ? searches : undefined,
  };
  knownRates.set(prices, rates);
  return rates;
}

/** A platform sells what it lists, or what the provider lists from whom it has the model. */
function findModel(provider: Provider | undefined, model: string): ModelInfo | undefined {
  const own = provider?.models.find(({ match }) => matches(match, model));
  if (own !== undefined) return own;
  for (const providerId of provider?.fallback_model_providers ?? []) {
    const found = findModel(findProvider({ providerId }), model);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The last that had begun; the first stands without a date. */
function pricesAt(prices: readonly ConditionalPrice[], at: number): ConditionalPrice['prices'] | undefined {
  const begun = ({ constraint }: ConditionalPrice): boolean =>
    constraint === undefined || (constraint.type === 'start_date' && at >= Date.parse(constraint.start_date));
  return (prices.findLast(begun) ?? prices[0])?.prices;
}

/** A rate, or its tiers in the order in which they begin. */
function asRate(price: Rate | undefined): Rate | undefined {
  if (price === undefined || typeof price === 'number') return price;
  return { base: price.base, tiers: price.tiers.toSorted((one, other) => one.start - other.start) };
}
