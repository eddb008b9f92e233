// In: one waiting request and a sender to its destination. Out: the request sent and gone, set aside, or
// still there with the reason to stop for now.
// Always: it is deleted only after the backend took it; what the log gets is ids, numbers, statuses and error codes.
import { join } from 'node:path';

import type { DestinationId } from '../config/destination.ts';
import { readBytesIfThere } from '../platform/if-there.ts';
import type { Log } from '../platform/log.ts';
import { nextBackoff, writeBackoff, type Backoff } from './backoff.ts';
import { encodingOf } from './encode.ts';
import { outboxFolder } from './folders.ts';
import { countLosses } from './health.ts';
import { listPending, removeAccepted, setAside, type PendingRequest, type Refusal } from './outbox.ts';
import type { SendTo } from './destination-file.ts';
import { saysNoSuchSignal, switchSignalOff } from './signal-off.ts';
import { isSnapshot, snapshotSettled } from './snapshot.ts';
import type { Later } from './outcome.ts';
import type { Sender } from './sender.ts';

/** One destination while it is drained. */
export interface Delivery {
  readonly dir: string;
  readonly id: DestinationId;
  readonly log: Log;
  readonly to: SendTo;
  readonly sender: Sender;
  readonly signal: AbortSignal | undefined;
  /** Counted up as requests leave. */
  readonly tally: { requests: number; spans: number; rejectedSpans: number; refused: number };
  /** What is on disk; forgotten with the first answer that is not "later". */
  backoff: Backoff | undefined;
}

/** Why nothing more is sent to a destination now, and the epoch milliseconds before which nobody tries again. */
export interface Stopped {
  readonly why: string;
  readonly notBefore?: number;
}

/** Sends one request. Returns undefined when the next one may follow. Throws what the file system throws. */
export async function deliver(request: PendingRequest, delivery: Delivery): Promise<Stopped | undefined> {
  const { dir, id, sender, signal, tally, log } = delivery;
  const body = readBytesIfThere(join(outboxFolder(dir, id), request.file));
  // A newer point has taken its place.
  if (body === undefined) return undefined;
  const encoding = encodingOf(body);
  if (!encoding) {
    refuse(request, delivery, { why: 'not an OTLP request' });
    return undefined;
  }
  const outcome = await sender.send({ body, encoding, signal });
  if (outcome.status === 'later') return wait(outcome, delivery);
  if (delivery.backoff) {
    writeBackoff(dir, id, undefined);
    delivery.backoff = undefined;
  }
  if (outcome.status === 'refused' && saysNoSuchSignal(delivery.to.signal, outcome)) {
    forgetSignal(delivery, outcome);
    return { why: outcome.why };
  }
  if (outcome.status === 'refused') {
    refuse(request, delivery, outcome);
    return undefined;
  }
  removeAccepted(dir, id, request.file);
  if (delivery.to.signal === 'metrics') snapshotSettled(dir, id, request.file, true);
  tally.requests += 1;
  tally.spans += request.spans;
  if (outcome.status === 'partial') {
    tally.rejectedSpans += outcome.rejected;
    countLosses(dir, id, { dropped: outcome.rejected });
    log.warn('delivery.partial', {
      destination: id,
      batch: request.batchId,
      rejected_spans: outcome.rejected,
    });
  }
  return undefined;
}

function wait(later: Later, delivery: Delivery): Stopped {
  if (later.cause === 'aborted') return { why: later.why };
  const { dir, id, log } = delivery;
  const backoff = nextBackoff(delivery.backoff, later, Date.now());
  writeBackoff(dir, id, backoff);
  const { failures, notBefore, why } = backoff;
  log.warn('delivery.later', {
    destination: id,
    why,
    failures,
    not_before: new Date(notBefore).toISOString(),
  });
  return { why, notBefore };
}

/** The backend does not take the signal: what waits of it is given up, and nothing more is made for a day. */
function forgetSignal({ dir, id, log, to }: Delivery, { why }: Refusal): void {
  const isNew = switchSignalOff(dir, id, Date.now());
  const waiting = listPending(dir, id);
  for (const { file } of waiting) removeAccepted(dir, id, file);
  const { name, signal } = to;
  if (isNew)
    log.warn('delivery.signal_off', { destination: id, name, signal, why, given_up: waiting.length });
}

function refuse(request: PendingRequest, delivery: Delivery, refusal: Refusal): void {
  const { dir, id, log, tally } = delivery;
  const { httpStatus, why } = refusal;
  if (delivery.to.signal === 'metrics' && isSnapshot(dir, id, request.file)) {
    // The next totals say it all again.
    removeAccepted(dir, id, request.file);
    snapshotSettled(dir, id, request.file, false);
  } else setAside(dir, id, request.file, { ...(httpStatus !== undefined && { httpStatus }), why });
  tally.refused += 1;
  countLosses(dir, id, { refused: 1 });
  log.error('delivery.refused', {
    destination: id,
    name: delivery.to.name,
    batch: request.batchId,
    spans: request.spans,
    status: httpStatus,
    why,
  });
}
