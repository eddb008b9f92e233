// In: what is complete of a session. Out: spans in the outbox of its destination, each once for ever.
// Always, in this order: staged (durable), committed by a line in the project's ledger, published into the outbox. A
// crash before the commit forgets the batch, and its spans are read again; after it, the next worker publishes it.
import type { ReadableSpan } from '@opentelemetry/sdk-trace-node';
import type { Destination } from './config/destination.ts';
import type { ResourceSettings } from './config/resource.ts';
import { encodeRequests } from './delivery/encode.ts';
import { publish, stage } from './delivery/staging.ts';
import type { BatchId } from './delivery/batch-id.ts';
import { withFork } from './fork.ts';
import type { Completed } from './session/model.ts';
import { spanMaker } from './span-maker.ts';
import type { Ledger } from './state/ledger.ts';

/** Takes what is complete; `flush` before any position moves. */
export interface Outgoing {
  add(completed: readonly Completed[]): void;
  /** Everything added so far is in the outbox, or already was. Throws what the file system throws. */
  flush(): void;
  /** Spans put into the outbox. */
  readonly sent: () => number;
}

export interface OutgoingOptions {
  readonly dir: string;
  readonly destination: Destination;
  readonly unsupported?: 'grpc' | undefined;
  readonly resource: ResourceSettings;
  readonly sessionId: string;
  readonly ledger: Ledger;
  readonly nextBatch: () => BatchId;
  /** Turns that began before this time (the installation) are not sent; milliseconds since the epoch. */
  readonly notBefore: number;
}

/** Spans in one batch at most; more are committed in steps, so that a huge session needs little memory. */
const BATCH = 512;

export function createOutgoing(options: OutgoingOptions): Outgoing {
  const { dir, destination, unsupported, sessionId, ledger, nextBatch, notBefore } = options;
  const toSpan = spanMaker(destination.content, options.resource);
  let waiting = new Map<string, ReadableSpan>();
  let sent = 0;

  const flush = (): void => {
    // Asked here and not when it was added: another session of the project, a fork say, may have sent the same meanwhile.
    for (const spanId of waiting.keys()) if (ledger.senderOf(spanId) !== undefined) waiting.delete(spanId);
    if (waiting.size === 0) return;
    const batch = nextBatch();
    const requests = encodeRequests([...waiting.values()], destination.encoding);
    stage(dir, batch, [{ destination, requests, unsupported }]);
    ledger.commit(batch, sessionId, [...waiting.keys()]);
    publish(dir, batch);
    sent += waiting.size;
    waiting = new Map();
  };

  return {
    add: (completed) => {
      for (const one of completed) {
        if (one.scope.startedAt < notBefore) continue;
        const span = toSpan(withFork(one, sessionId, ledger.senderOf));
        const { spanId } = span.spanContext();
        if (waiting.has(spanId)) continue;
        waiting.set(spanId, span);
        if (waiting.size >= BATCH) flush();
      }
    },
    flush,
    sent: () => sent,
  };
}
