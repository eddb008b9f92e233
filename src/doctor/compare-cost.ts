// In: what a session cost, and what the client counted. Out: whether the two agree, and what the rest is.
// Always: like is compared with like: only responses of the time that the client's line counts. By tokens it is told
// whether the client counted other calls, by money whether it has other prices; a model at a time where both name it alike.
import {
  usedKinds,
  type CostState,
  type ModelCost,
  type PricedResponse,
  type SessionCost,
  type Used,
} from './session-cost.ts';

/**
 * `agrees`: what is in the transcript costs the same. `own-prices`: it does not, and the user has prices of his own.
 * `other-prices`: it does not, for the same tokens. `more-tokens`: the transcript has more than the client counted.
 */
export interface Compared {
  readonly status: 'agrees' | 'own-prices' | 'other-prices' | 'more-tokens';
  readonly ours: number;
  readonly client: number;
  /** Of ours: for responses that were cut off, and that the client left out. */
  readonly leftOut: number;
  /** Some response in it was cut off. */
  readonly hasCutOff: boolean;
}

export type CostComparison =
  Compared | { readonly status: 'unpriced'; readonly models: readonly string[]; readonly responses: number };

/** `undefined`: there is nothing to compare with. */
export function compareCost({
  responses,
  states,
}: Extract<SessionCost, { status: 'read' }>): CostComparison | undefined {
  const last = states.at(-1);
  if (last === undefined) return undefined;
  const unpriced = countedBy(last, responses).filter(({ cost }) => cost === undefined);
  if (unpriced.length > 0) {
    return {
      status: 'unpriced',
      models: [...new Set(unpriced.map(({ model }) => model))],
      responses: unpriced.length,
    };
  }
  const compared = compareWith(last, responses);
  if (compared.status === 'agrees') return compared;
  if (last.isGuessed) return undefined;
  if (compared.status !== 'more-tokens') return compared;
  // The first line with this start is of one process. If all was well there, a later process was killed before it could write.
  const first = states.find(({ startedAt }) => startedAt === last.startedAt) ?? last;
  const wasWell = first !== last && compareWith(first, responses).status !== 'more-tokens';
  return wasWell ? undefined : compared;
}

/** By its end: a response may seem to begin at the line before it, which another process wrote. */
function countedBy({ startedAt, until }: CostState, responses: readonly PricedResponse[]): PricedResponse[] {
  return responses.filter((one) => one.endedAt >= startedAt && one.startedAt < until);
}

function compareWith(state: CostState, responses: readonly PricedResponse[]): Compared {
  const counted = countedBy(state, responses);
  const groups = groupsOf(state, counted).map(({ client, ours }) => compareGroup(client, ours));
  const has = (status: Compared['status']): boolean => groups.some((group) => group.status === status);
  const isOwn = counted.some(({ cost, listed }) => cost !== listed);
  return {
    status: has('more-tokens')
      ? 'more-tokens'
      : has('other-prices')
        ? isOwn
          ? 'own-prices'
          : 'other-prices'
        : 'agrees',
    ours: sumOf(counted).cost,
    client: state.cost,
    leftOut: groups.reduce((sum, { leftOut }) => sum + leftOut, 0),
    hasCutOff: counted.some(({ isCutOff }) => isCutOff),
  };
}

interface Group {
  readonly client: ModelCost;
  readonly ours: readonly PricedResponse[];
}

/** A group a model; one for all where the client has another name for one of them (a region, an ARN). */
function groupsOf({ cost, models }: CostState, responses: readonly PricedResponse[]): Group[] {
  const byName = new Map<string, ModelCost>();
  for (const [name, one] of models) byName.set(bare(name), plus(byName.get(bare(name)), one));
  const names = new Set(responses.map(({ model }) => bare(model)));
  const groups = [...names].flatMap((name) => {
    const client = byName.get(name);
    return client === undefined
      ? []
      : [{ client, ours: responses.filter(({ model }) => bare(model) === name) }];
  });
  if (groups.length === names.size) return groups;
  const { used } = [...models.values()].reduce(plus, NOTHING);
  return [{ client: { used, cost }, ours: responses }];
}

/** Without `[1m]`, by which the client asks for a longer context. */
function bare(model: string): string {
  return model.replace(/\[\d+m\]$/i, '');
}

function compareGroup(
  client: ModelCost,
  responses: readonly PricedResponse[],
): Pick<Compared, 'status' | 'leftOut'> {
  const all = sumOf(responses);
  const ours = isWithin(all.used, client.used) ? all : sumOf(responses.filter(({ isCutOff }) => !isCutOff));
  const leftOut = all.cost - ours.cost;
  if (!isWithin(ours.used, client.used)) return { status: 'more-tokens', leftOut: 0 };
  if (isSame(ours.cost, client.cost)) return { status: 'agrees', leftOut };
  const hasMoreCalls = !isWithin(client.used, ours.used);
  return { status: hasMoreCalls && client.cost > ours.cost ? 'agrees' : 'other-prices', leftOut };
}

/** The client adds up fractions of a dollar. No price differs by as little as a ten-thousandth. */
export function isSame(one: number, other: number): boolean {
  return Math.abs(one - other) <= 1_000 + Math.max(one, other) / 10_000;
}

function isWithin(part: Used, whole: Used): boolean {
  return usedKinds.every((kind) => part[kind] <= whole[kind]);
}

const NOTHING: ModelCost = {
  used: { input: 0, output: 0, cacheRead: 0, cacheCreation: 0, webSearches: 0 },
  cost: 0,
};

function sumOf(responses: readonly PricedResponse[]): ModelCost {
  return responses.reduce((sum, { used, cost = 0 }) => plus(sum, { used, cost }), NOTHING);
}

function plus(sum: ModelCost = NOTHING, one: ModelCost): ModelCost {
  return {
    used: {
      input: sum.used.input + one.used.input,
      output: sum.used.output + one.used.output,
      cacheRead: sum.used.cacheRead + one.used.cacheRead,
      cacheCreation: sum.used.cacheCreation + one.used.cacheCreation,
      webSearches: sum.used.webSearches + one.used.webSearches,
    },
    cost: sum.cost + one.cost,
  };
}
