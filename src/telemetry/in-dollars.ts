// In: nanodollars, in which sums are exact. Out: US dollars, as an attribute tells them.

/** `undefined` stays so: what nobody knows is not told. */
export function inDollars(nanodollars: number | undefined): number | undefined {
  return nanodollars === undefined ? undefined : nanodollars / 1e9;
}
