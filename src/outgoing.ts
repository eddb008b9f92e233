// In: what is complete of a session. Out: spans in the outboxes of its destinations, each once for ever.
// Always: a span leaves when the trace of its turn is decided; until then it is held back, in memory, while the position
// stands at the turn's beginning. Then, in this order: staged (durable), committed by a line in the project's ledger,
// published into the outboxes. A crash before the commit forgets the batch, and its spans are read again; after it, the next
// worker publishes it.
import type { ReadableSpan } from '@opentelemetry/sdk-trace-node';
import type { Destination } from './config/destination.ts';
import type { NativeSettings } from './config/native.ts';
import type { ResourceSettings } from './config/resource.ts';
import { encodeRequests, REQUEST_LIMITS, type RequestLimits } from './delivery/encode.ts';
import { publish, stage } from './delivery/staging.ts';
import type { BatchId } from './delivery/batch-id.ts';
import { withFork } from './fork.ts';
import type { Completed, TurnScope } from './session/model.ts';
import { spanMaker } from './span-maker.ts';
import type { Ledger } from './state/ledger.ts';
import { isSkipped, type SkippedPause } from './state/pause-skips.ts';
import { turnSpanId } from './telemetry/place.ts';
import { traceAt } from './trace-decision.ts';
import type { TurnTraces } from './turn-traces.ts';

/** Takes what is complete; `flush` before any position moves. */
export interface Outgoing {
  add(completed: readonly Completed[]): void;
  /**
   * Everything added so far is in the outbox, or already was, or is held back because the trace of its turn, the `open`
   * one, is not decided; gives what is held back. Throws what the file system throws.
   */
  flush(open: TurnScope | undefined): readonly Completed[];
  /** Prompts whose turns have closed. */
  readonly settledPrompts: () => ReadonlySet<string>;
  /** Spans put into the outbox. */
  readonly sent: () => number;
}

export interface OutgoingOptions {
  readonly dir: string;
  /** Each gets bytes of its own: content level, encoding and limits are its. */
  readonly destinations: readonly Destination[];
  readonly resource: ResourceSettings;
  readonly sessionId: string;
  readonly ledger: Ledger;
  readonly nextBatch: () => BatchId;
  /** Turns that began before this time (the installation) are not sent; milliseconds since the epoch. */
  readonly notBefore: number;
  /** Turns that began in one of these pauses are not sent either. */
  readonly skips?: readonly SkippedPause[];
  readonly traces: TurnTraces;
  readonly native: NativeSettings;
  /** What an earlier step held back. */
  readonly held: readonly Completed[];
}

/** Spans in one batch at most; more are committed in steps, so that a huge session needs little memory. */
const BATCH = 512;

export function createOutgoing(options: OutgoingOptions): Outgoing {
  const { dir, destinations, sessionId, ledger, nextBatch, notBefore, skips = [], traces, native } = options;
  const outlets = destinations.map((destination) => ({
    destination,
    toSpan: spanMaker(destination.content, options.resource, (scope) =>
      traceAt(traces.traceOf(scope), native, destination.url),
    ),
  }));
  let held = [...options.held];
  /** By span id: the span as each destination gets it. */
  let waiting = new Map<string, readonly ReadableSpan[]>();
  let turns = new Set<string>();
  let sent = 0;

  const send = (): void => {
    // Asked here and not when it was added: another session of the project, a fork say, may have sent the same meanwhile.
    for (const spanId of waiting.keys()) if (ledger.senderOf(spanId) !== undefined) waiting.delete(spanId);
    if (waiting.size === 0) return;
    const batch = nextBatch();
    const rows = [...waiting.values()];
    const consignments = destinations.map((destination, place) => ({
      destination,
      requests: encodeRequests(
        rows.flatMap((row) => row[place] ?? []),
        destination.encoding,
        limitsOf(destination),
      ),
    }));
    stage(dir, batch, consignments);
    ledger.commit(batch, sessionId, [...waiting.keys()], turns);
    publish(dir, batch);
    sent += waiting.size;
    waiting = new Map();
    turns = new Set();
  };

  const take = (one: Completed): void => {
    const whole = withFork(one, sessionId, ledger.senderOf);
    const spans = outlets.map(({ toSpan }) => toSpan(whole));
    const spanId = spans[0]?.spanContext().spanId;
    if (spanId === undefined || waiting.has(spanId)) return;
    waiting.set(spanId, spans);
    turns.add(turnSpanId(one.scope));
    if (waiting.size >= BATCH) send();
  };

  /** Takes what was held back and may leave now. */
  const release = (isClosed: (scope: TurnScope) => boolean): void => {
    const before = held;
    held = [];
    for (const one of before) {
      if (traces.mayLeave(one, isClosed(one.scope))) take(one);
      else held.push(one);
    }
  };

  return {
    add: (completed) => {
      for (const one of completed) {
        const { startedAt } = one.scope;
        if (startedAt < notBefore || isSkipped(startedAt, skips)) continue;
        const closes = one.kind === 'turn';
        if (!traces.mayLeave(one, closes)) {
          held.push(one);
          continue;
        }
        // The root goes last.
        if (closes && held.length > 0) release(({ turnId }) => turnId === one.scope.turnId);
        take(one);
      }
    },
    flush: (open) => {
      release(({ turnId }) => turnId !== open?.turnId);
      send();
      return held;
    },
    settledPrompts: traces.settled,
    sent: () => sent,
  };
}

/** What a destination takes in one request, where it takes less than is usual. */
function limitsOf({ limits }: Destination): RequestLimits {
  return {
    bytes: Math.min(limits?.requestBytes ?? Infinity, REQUEST_LIMITS.bytes),
    spans: Math.min(limits?.spans ?? Infinity, REQUEST_LIMITS.spans),
  };
}
