// In: HTTP requests for /v1/traces, /v1/metrics and /v1/logs. Out: rows in the sink, and the answers of OTLP/HTTP.
// Always: 200 is said only after the sink has kept the rows; what cannot be kept now is 503 with Retry-After, so that the
// sender comes again; what will never be readable is 4xx, so that it does not. A crash before the answer makes the
// sender repeat the request, which the store must bear.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type CollectorLog, silentLog } from '../log.ts';
import { discard, readBody } from './body.ts';
import { type Encoding, encodeStatus, encodingOf } from './encoding.ts';
import { type Received, type SignalName, type Sink, signals } from './signals.ts';

const RETRY_AFTER_SECONDS = 5;

/** What came in since the start. */
export interface ReceiverCounts {
  requests: Record<SignalName, number>;
  /** Requests that were answered with 4xx or 5xx. */
  refused: number;
  /** Records that were left out of accepted requests. */
  rejected: number;
}

export interface Receiver {
  readonly counts: ReceiverCounts;
  /** Answers the request if its path is one of the receiver's; `false` when it is not. */
  handle(path: string, request: IncomingMessage, response: ServerResponse): Promise<boolean>;
}

/** A receiver that gives what it takes to `sink`. `handle` rejects only when the connection breaks. */
export function createReceiver(sink: Sink, log: CollectorLog = silentLog): Receiver {
  const counts: ReceiverCounts = { requests: { traces: 0, metrics: 0, logs: 0 }, refused: 0, rejected: 0 };

  async function receive(
    name: SignalName,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    counts.requests[name]++;
    const outcome = await read(name, request);
    if ('status' in outcome) {
      counts.refused++;
      log.warn('otlp.refused', { signal: name, status: outcome.status, reason: outcome.message });
      refuse(response, outcome, encodingOf(request.headers['content-type']));
      return;
    }
    const { encoding, received } = outcome;
    try {
      await received.keep(sink);
    } catch (error) {
      counts.refused++;
      log.error('otlp.not_stored', {
        signal: name,
        error: error instanceof Error ? error.name : typeof error,
      });
      refuse(response, STORE_FAILED, encoding);
      return;
    }
    counts.rejected += received.rejected;
    if (received.rejected > 0)
      log.warn('otlp.rejected', { signal: name, records: received.rejected, reason: received.reason });
    log.info('otlp.stored', { signal: name, records: received.accepted });
    send(response, 200, encoding, received.answer());
  }

  return {
    counts,
    async handle(path, request, response) {
      const name = PATHS.get(path);
      if (name === undefined) return false;
      await receive(name, request, response);
      return true;
    },
  };
}

const PATHS: ReadonlyMap<string, SignalName> = new Map([
  ['/v1/traces', 'traces'],
  ['/v1/metrics', 'metrics'],
  ['/v1/logs', 'logs'],
]);

interface Refusal {
  readonly status: number;
  readonly message: string;
  readonly headers?: Readonly<Record<string, string>>;
}

const STORE_FAILED: Refusal = {
  status: 503,
  message: 'the store cannot keep data now; send it again later',
  headers: { 'Retry-After': String(RETRY_AFTER_SECONDS) },
};

interface Readable {
  readonly encoding: Encoding;
  readonly received: Received;
}

async function read(name: SignalName, request: IncomingMessage): Promise<Refusal | Readable> {
  if (request.method !== 'POST') {
    await discard(request);
    return { status: 405, message: 'use POST', headers: { Allow: 'POST' } };
  }
  const encoding = encodingOf(request.headers['content-type']);
  if (encoding === null) {
    await discard(request);
    return {
      status: 415,
      message: 'Content-Type must be application/x-protobuf or application/json in UTF-8',
    };
  }
  const body = await readBody(request);
  if (!body.ok) {
    const { status, message } = body;
    return status === 415 ? { status, message, headers: ENCODINGS } : { status, message };
  }
  const received = signals[name](encoding, body.bytes);
  if (received === null)
    return { status: 400, message: `the body is no OTLP ${name} request in ${encoding}` };
  return { encoding, received };
}

const ENCODINGS = { 'Accept-Encoding': 'gzip, deflate, identity' };

function refuse(response: ServerResponse, refusal: Refusal, encoding: Encoding | null): void {
  const { status, message, headers = {} } = refusal;
  const as = encoding ?? 'application/json';
  send(response, status, as, encodeStatus(as, GOOGLE_CODES[status] ?? 2, message), headers);
}

/** The google.rpc.Code that goes with an HTTP status. */
const GOOGLE_CODES: Readonly<Partial<Record<number, number>>> = {
  400: 3, // INVALID_ARGUMENT
  405: 12, // UNIMPLEMENTED
  413: 8, // RESOURCE_EXHAUSTED
  415: 3,
  503: 14, // UNAVAILABLE
};

function send(
  response: ServerResponse,
  status: number,
  encoding: Encoding,
  body: Uint8Array,
  headers: Readonly<Record<string, string>> = {},
): void {
  response
    .writeHead(status, { ...headers, 'Content-Type': encoding, 'Content-Length': body.length })
    .end(body);
}
