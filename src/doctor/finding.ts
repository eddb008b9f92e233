// What a check finds: a name that stays the same from version to version, what is wrong, and what mends it.
// Always: no text of it holds a secret: of addresses neither password nor query is shown, of variables only the name.

export type Level = 'error' | 'warning';

/** `error`: something does not arrive. `warning`: it may not, or it is not what one would expect. */
export interface Finding<Name extends string = string> {
  /** `endpoint-key-refused`; documented in docs/doctor.md. */
  readonly name: Name;
  readonly level: Level;
  /** One sentence that names the thing and the place. */
  readonly title: string;
  /** What it means, where the title does not say it. */
  readonly detail?: string;
  /** The command or the edit that mends it. */
  readonly remedy: string;
}
