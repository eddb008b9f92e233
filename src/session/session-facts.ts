// What is known of a session beside its lines. In: from tickets and the process table. Out: to whatever closes turns.

/** What the lines cannot tell, but tickets and the process table can. Times in milliseconds since the epoch. */
export interface SessionFacts {
  /** Prompt ids for which a StopFailure hook ran. */
  readonly failedPrompts: ReadonlySet<string>;
  /** Nobody writes this file any more: SessionEnd came, its client is gone, or it is an exported file. */
  readonly over: boolean;
  /** SessionEnd came: the client had the time to close what it had open, and to hand out telemetry of its own. */
  readonly saidGoodbye: boolean;
  /** When another process resumed the session: what was open before is over. */
  readonly resumedAt: readonly number[];
  /** A Stop hook ran and nothing was added for 2 s: the only mark of clients that write no summary. */
  readonly quietAfterStop: boolean;
}

export const noFacts: SessionFacts = {
  failedPrompts: new Set(),
  over: false,
  saidGoodbye: false,
  resumedAt: [],
  quietAfterStop: false,
};
