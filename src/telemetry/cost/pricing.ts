// In: a response, and what the user says of prices. Out: what it cost, in nanodollars.
// Always: by the time at which it began, by the tokens that were recorded (incomplete ones too: the span marks them). A
// model that nobody has a price for, or a kind of token that has none, has no cost: nothing is estimated.
import type { Generation } from '../../session/model.ts';
import { createFinder, withOwn, type PriceOverride } from './overrides.ts';
import { offerOf } from './platform.ts';
import { listedRates } from './price-list.ts';
import { priceOf } from './rates.ts';
import { surcharge } from './surcharge.ts';

/** What a generation cost in nanodollars; `undefined`: nobody knows. */
export type CostOf = (generation: Generation) => number | undefined;

/** Prices by the list, and by the user's own on top of it. */
export function pricing(overrides: readonly PriceOverride[] = []): CostOf {
  const overrideOf = createFinder(overrides);
  return (generation) => {
    const { usage, model } = generation;
    const offer = offerOf(generation);
    if (usage === undefined || model === undefined || offer === undefined) return undefined;
    const own = overrideOf([offer.model, model]);
    const rates = withOwn(listedRates(offer, generation.startedAt), own);
    const factor = surcharge(offer.model, usage);
    const cost = factor === undefined ? undefined : priceOf(usage, rates, factor);
    return cost === undefined ? undefined : Math.round(cost * (1 - (own?.discount ?? 0)));
  };
}

/** Prices by the list alone. */
export const listed: CostOf = pricing();
