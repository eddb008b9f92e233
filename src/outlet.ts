// In: what is complete of a session, each thing once. Out: the requests that one destination gets of it.
// Always: what a destination gets is made when it is taken, so that texts which do not leave are not kept in memory.
import type { ReadableSpan } from '@opentelemetry/sdk-trace-node';
import type { Destination } from './config/destination.ts';
import { encodeRequests } from './delivery/encode.ts';
import { encodeLogRequests } from './delivery/encode-logs.ts';
import { REQUEST_LIMITS, type EncodedRequest, type RequestLimits } from './delivery/request-parts.ts';
import type { LogMaker } from './log-maker.ts';
import type { Completed } from './session/model.ts';
import type { SpanMaker } from './span-maker.ts';

/** What leaves by one destination. */
export interface Outlet {
  readonly destination: Destination;
  /** Takes a thing; `spanId` names it, whatever the signal. */
  take(spanId: string, one: Completed): void;
  /** Somebody else has sent it meanwhile. */
  forget(spanId: string): void;
  /** All that was taken since the last call, in that order. */
  requests(): readonly EncodedRequest[];
}

/** An outlet of things that become records of one kind. */
export function createOutlet<Made>(
  destination: Destination,
  make: (one: Completed) => readonly Made[],
  encode: (
    made: readonly Made[],
    destination: Destination,
    limits: RequestLimits,
  ) => readonly EncodedRequest[],
): Outlet {
  let taken = new Map<string, readonly Made[]>();
  return {
    destination,
    take: (spanId, one) => taken.set(spanId, make(one)),
    forget: (spanId) => taken.delete(spanId),
    requests: () => {
      const all = [...taken.values()].flat();
      taken = new Map();
      return all.length === 0 ? [] : encode(all, destination, limitsOf(destination));
    },
  };
}

/** Spans. */
export function traceOutlet(destination: Destination, toSpan: SpanMaker): Outlet {
  return createOutlet<ReadableSpan>(
    destination,
    (one) => [toSpan(one)],
    (spans, { encoding }, limits) => encodeRequests(spans, encoding, limits),
  );
}

/** Events, as log records. */
export function logOutlet(destination: Destination, toRecords: LogMaker): Outlet {
  return createOutlet(destination, toRecords, (records, { encoding }, limits) =>
    encodeLogRequests(records, encoding, limits),
  );
}

/** What a destination takes in one request, where it takes less than is usual. */
function limitsOf({ limits }: Destination): RequestLimits {
  return {
    bytes: Math.min(limits?.requestBytes ?? Infinity, REQUEST_LIMITS.bytes),
    spans: Math.min(limits?.spans ?? Infinity, REQUEST_LIMITS.spans),
  };
}
