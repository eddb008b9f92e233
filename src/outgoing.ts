// In: what is complete of a session. Out: what each of its destinations gets of it in that one's outbox, each thing once for ever.
// Always: a span leaves when the trace of its turn is decided; until then it is held back, in memory, while the position
// stands at the turn's beginning. Then, in this order: staged (durable), committed by a line in the project's ledger,
// published into the outboxes. A crash before the commit forgets the batch, and its spans are read again; after it, the next
// worker publishes it.
import type { Destination } from './config/destination.ts';
import type { NativeSettings } from './config/native.ts';
import { shortenedTo, type ResourceSettings } from './config/resource.ts';
import { countLosses } from './delivery/health.ts';
import { isSignalOff } from './delivery/signal-off.ts';
import { publish, stage } from './delivery/staging.ts';
import type { BatchId } from './delivery/batch-id.ts';
import { withFork } from './fork.ts';
import { logMaker } from './log-maker.ts';
import { logOutlet, traceOutlet, type Outlet, type OutletBatch } from './outlet.ts';
import type { Log } from './platform/log.ts';
import type { Completed, TurnScope } from './session/model.ts';
import type { SessionTally } from './session-tally.ts';
import { spanMaker } from './span-maker.ts';
import type { Ledger } from './state/ledger.ts';
import { isSkipped, type SkippedPause } from './state/pause-skips.ts';
import type { EventKind } from './telemetry/events/catalog.ts';
import { sessionEventId, type SessionEvent } from './telemetry/events/session-events.ts';
import { turnSpanId } from './telemetry/place.ts';
import { spanIdOf } from './telemetry/span-id-of.ts';
import type { TraceOf } from './telemetry/trace-context.ts';
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
  /** Puts what is to be told of the session itself into the outboxes, each event once. Throws what the file system throws. */
  tell(events: readonly SessionEvent[]): void;
  /** Prompts whose turns have closed. */
  readonly settledPrompts: () => ReadonlySet<string>;
  /** How many things were put into the outboxes. */
  readonly sent: () => number;
}

export interface OutgoingOptions {
  readonly dir: string;
  /** Each gets bytes of its own: content level, encoding and limits are its. */
  readonly destinations: readonly Destination[];
  readonly resource: ResourceSettings;
  /** Which events leave, as log records; all without. */
  readonly events?: ReadonlySet<EventKind> | undefined;
  /** The outlet of a destination that takes metrics. */
  readonly metricOutletTo: (destination: Destination) => Outlet;
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
  readonly tally: SessionTally;
  /** Told what a destination cannot take; nobody is, without. */
  readonly log?: Log | undefined;
}

/** Spans in one batch at most; more are committed in steps, so that a huge session needs little memory. */
const BATCH = 512;

export function createOutgoing(options: OutgoingOptions): Outgoing {
  const { dir, sessionId, ledger, nextBatch, notBefore, skips = [], traces, tally } = options;
  const outlets = outletsOf(options);
  let held = [...options.held];
  /** Span ids of what the outlets have taken. */
  let waiting = new Set<string>();
  let turns = new Set<string>();
  let sent = 0;

  const send = (): void => {
    // Asked here and not when it was added: another session of the project, a fork say, may have sent the same meanwhile.
    for (const spanId of waiting) {
      if (ledger.senderOf(spanId) === undefined) continue;
      waiting.delete(spanId);
      for (const outlet of outlets) outlet.forget(spanId);
    }
    if (waiting.size > 0) leave();
  };

  /** What the outlets have taken leaves as one batch. */
  const leave = (): void => {
    const batch = nextBatch();
    const parts = outlets.map((outlet) => ({ destination: outlet.destination, ...outlet.batch() }));
    stage(dir, batch, parts);
    for (const part of parts) part.stage?.(batch);
    ledger.commit(batch, sessionId, [...waiting], turns);
    publish(dir, batch);
    for (const part of parts) {
      part.apply?.(batch);
      tellTooOld(part, options);
    }
    sent += waiting.size;
    waiting = new Set();
    turns = new Set();
  };

  /** In the sums of the session; what another one has sent is of that one. */
  const count = (one: Completed): void => {
    if (!tally.counts) return;
    const spanId = spanIdOf(one);
    const sender = ledger.senderOf(spanId);
    if (sender === undefined || sender === sessionId)
      tally.add(spanId, withFork(one, sessionId, ledger.senderOf));
  };

  const take = (one: Completed): void => {
    const spanId = spanIdOf(one);
    if (waiting.has(spanId)) return;
    const whole = withFork(one, sessionId, ledger.senderOf);
    for (const outlet of outlets) outlet.take(spanId, whole);
    waiting.add(spanId);
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
        count(one);
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
    tell: (events) => {
      const tellers = outlets.filter(({ tell }) => tell !== undefined);
      for (const event of events) {
        const id = sessionEventId(event);
        if (tellers.length === 0 || id === undefined || ledger.senderOf(id) !== undefined) continue;
        for (const { tell } of tellers) tell?.(event);
        waiting.add(id);
      }
      if (waiting.size > 0) leave();
    },
    settledPrompts: traces.settled,
    sent: () => sent,
  };
}

/** They are in the ledger as sent: the other destinations have them, and no later moment makes them younger. */
function tellTooOld(
  { destination, tooOld = 0 }: OutletBatch & Pick<Outlet, 'destination'>,
  { dir, log }: OutgoingOptions,
): void {
  if (tooOld === 0) return;
  const { id, name, limits } = destination;
  countLosses(dir, id, { tooOld });
  log?.warn('delivery.too_old', { destination: id, name, spans: tooOld, limit_ms: limits?.spanAgeMs });
}

/** One for each destination, but for those that have no use for their signal. */
function outletsOf(options: OutgoingOptions): Outlet[] {
  const { dir, destinations, resource, events, traces, native, metricOutletTo } = options;
  const now = Date.now();
  return destinations
    .filter(({ id }) => !isSignalOff(dir, id, now))
    .map((destination) => {
      const { content, signal, url, limits, dialect } = destination;
      const own = shortenedTo(limits?.valueLength, resource);
      const traceOf: TraceOf = (scope) => traceAt(traces.traceOf(scope), native, url);
      switch (signal) {
        case 'traces':
          return traceOutlet(destination, spanMaker(content, own, traceOf, dialect), Date.now);
        case 'logs':
          return logOutlet(destination, logMaker(content, own, events, traceOf));
        case 'metrics':
          return metricOutletTo(destination);
      }
    });
}
