// In: the moments at which something new may wait in an outbox. Out: drains, one at a time, beside the work.
import { drainOutbox, type DrainSummary } from './delivery/drain.ts';
import type { Log } from './platform/log.ts';
import { reasonOf } from './platform/reason.ts';

/** A back-off that is over so soon is waited for: a backend that asked for a second of rest gets it. */
const LINGER_MS = 10_000;

export interface DeliveryDesk {
  wake(): void;
  isBusy(): boolean;
  /** Was nothing drained yet, or is the one short back-off that is waited for over? */
  isDue(now: number): boolean;
  /** Is there such a back-off? */
  lingers(now: number): boolean;
}

export function openDeliveryDesk(dir: string, log: Log): DeliveryDesk {
  const state = { running: false, again: false, lingered: false };
  let summary: DrainSummary | undefined;

  const drain = async (): Promise<void> => {
    state.running = true;
    try {
      do {
        state.again = false;
        summary = await drainOutbox(dir, log);
      } while (wasWoken());
    } catch (error) {
      log.error('delivery-failed', { reason: reasonOf(error) });
      summary = { destinations: [] };
    } finally {
      state.running = false;
    }
  };

  /** Asked through a function: `wake` changes it while a drain is awaited. */
  const wasWoken = (): boolean => state.again;

  const nextTry = (): number =>
    Math.min(
      ...(summary?.destinations ?? []).map(({ waiting, notBefore }) =>
        waiting > 0 ? (notBefore ?? Infinity) : Infinity,
      ),
    );

  return {
    wake: () => {
      if (state.running) state.again = true;
      else void drain();
    },
    isBusy: () => state.running,
    isDue: (now) => {
      if (summary === undefined) return true;
      const due = !state.lingered && nextTry() <= now;
      state.lingered ||= due;
      return due;
    },
    lingers: (now) => !state.lingered && nextTry() - now <= LINGER_MS,
  };
}
