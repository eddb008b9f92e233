// In: the tickets of one session, and the moments at which to look. Out: steps of its pipeline, one at a time.
// Always: a ticket is in the session's record on disk before it counts as taken; a step that fails leaves the position
// where it was.
import { statSync } from 'node:fs';
import type { Ticket } from './inbox/ticket.ts';
import { advance, type OpenSession, type Progress, type Workshop } from './pipeline.ts';
import { reasonOf } from './platform/reason.ts';
import { withBounds, withTicket } from './ticket-facts.ts';

/** Where one session is worked on: one step at a time, its tickets between two steps. */
export interface SessionDesk {
  /** Takes a ticket, unless a step is under way (it then stays in the inbox). True: it is in the record on disk. */
  take(ticket: Ticket): boolean;
  /** Asks for a step although no ticket came. */
  look(): void;
  /** Begins a step if there is reason to. True once when one has brought something forth. */
  step(): boolean;
  isBusy(): boolean;
  /** Waits for the mark that closes a turn? */
  awaits(): boolean;
}

/** `done` is called when a step has ended. */
export function openDesk(
  transcript: string,
  workshop: Workshop,
  patienceMs: number,
  done: () => void,
): SessionDesk {
  const { records, log, now } = workshop;
  let seen = -1;
  let changedAt = now();
  let wanted = false;
  let busy = false;
  let fresh = false;
  let steppedAt = 0;
  let progress: Progress = { spans: 0, awaitsMark: false };
  const session: OpenSession = { record: records.open(transcript), held: [], changedAt: () => changedAt };

  const look = (): boolean => {
    const { size = -1, mtimeMs = now() } = statSync(transcript, { throwIfNoEntry: false }) ?? {};
    if (size === seen) return false;
    seen = size;
    changedAt = mtimeMs;
    return true;
  };

  const awaits = (): boolean =>
    progress.awaitsMark && now() - (session.record.facts.stoppedAt ?? 0) < patienceMs;

  const begin = async (): Promise<void> => {
    try {
      progress = await advance(session, workshop);
      fresh ||= progress.spans > 0;
    } catch (error) {
      // A full disk, say: the position on disk stands, the next wake-up tries again.
      progress = { spans: 0, awaitsMark: false };
      log.error('session-failed', { session: session.record.sessionId, reason: reasonOf(error) });
    } finally {
      busy = false;
      done();
    }
  };

  return {
    take: (ticket) => {
      if (busy) return false;
      const { record } = session;
      session.record = {
        ...record,
        facts: withTicket(record.facts, ticket),
        runs: withBounds(record.runs, ticket),
      };
      records.save(session.record, true);
      wanted = true;
      return true;
    },
    look: () => {
      wanted = true;
    },
    step: () => {
      const brought = fresh;
      fresh = false;
      if (busy) return brought;
      // Also without a new line: quiet closes an old client's turn, and the end of its client any.
      if (awaits()) wanted ||= look() || now() - steppedAt > SETTLE_MS;
      if (wanted) {
        wanted = false;
        look();
        steppedAt = now();
        busy = true;
        void begin();
      }
      return brought;
    },
    isBusy: () => busy || wanted || fresh,
    awaits,
  };
}

/** A little more than the 2 s after which a client that writes no mark counts as quiet. */
const SETTLE_MS = 2100;
