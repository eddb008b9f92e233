// The one shape of a check. Adding one means one file in `checks/` and one line in `all-checks.ts`.
// Always: a check only looks; it changes nothing of the user's, and what it puts down it takes away again.
import type { DoctorContext } from './context.ts';
import type { Finding } from './finding.ts';

export interface Check {
  readonly name: string;
  /** What is true where nothing is found: a sentence without its full stop. */
  readonly holds: string;
  /** Every finding that it can make, with what it means: docs/doctor.md has the same. */
  readonly findings: Readonly<Record<string, string>>;
  /** None: fine. Throws only where the check itself could not be made. */
  run(context: DoctorContext): Outcome | Promise<Outcome>;
}

/** Findings; or that there is none, in words that say more than `holds` can. */
export type Outcome<Name extends string = string> = readonly Finding<Name>[] | { readonly holds: string };

interface CheckOf<Name extends string> extends Check {
  readonly findings: Readonly<Record<Name, string>>;
  run(context: DoctorContext): Outcome<NoInfer<Name>> | Promise<Outcome<NoInfer<Name>>>;
}

/** A check whose findings are all among those that it declares, by type. */
export function defineCheck<const Name extends string>(check: CheckOf<Name>): Check {
  return check;
}
