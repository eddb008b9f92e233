// In: what is complete of a session, each thing once. Out: the requests that one destination gets of it: spans or log records here, metrics
// in metric-outlet.ts.
// Always: what a destination gets is made when it is taken, so that texts which do not leave are not kept in memory.
import type { ReadableLogRecord } from '@opentelemetry/sdk-logs';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-node';
import type { Destination } from './config/destination.ts';
import type { BatchId } from './delivery/batch-id.ts';
import { encodeRequests } from './delivery/encode.ts';
import { encodeLogRequests } from './delivery/encode-logs.ts';
import { REQUEST_LIMITS, type EncodedRequest, type RequestLimits } from './delivery/request-parts.ts';
import type { LogMaker } from './log-maker.ts';
import type { Completed } from './session/model.ts';
import type { SpanMaker } from './span-maker.ts';
import type { SessionEvent } from './telemetry/events/session-events.ts';

/** What leaves by one destination. */
export interface Outlet extends Tray {
  readonly destination: Destination;
  /** Takes the beginning or the end of a session; where that is nothing to the signal, there is no such function. */
  readonly tell?: (event: SessionEvent) => void;
}

/** What was taken and has not left. */
export interface Tray {
  /** Takes a thing; `spanId` names it, whatever the signal. */
  take(spanId: string, one: Completed): void;
  /** Somebody else has sent it meanwhile. */
  forget(spanId: string): void;
  /** All that was taken since the last call, in that order. */
  batch(): OutletBatch;
}

/** What leaves with one batch of the ledger. */
export interface OutletBatch {
  /** These go through staging. */
  readonly requests: readonly EncodedRequest[];
  /** Spans that are in none of these, because the backend takes none that ended so long ago. */
  readonly tooOld?: number;
  /** Before the commit, what is remembered beside them. Throws what the file system throws. */
  readonly stage?: (batchId: BatchId) => void;
  /** After the commit, when the batch is published. */
  readonly apply?: (batchId: BatchId) => void;
}

/** Holds what `make` makes of each thing, until `pack` makes a batch of all of it. */
export function createTray<Made>(
  make: (one: Completed) => readonly Made[],
  pack: (made: readonly Made[]) => OutletBatch,
): Tray {
  let taken = new Map<string, readonly Made[]>();
  return {
    take: (spanId, one) => taken.set(spanId, make(one)),
    forget: (spanId) => taken.delete(spanId),
    batch: () => {
      const all = [...taken.values()].flat();
      taken = new Map();
      return pack(all);
    },
  };
}

/** Spans; `now` is asked when a batch is made, in milliseconds since the epoch. */
export function traceOutlet(destination: Destination, toSpan: SpanMaker, now: () => number): Outlet {
  const limits = limitsOf(destination);
  return {
    destination,
    ...createTray<ReadableSpan>(
      (one) => [toSpan(one)],
      (spans) => {
        const young = youngOf(spans, destination, now);
        return {
          requests: encodeRequests(young, destination.encoding, limits),
          tooOld: spans.length - young.length,
        };
      },
    ),
  };
}

/** The spans that a destination takes by their age, which counts from their end. */
export function youngOf(
  spans: readonly ReadableSpan[],
  { limits }: Pick<Destination, 'limits'>,
  now: () => number,
): readonly ReadableSpan[] {
  if (limits?.spanAgeMs === undefined) return spans;
  const oldest = now() - limits.spanAgeMs;
  return spans.filter(({ endTime: [seconds, nanoseconds] }) => seconds * 1000 + nanoseconds / 1e6 >= oldest);
}

/** Events, as log records. */
export function logOutlet(destination: Destination, toRecords: LogMaker): Outlet {
  const limits = limitsOf(destination);
  let told: readonly ReadableLogRecord[] = [];
  return {
    destination,
    tell: (event) => {
      told = [...told, ...toRecords.ofSession(event)];
    },
    ...createTray(toRecords.of, (records) => {
      const all = [...told, ...records];
      told = [];
      return { requests: encodeLogRequests(all, destination.encoding, limits) };
    }),
  };
}

/** What a destination takes in one request, where it takes less than is usual. */
export function limitsOf({ limits }: Pick<Destination, 'limits'>): RequestLimits {
  return {
    bytes: Math.min(limits?.requestBytes ?? Infinity, REQUEST_LIMITS.bytes),
    spans: Math.min(limits?.spans ?? Infinity, REQUEST_LIMITS.spans),
  };
}
