// In: one request body and where it goes. Out: what the backend made of it, as a value.
// Always: it ends within `timeoutMs`, or when `signal` fires; redirects are not followed; of the answer only the
// status, Retry-After and a partial success are read; `why` is a status or an error code, never text of the backend,
// which may repeat content or secrets. Status codes are read as the OTLP specification wants it: 429, 502, 503, 504
// and no answer are worth another try; every other 3xx, 4xx and 5xx must not be tried again as it is.
import { promisify } from 'node:util';

import type { Compression, Encoding } from '../config/destination.ts';
import { readPartialSuccess } from './answer.ts';
import type { Client } from './client.ts';
import { exchange, type Exchange } from './exchange.ts';
import type { Outcome } from './outcome.ts';
import { parseRetryAfter } from './retry-after.ts';

/** What is posted. */
export interface PostRequest {
  readonly url: string;
  /** The user's; they do not override what describes the body. */
  readonly headers: Readonly<Record<string, string>>;
  /** An encoded OTLP request, uncompressed. */
  readonly body: Uint8Array;
  readonly encoding: Encoding;
  readonly compression: Compression;
  /** For everything, from connecting to the last byte of the answer. */
  readonly timeoutMs: number;
  /** Gives up at once; the outcome is `later` with cause `aborted`. */
  readonly signal?: AbortSignal | undefined;
}

/** Posts once. A connection that the backend closed while it was idle is no attempt: the request goes out again on a new one. */
export async function post(request: PostRequest, client: Client): Promise<Outcome> {
  const body = request.compression === 'gzip' ? await compress(request.body) : request.body;
  const headers = headersFor(request, body);
  const began = performance.now();
  let answer = await exchange({ ...request, headers, body }, client);
  if (answer.kind === 'stale') {
    const timeoutMs = Math.max(1, request.timeoutMs - (performance.now() - began));
    answer = await exchange({ ...request, headers, body, timeoutMs }, client);
  }
  switch (answer.kind) {
    case 'answer':
      return outcomeOf(answer, request.encoding);
    case 'stale':
      return { status: 'later', cause: 'unreachable', why: 'ECONNRESET' };
    case 'none':
      return { status: 'later', cause: answer.cause, why: answer.why };
  }
}

/** A small body at once: handing it to a thread and back takes longer than the work. */
async function compress(body: Uint8Array): Promise<Uint8Array> {
  const { gzip, gzipSync } = await import('node:zlib');
  return body.length <= SMALL_BYTES ? gzipSync(body) : promisify(gzip)(body);
}

const SMALL_BYTES = 64 * 1024;

function headersFor(request: PostRequest, body: Uint8Array): Record<string, string> {
  const ours = [
    'content-type',
    'content-encoding',
    'content-length',
    'transfer-encoding',
    'connection',
    'host',
  ];
  const theirs = Object.entries(request.headers).filter(([name]) => !ours.includes(name.toLowerCase()));
  return {
    'User-Agent': 'turnspan',
    ...Object.fromEntries(theirs),
    'Content-Type': request.encoding === 'json' ? 'application/json' : 'application/x-protobuf',
    ...(request.compression === 'gzip' && { 'Content-Encoding': 'gzip' }),
    'Content-Length': String(body.length),
  };
}

function outcomeOf(answer: Extract<Exchange, { kind: 'answer' }>, encoding: Encoding): Outcome {
  const { status, headers, body } = answer;
  if (status >= 200 && status < 300) {
    const partial = body && readPartialSuccess(body, headers['content-type'], encoding);
    return partial ? { status: 'partial', ...partial } : { status: 'accepted' };
  }
  if (status === 429 || status === 502 || status === 503 || status === 504) {
    const afterMs = parseRetryAfter(headers['retry-after'], Date.now());
    return {
      status: 'later',
      cause: 'busy',
      why: `HTTP ${status}`,
      ...(afterMs !== undefined && { afterMs }),
    };
  }
  const redirect = status >= 300 && status < 400;
  return {
    status: 'refused',
    httpStatus: status,
    why: redirect ? 'redirects are not followed' : `HTTP ${status}`,
  };
}
