// In: a turn, and for which session each span was sent. Out: the turn, with where it comes from if it is the first own
// one of a fork or branch: the turn before it was copied, and is the other session's.
import type { Completed } from './session/model.ts';
import { turnSpanId } from './telemetry/place.ts';

/** Says of a turn where its session was forked, if it began there. `senderOf` gives the session that a span was sent for. */
export function withFork(
  one: Completed,
  sessionId: string,
  senderOf: (spanId: string) => string | undefined,
): Completed {
  if (one.kind !== 'turn' || one.turn.previous === undefined) return one;
  const { previous } = one.turn;
  const sender = senderOf(turnSpanId(previous));
  if (sender === undefined || sender === sessionId) return one;
  return { ...one, turn: { ...one.turn, forkedFrom: previous } };
}
