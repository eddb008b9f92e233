// Plays a scenario as often as it takes to say whether a fault is Turnspan's or the machine's.
// In: a scenario, a client. Out: the last play, its faults, and the faults of an earlier play that did not come again.
// Always: times that are off are played once more, because a client that has to wait for the machine writes later ones. Other faults
// are played again on the short list only, two times and both must be right: such a run must tell what a change has broken, and a
// fault that comes by chance is told but stops nobody, as long as there are few (`MOST_UNSTEADY`).
import type { Fault } from './evidence.ts';
import { runScenario, type Outcome } from './run-scenario.ts';
import type { Scenario } from './scenario.ts';
import type { InstalledClient } from './support/clients.ts';

export interface Verdict {
  /** Missing where the play did not come to its end. */
  readonly outcome?: Outcome;
  readonly faults: readonly Fault[];
  /** Of a play before, where the later ones were right. */
  readonly unsteady: readonly Fault[];
  /** For a person who looks for the reason. */
  readonly log: string;
}

/** More than these in one run are no chance. */
export const MOST_UNSTEADY = 4;

type Play = Omit<Verdict, 'unsteady'>;

export async function playUntilSure(
  play: () => Promise<Play>,
  isShort: boolean,
): Promise<Verdict & { readonly plays: number }> {
  const first = await play();
  const onlyTimes = first.faults.every(({ isTime }) => isTime === true);
  const more = first.faults.length === 0 ? 0 : onlyTimes ? 1 : isShort ? 2 : 0;
  let last = first;
  for (let again = 0; again < more; again++) {
    last = await play();
    if (last.faults.length > 0) return { ...last, log: `${first.log}\n${last.log}`, unsteady: [], plays: again + 2 }; // prettier-ignore
  }
  return { ...last, log: first.log, unsteady: more === 0 ? [] : first.faults, plays: more + 1 };
}

/** A play that does not come to its end is a fault like any other. */
export async function playOnce(scenario: Scenario, client: InstalledClient): Promise<Play> {
  try {
    const outcome = await runScenario(scenario, client);
    return { outcome, faults: outcome.faults, log: outcome.log };
  } catch (error) {
    const log = String(error);
    return { faults: [{ rule: 'played to its end', what: log.slice(0, 300) }], log };
  }
}
