// Which trace the spans of a turn leave in. In: decided outside (the roots know tickets and settings, this room does not).
// Always: one decision for each turn, for all of its spans and for all links to it, whenever they leave.
import type { TurnScope } from '../session/model.ts';

/** A span by its ids, in hexadecimal. */
export interface SpanReference {
  readonly traceId: string;
  readonly spanId: string;
}

/** `own`: a trace of its own, its id a hash of the prompt's uuid. */
export type TraceContext =
  | { readonly kind: 'own' }
  /** A trace of its own, and the turn links to a span of somebody else's. */
  | { readonly kind: 'linked'; readonly to: SpanReference }
  /**
   * In the trace of `parent`, which the turn hangs under: the `client`'s own span of this turn, or a span of the `caller`,
   * who started the client.
   */
  | {
      readonly kind: 'joined';
      readonly parent: SpanReference;
      readonly parentOf: 'client' | 'caller';
      /** The destination does not get that span: there the turn is the root of the trace. */
      readonly parentIsElsewhere?: boolean;
    };

/** Tells of each turn in which trace it leaves, or has left. */
export type TraceOf = (scope: TurnScope) => TraceContext;

export const OWN: TraceContext = { kind: 'own' };

/** Where nothing else is known: an exported file, the library. */
export const ownTraces: TraceOf = () => OWN;
