// What is remembered of a settings file as it was before our hooks came, as far as its text does not tell it any more.

/** Containers are called `` (the root), `hooks` and `hooks.Stop`. */
export interface BeforeUs {
  /** The whole text, where there was nothing in it. Absent: there was something. */
  readonly blank?: string | undefined;
  /** Containers that we made. */
  readonly made: readonly string[];
  /** What stood between the brackets of containers that were empty. */
  readonly gaps: Readonly<Record<string, string>>;
}

/** The name of an event's list. */
export function pathOfEvent(name: string): string {
  return `hooks.${name}`;
}
