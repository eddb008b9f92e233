// What the last sessions cost, against what Claude Code itself counted.
import { readUserConfig, type UserPrice } from '../../config/user-config.ts';
import { userConfigFileOf } from '../../config/user-config-place.ts';
import { defineCheck } from '../check.ts';
import { compareCost, isSame, type Compared, type CostComparison } from '../compare-cost.ts';
import type { DoctorContext } from '../context.ts';
import type { Finding } from '../finding.ts';
import { lastTranscripts } from '../last-transcripts.ts';
import { counted, shownList } from '../shown.ts';

/** Someone waits: so many sessions are compared, of so many looked at, and none that is larger. */
const MOST_COMPARED = 3;
const MOST_LOOKED_AT = 10;
const MOST_BYTES = 16 * 1024 * 1024;

const PRICES = '"prices" in config.json (docs/configuration.md)';

export const costCheck = defineCheck({
  name: 'cost',
  holds: 'Sessions cost what Claude Code itself counted',
  findings: {
    'cost-of-other-prices':
      "Claude Code has other prices for the same tokens than Turnspan's list. Prices of your own for that model end this finding.",
    'cost-of-more-calls':
      'Turnspan counts responses that Claude Code did not count. What is in the sums twice, or should not be there, is a fault.',
  },
  run: async (context) => {
    const { comparisons, larger } = await compareLast(context);
    const findings = [...otherPrices(comparisons), ...moreCalls(comparisons)];
    if (findings.length > 0) return findings;
    const agreed = compared(comparisons, 'agrees', 'own-prices');
    const without = unpriced(comparisons);
    const parts = [...(agreed.length > 0 || without === undefined ? [told(agreed)] : []), ...(without ?? [])];
    const notRead = larger > 0 ? ` (${counted(larger, 'large session')} not read)` : '';
    return { holds: `${parts.join('; ')}${notRead}` };
  },
});

async function compareLast({ places, readCost }: DoctorContext): Promise<{
  readonly comparisons: readonly CostComparison[];
  readonly larger: number;
}> {
  const { state, home } = places;
  const comparisons: CostComparison[] = [];
  let larger = 0;
  if (readCost === undefined) return { comparisons, larger };
  const prices = ownPrices(userConfigFileOf(state, home));
  for (const transcript of lastTranscripts(state, MOST_LOOKED_AT)) {
    const session = await readCost(transcript, prices, MOST_BYTES);
    if (session.status === 'too-large') larger += 1;
    const comparison = session.status === 'read' ? compareCost(session) : undefined;
    if (comparison !== undefined) comparisons.push(comparison);
    if (comparisons.length === MOST_COMPARED) break;
  }
  return { comparisons, larger };
}

/** Of a file that cannot be read `config` tells; the list counts then. */
function ownPrices(file: string): readonly UserPrice[] {
  const config = readUserConfig(file);
  return config.status === 'read' ? (config.content.prices ?? []) : [];
}

/** No fault of the installation: a list of prices is never complete. */
function unpriced(comparisons: readonly CostComparison[]): [string] | undefined {
  const found = comparisons.filter((one) => one.status === 'unpriced');
  if (found.length === 0) return undefined;
  const models = [...new Set(found.flatMap((one) => one.models))];
  const responses = found.reduce((sum, one) => sum + one.responses, 0);
  return [
    `${shownList(models.map(shownModel), 3)} ${models.length === 1 ? 'has' : 'have'} no price, so ${counted(responses, 'response')} ${responses === 1 ? 'has' : 'have'} no cost until ${PRICES} or an update says one`,
  ];
}

function otherPrices(comparisons: readonly CostComparison[]): Finding<'cost-of-other-prices'>[] {
  const found = compared(comparisons, 'other-prices');
  if (found.length === 0) return [];
  return [
    {
      name: 'cost-of-other-prices',
      level: 'warning',
      title: `By Turnspan's prices ${lastSessions(found.length)} cost ${dollars(sum(found, 'ours'))}; Claude Code counted ${dollars(sum(found, 'client'))}, by other prices`,
      detail: 'The tokens are the same, or the rest of them does not explain the difference.',
      remedy: `Update Turnspan or Claude Code, whichever is older; or write what you pay under ${PRICES}`,
    },
  ];
}

function moreCalls(comparisons: readonly CostComparison[]): Finding<'cost-of-more-calls'>[] {
  const found = compared(comparisons, 'more-tokens');
  if (found.length === 0) return [];
  return [
    {
      name: 'cost-of-more-calls',
      level: 'warning',
      title: `Turnspan says that ${lastSessions(found.length)} cost ${dollars(sum(found, 'ours'))}; Claude Code counted ${dollars(sum(found, 'client'))}, and fewer tokens`,
      remedy: 'Update Turnspan; if it stays, tell us, with the versions of both',
    },
  ];
}

/** What there is to say where nothing is wrong. */
function told(comparisons: readonly Compared[]): string {
  if (comparisons.length === 0) {
    return 'No session tells what Claude Code counted (it writes that at its end, and old versions do not)';
  }
  const ours = sum(comparisons, 'ours');
  const client = sum(comparisons, 'client');
  const leftOut = sum(comparisons, 'leftOut');
  const cost = `${sentence(lastSessions(comparisons.length))} cost ${dollars(ours)}`;
  if (comparisons.some(({ status }) => status === 'own-prices')) {
    return `${cost} by your own prices; Claude Code counted ${dollars(client)} by its own`;
  }
  const rest = client - (ours - leftOut);
  const helpers = 'calls that are not in the transcript (titles, summaries, other helpers)';
  const ends = comparisons.some(({ hasCutOff }) => hasCutOff) ? ', or answers that were cut off in it' : '';
  const differences = [
    ...(isSame(client, client - rest) ? [] : [`counted ${dollars(rest)} more, for ${helpers}${ends}`]),
    ...(leftOut > 0 ? [`left out ${dollars(leftOut)} of answers that were cut off`] : []),
  ];
  if (differences.length === 0) return `${cost}, as Claude Code counted`;
  return `${cost}; Claude Code ${differences.join(', and ')}`;
}

function compared(
  comparisons: readonly CostComparison[],
  ...statuses: readonly Compared['status'][]
): Compared[] {
  return comparisons.flatMap((one) =>
    one.status !== 'unpriced' && statuses.includes(one.status) ? [one] : [],
  );
}

function sum(comparisons: readonly Compared[], key: 'ours' | 'client' | 'leftOut'): number {
  return comparisons.reduce((all, one) => all + one[key], 0);
}

function lastSessions(count: number): string {
  return count === 1 ? 'one of the last sessions' : `${count} of the last sessions`;
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}

/** A gateway may have put anything into the name. */
function shownModel(model: string): string {
  return /^[\w.:@[\]-]{1,64}$/.test(model) ? model : 'a model with an unusual name';
}

/** `$12.35`, `$0.0167` */
function dollars(nanodollars: number): string {
  const amount = nanodollars / 1e9;
  if (amount === 0 || amount >= 1) return `$${amount.toFixed(2)}`;
  return amount < 0.0001 ? 'less than $0.0001' : `$${amount.toFixed(4)}`;
}
