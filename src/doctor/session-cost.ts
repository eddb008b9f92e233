// What is compared of a session: what its responses cost, and what the client itself wrote down of it (`cost-state` lines).
// Made by the root `session-cost.ts`, which may read transcripts; compared in `compare-cost.ts`.
// Always: sums of money are nanodollars, times milliseconds since the epoch.
import type { UserPrice } from '../config/user-config.ts';

export const usedKinds = ['input', 'output', 'cacheRead', 'cacheCreation', 'webSearches'] as const;

/** Tokens, and searches of the web. */
export type Used = Readonly<Record<(typeof usedKinds)[number], number>>;

/** A response of the transcript, or of an agent's. */
export interface PricedResponse {
  readonly model: string;
  readonly startedAt: number;
  readonly endedAt: number;
  readonly used: Used;
  /** As the worker prices it; absent where nobody knows a price. */
  readonly cost?: number | undefined;
  /** By the list alone. */
  readonly listed?: number | undefined;
  /** Its stream was cut off, so the client may have counted more of it, or nothing. */
  readonly isCutOff: boolean;
}

/**
 * A `cost-state` line. The client writes it when it exits, and when it leaves a session (`/clear`, `/branch`); a resumed
 * session, and a fork, go on with the sums and with the start of the one before, `/clear` and `/branch` begin anew.
 * A client that is killed writes none.
 */
export interface CostState {
  /** From when on it counts. */
  readonly startedAt: number;
  /** The time of the next line that has one: what came then is not in it. */
  readonly until: number;
  readonly cost: number;
  /** By the client's name of the model. */
  readonly models: ReadonlyMap<string, ModelCost>;
  /** The client had no price for some model, and took another's. */
  readonly isGuessed: boolean;
}

export interface ModelCost {
  readonly used: Used;
  readonly cost: number;
}

/** `silent`: no line says what the client counted. */
export type SessionCost =
  | {
      readonly status: 'read';
      readonly responses: readonly PricedResponse[];
      readonly states: readonly CostState[];
    }
  | { readonly status: 'silent' | 'too-large' };

/** Reads a session, unless its files are larger than `mostBytes` together. */
export type ReadSessionCost = (
  transcript: string,
  prices: readonly UserPrice[],
  mostBytes: number,
) => Promise<SessionCost>;
