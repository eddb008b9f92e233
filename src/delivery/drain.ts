// In: the outboxes of all destinations. Out: what waits there is sent, destination by destination side by side, the
// requests of one destination strictly one after the other in the order they were committed.
// Always: a request leaves its outbox only after the backend's answer; a destination that cannot take anything now
// holds up no other, and is left alone until its back-off is over, in this wake-up and the next ones. A crash between
// the answer and the deletion sends the request once more: the same spans with the same ids.
// One drain at a time: the worker's lock sees to it.
import type { DestinationId } from '../config/destination.ts';
import type { Log } from '../platform/log.ts';
import { readBackoff } from './backoff.ts';
import { deliver, type Delivery, type Stopped } from './deliver.ts';
import { readDestination } from './destination-file.ts';
import { outboxDestinations } from './folders.ts';
import { listPending } from './outbox.ts';
import { openSender, type Unusable } from './sender.ts';
import { errorCode } from '../platform/reason.ts';

/** How long a drain may go on. */
export interface DrainOptions {
  /** Epoch milliseconds; after it no request is begun. One that is under way has its own timeout. */
  readonly deadline?: number | undefined;
  /** Asked before each request: true, and none is begun any more. */
  readonly isOver?: (() => boolean) | undefined;
  /** Breaks off at once; what was under way stays in its outbox, without a back-off. */
  readonly signal?: AbortSignal | undefined;
}

/** What became of the outboxes. */
export interface DrainSummary {
  readonly destinations: readonly DestinationSummary[];
}

/** What became of one outbox in this drain. */
export interface DestinationSummary {
  readonly id: DestinationId;
  /** Requests and spans that the backend has now. */
  readonly requests: number;
  readonly spans: number;
  /** Of these spans, those that the backend dropped (partial success). */
  readonly rejectedSpans: number;
  /** Requests set aside. */
  readonly refused: number;
  /** Requests that still wait. */
  readonly waiting: number;
  /** Why they wait, and the epoch milliseconds before which no drain tries again. */
  readonly why?: string;
  readonly notBefore?: number;
}

/** Sends what can be sent now. Never throws for anything that a backend or a single file does. */
export async function drainOutbox(dir: string, log: Log, options: DrainOptions = {}): Promise<DrainSummary> {
  const ids = outboxDestinations(dir).filter((id) => listPending(dir, id).length > 0);
  return { destinations: await Promise.all(ids.map((id) => drainDestination(dir, id, log, options))) };
}

async function drainDestination(
  dir: string,
  id: DestinationId,
  log: Log,
  options: DrainOptions,
): Promise<DestinationSummary> {
  const tally = { requests: 0, spans: 0, rejectedSpans: 0, refused: 0 };
  const stopped = await sendAll(dir, id, log, options, tally).catch((error: unknown) =>
    diskTrouble(id, log, error),
  );
  if (tally.requests > 0) log.info('delivery.sent', { destination: id, ...tally });
  return { id, ...tally, waiting: listPending(dir, id).length, ...stopped };
}

/** Sends until the outbox is empty (also of what is published meanwhile) or there is a reason to stop. */
async function sendAll(
  dir: string,
  id: DestinationId,
  log: Log,
  options: DrainOptions,
  tally: Delivery['tally'],
): Promise<Stopped | undefined> {
  const { last, holds } = readBackoff(dir, id, Date.now());
  if (last && holds) return { why: last.why, notBefore: last.notBefore };
  const destination = readDestination(dir, id);
  if (!destination) {
    log.error('delivery.unknown_destination', {
      destination: id,
      remedy: 'the next hook writes destination.json again',
    });
    return { why: 'destination.json is missing or unreadable' };
  }
  const opened = await openSender(destination);
  if (opened.status === 'unusable') return unusable(dir, id, log, opened);
  const { sender } = opened;
  const delivery: Delivery = {
    dir,
    id,
    log,
    to: destination,
    sender,
    tally,
    backoff: last,
    signal: options.signal,
  };
  const tried = new Set<string>();
  try {
    for (;;) {
      const fresh = listPending(dir, id).filter(({ file }) => !tried.has(file));
      if (fresh.length === 0) return undefined;
      for (const request of fresh) {
        if (options.signal?.aborted || Date.now() > (options.deadline ?? Infinity))
          return { why: 'out of time' };
        if (options.isOver?.() === true) return { why: 'told to stop' };
        tried.add(request.file);
        const stopped = await deliver(request, delivery);
        if (stopped) return stopped;
      }
    }
  } finally {
    sender.close();
  }
}

/** A setting that nothing can be sent with: what waits is left as it is, and each drain looks again, without a back-off. */
function unusable(dir: string, id: DestinationId, log: Log, { setting, why }: Unusable): Stopped {
  // Told once in the life of this process, which is one wake-up.
  const key = `${dir}\0${id}\0${why}`;
  if (!told.has(key)) {
    told.add(key);
    log.error('delivery.unusable', { destination: id, setting, why, remedy: REPAIR });
  }
  return { why };
}

const REPAIR = 'repair this setting of the destination; what waits is sent then';

const told = new Set<string>();

/** The disk does not let us read, delete or set aside: nothing more for this destination now. What has no code is a bug. */
function diskTrouble(id: DestinationId, log: Log, error: unknown): Stopped {
  const code = errorCode(error);
  if (code === undefined) throw error;
  log.error('delivery.disk', { destination: id, code });
  return { why: code };
}
