// In: the moments at which something new may wait in an outbox. Out: drains, one at a time, beside the work.
// Always: once a pause has begun, no request is; what another process puts into an outbox (`turnspan retry`) is seen at the end.
import { homedir } from 'node:os';
import { exposures } from './config/exposure.ts';
import { userConfigFileOf } from './config/user-config-place.ts';
import { drainOutbox, type DrainSummary } from './delivery/drain.ts';
import { outboxDestinations } from './delivery/folders.ts';
import { listPending } from './delivery/outbox.ts';
import type { Log } from './platform/log.ts';
import { reasonOf } from './platform/reason.ts';
import { isPaused } from './state/pause.ts';

/** A back-off that is over so soon is waited for: a backend that asked for a second of rest gets it. */
const LINGER_MS = 10_000;

export interface DeliveryDesk {
  wake(): void;
  isBusy(): boolean;
  /** Was nothing drained yet, has someone put back what was refused, or is the one short back-off that is waited for over? */
  isDue(now: number): boolean;
  /** Is there such a back-off? */
  lingers(now: number): boolean;
}

/** `done` is called when a drain has ended. */
export function openDeliveryDesk(dir: string, log: Log, done: () => void): DeliveryDesk {
  const state = { running: false, again: false, lingered: false, failed: false, stopped: false };
  tellExposures(dir, log);
  let summary: DrainSummary | undefined;

  const drain = async (): Promise<void> => {
    state.running = true;
    try {
      do {
        state.again = false;
        state.stopped = false;
        summary = await drainOutbox(dir, log, { isOver: () => (state.stopped ||= isPaused(dir)) });
      } while (wasWoken());
    } catch (error) {
      log.error('delivery-failed', { reason: reasonOf(error) });
      summary = { destinations: [] };
      state.failed = true;
    } finally {
      state.running = false;
      done();
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

  /** More waits than the last drain left. */
  const hasMore = (): boolean =>
    !state.failed &&
    outboxDestinations(dir).some((id) => {
      const left = summary?.destinations.find((one) => one.id === id)?.waiting ?? 0;
      return listPending(dir, id).length > left;
    });

  return {
    wake: () => {
      if (state.running) state.again = true;
      else void drain();
    },
    isBusy: () => state.running,
    isDue: (now) => {
      if (summary === undefined || hasMore()) return true;
      // The pause was over before the worker saw it.
      if (state.stopped && !isPaused(dir)) return true;
      const due = !state.lingered && nextTry() <= now;
      state.lingered ||= due;
      return due;
    },
    lingers: (now) => !state.lingered && nextTry() - now <= LINGER_MS,
  };
}

/** Once in the life of a worker: what it sends with may be known to others. The file is named, and not where it is. */
function tellExposures(dir: string, log: Log): void {
  for (const { problem, mode } of exposures(userConfigFileOf(dir, homedir()))) {
    const remedy = `chmod ${mode}; turnspan doctor tells the path`;
    log.warn('configuration', { variable: 'config.json', message: problem, remedy });
  }
}
