// Waits for what another process brings about.

/** Asks until `look` gives something; throws after `waitMs` with what was asked last. */
export async function eventually<Found>(
  what: string,
  look: () => Promise<Found | undefined>,
  waitMs = 60_000,
): Promise<Found> {
  const until = Date.now() + waitMs;
  let last = '';
  while (Date.now() < until) {
    try {
      const found = await look();
      if (found !== undefined) return found;
    } catch (error) {
      last = `: ${String(error)}`;
    }
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  throw new Error(`${what}: not after ${waitMs / 1000} s${last}`);
}
