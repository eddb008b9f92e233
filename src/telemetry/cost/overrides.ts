// In: what the user says that models cost. Out: what that makes of the listed rates of one.
// Always: the first that names the model counts, alone; what it does not say stays as listed.
import { tokenKinds, type Rates, type TokenKind } from './rates.ts';

/** Prices of the user's own. Rates in US dollars for a million tokens, for an input of any length. */
export interface PriceOverride extends Readonly<Partial<Record<TokenKind, number | undefined>>> {
  /** Names of models, where `*` stands for anything. */
  readonly model: string;
  /** The part that is not paid: `0.2` is 20 % off. Of the whole price. */
  readonly discount?: number | undefined;
}

/** The first override whose pattern is one of these names. */
export function createFinder(
  overrides: readonly PriceOverride[],
): (names: readonly string[]) => PriceOverride | undefined {
  const patterns = overrides.map((override) => ({ override, pattern: patternOf(override.model) }));
  return (names) => patterns.find(({ pattern }) => names.some((name) => pattern.test(name)))?.override;
}

/** The rates with the user's own in place of the listed ones. */
export function withOwn(listed: Rates | undefined, own: PriceOverride | undefined): Rates {
  if (own === undefined) return listed ?? NO_RATES;
  const rates = tokenKinds.map((kind) => [kind, own[kind] ?? listed?.[kind]] as const);
  return { ...Object.fromEntries(rates), webSearches: listed?.webSearches };
}

const NO_RATES: Rates = {};

function patternOf(glob: string): RegExp {
  const literal = glob.split('*').map((part) => part.replace(/[\\^$.|?+()[\]{}]/g, '\\$&'));
  return new RegExp(`^${literal.join('.*')}$`, 'i');
}
