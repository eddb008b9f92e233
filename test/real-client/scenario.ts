// The shape of a scenario: what the model says, what the user does, and what a right trace tells of it.
// Always: one small file a scenario (or a family of them) in scenarios/, found by all-scenarios.ts; a drive starts its clients through
// `Play`, so that whatever happens they are stopped.
import type { Script } from './support/model-script.ts';
import type { Play } from './play.ts';

/** One thing that happens to a client, and what must be told of it. */
export interface Scenario {
  /** In words and hyphens; a row of the table of supported versions. */
  readonly name: string;
  readonly mode: 'headless' | 'terminal';
  /** The first client that knows it; undefined: all do. */
  readonly from?: string;
  /** One of the few that every change is tried with on older clients. */
  readonly short?: boolean;
  readonly script: Script;
  /** Further content of the user's `settings.json`. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Files of the work folder beside the usual two, by path. */
  readonly files?: Readonly<Record<string, string>>;
  /** Variables of the client's environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** Who names the backend: `turnspan install --endpoint` (default), or only `OTEL_*` of the client's environment. */
  readonly endpoint?: 'install' | 'environment';
  /** Whether the client's own telemetry is on, where it has any; default true. */
  readonly native?: boolean;
  /** Does what a user does. When it returns, its clients are ended and all that is told of them is waited for. */
  readonly drive: (scene: Play) => Promise<void>;
  readonly expects: Expected | ((version: string) => Expected);
}

/** What the model server cannot know. */
export interface Expected {
  /** In the order of their prompts, over all sessions. */
  readonly turns: readonly ExpectedTurn[];
  /** How tool calls end, by the key of the call in the script; those that are not named here succeed. */
  readonly outcomes?: Readonly<Record<string, ToolOutcome>>;
  /** How agents end, by the name of their conversation; those that are not named here complete. */
  readonly agents?: Readonly<Record<string, AgentOutcome>>;
  readonly compactions?: number;
  /**
   * Attempts that the server refused and of which the client wrote no more than that it made them: they cannot be told from
   * one that is still on its way.
   */
  readonly seemUnanswered?: number;
  /** Messages that reached the model while it worked. */
  readonly absorbed?: number;
  /** Texts that must be told, and texts of which nothing may be sent or kept. */
  readonly texts?: { readonly told: readonly string[]; readonly nowhere: readonly string[] };
  /** The client was killed: what its own telemetry had not sent yet is lost. */
  readonly nativeIsCut?: boolean;
}

export type TurnStatus = 'completed' | 'failed' | 'interrupted' | 'lost';
export type ToolOutcome = 'succeeded' | 'failed' | 'denied' | 'interrupted' | 'unfinished';
export type AgentOutcome = 'completed' | 'failed' | 'stopped' | 'unknown';

export interface ExpectedTurn {
  readonly status: TurnStatus;
  /** Requests of the turn's own thread that were not refused: answered, cut off, or left without an answer. */
  readonly requests: number;
  /** The agent whose notification began it. */
  readonly launchedBy?: string;
  /** The first turn of a fork or branch: it comes after this turn, 1 for the first. */
  readonly forkedFrom?: number;
}

/** A turn that ends like this after so many requests. */
export function turn(
  requests: number,
  status: TurnStatus = 'completed',
  origin: Pick<ExpectedTurn, 'launchedBy' | 'forkedFrom'> = {},
): ExpectedTurn {
  return { status, requests, ...origin };
}
