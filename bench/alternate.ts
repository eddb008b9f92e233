// In: things to do. Out: how long each takes: the median of its runs.
// Always: they take turns, so that a busy moment of the machine touches all of them alike; who goes first changes, so that
// none always runs in the other's wake.

/** One thing to time. Gives its own time in milliseconds. */
export type Run = () => number | Promise<number>;

/** Medians in milliseconds, in the order of `runs`; the first `warmUps` rounds do not count. */
export async function alternate(runs: readonly Run[], rounds: number, warmUps: number): Promise<number[]> {
  return (await takeTurns(runs, rounds, warmUps)).map(median);
}

/** All times in milliseconds, by run and then by round. */
export async function takeTurns(runs: readonly Run[], rounds: number, warmUps: number): Promise<number[][]> {
  const order = runs.map((run) => ({ run, times: [] as number[] }));
  for (let round = -warmUps; round < rounds; round += 1) {
    for (const { run, times } of round % 2 === 0 ? order : order.toReversed()) {
      const time = await run();
      if (round >= 0) times.push(time);
    }
  }
  return order.map(({ times }) => times);
}

/** How many times as long the second one takes: round by round, because what both of a round went through alike is no difference. */
export function ratioOf(base: readonly number[] = [], other: readonly number[] = []): number {
  return median(base.map((time, round) => (other[round] ?? NaN) / time));
}

/** Milliseconds that `work` takes. */
export async function timed(work: () => unknown): Promise<number> {
  const before = process.hrtime.bigint();
  await work();
  return Number(process.hrtime.bigint() - before) / 1e6;
}

export function median(times: readonly number[]): number {
  return times.toSorted((one, other) => one - other)[times.length >> 1] ?? NaN;
}
