// In: one request and an open client. Out: the head of the answer and as much of its body as came, or why there is none.
// Always: it ends within `timeoutMs` or at the signal, never rejects, and leaves no timer or listener behind. Once the
// head of an answer is here its status decides, whatever happens to the rest. A proxy's answer is none of the backend's: what
// a proxy refuses was never sent, so it waits.
import type { ClientRequest, IncomingHttpHeaders, IncomingMessage } from 'node:http';

import type { Client } from './client.ts';
import { explainFault } from './connection-fault.ts';
import { errorCode } from '../platform/reason.ts';

/** A request as it goes over the wire. */
export interface WireRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
}

/** `stale`: a kept-alive connection broke under the request, most likely because the backend had closed it while it was idle. */
export type Exchange =
  | { kind: 'answer'; status: number; headers: IncomingHttpHeaders; body: Uint8Array | undefined }
  | { kind: 'stale' }
  | { kind: 'none'; cause: 'timeout' | 'unreachable' | 'aborted'; why: string };

/** One request on one connection. Never rejects. */
export function exchange(request: WireRequest, client: Client): Promise<Exchange> {
  return new Promise((resolve) => {
    let sent: ClientRequest | undefined;
    let head: IncomingMessage | undefined;
    /** Until it is known that the proxy lets us through, a failure is the proxy's. */
    let atProxy = client.proxied;
    const settle = (result: Exchange): void => {
      clearTimeout(timer);
      request.signal?.removeEventListener('abort', abort);
      resolve(result);
    };
    const answered = (response: IncomingMessage, answerBody?: Uint8Array): void => {
      settle({
        kind: 'answer',
        status: response.statusCode ?? 0,
        headers: response.headers,
        body: answerBody,
      });
    };
    const giveUp = (failure: Exchange): void => {
      if (head) answered(head);
      else settle(atProxy && sent?.reusedSocket !== true ? ofProxy(failure) : failure);
      sent?.destroy();
    };
    const abort = (): void => {
      giveUp({ kind: 'none', cause: 'aborted', why: 'aborted' });
    };
    const timer = setTimeout(() => {
      giveUp({ kind: 'none', cause: 'timeout', why: 'timeout' });
    }, request.timeoutMs);
    if (request.signal?.aborted) {
      abort();
      return;
    }
    request.signal?.addEventListener('abort', abort);
    try {
      sent = client.request(request.url, request.headers);
    } catch (error) {
      giveUp({ kind: 'none', cause: 'unreachable', why: errorCode(error) ?? 'no connection' }); // a header or URL that node:http refuses
      return;
    }
    const open = sent;
    open.on('error', (error) => {
      giveUp(failureOf(error, open.reusedSocket));
    });
    // Of a tunnel it brings the proxy's answer to CONNECT.
    open.on('proxyConnect', ({ statusCode = 200 }: { statusCode?: number }) => {
      atProxy = false;
      if (statusCode !== 200) giveUp(refusedByProxy(statusCode));
    });
    open.on('response', (response) => {
      if (client.proxied && response.statusCode === 407) {
        giveUp(refusedByProxy(407));
        return;
      }
      head = response;
      collect(response, answered, giveUp);
    });
    open.end(request.body);
  });
}

function refusedByProxy(status: number): Exchange {
  return ofProxy({ kind: 'none', cause: 'unreachable', why: `HTTP ${status}` });
}

/** Says whose failure it is. */
function ofProxy(failure: Exchange): Exchange {
  return failure.kind === 'none' && failure.cause !== 'aborted'
    ? { ...failure, why: `proxy: ${failure.why}` }
    : failure;
}

/** More of an answer than this is not read. */
const ANSWER_CAP = 4 * 1024 * 1024;

function collect(
  response: IncomingMessage,
  done: (response: IncomingMessage, body: Uint8Array) => void,
  fail: (failure: Exchange) => void,
): void {
  const chunks: Buffer[] = [];
  let size = 0;
  response.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size > ANSWER_CAP) fail(failureOf(undefined, false));
    else chunks.push(chunk);
  });
  response.on('end', () => {
    done(response, Buffer.concat(chunks));
  });
  response.on('error', (error) => {
    fail(failureOf(error, false));
  });
}

function failureOf(error: unknown, reusedSocket: boolean): Exchange {
  const code = errorCode(error) ?? 'no connection';
  if (reusedSocket && (code === 'ECONNRESET' || code === 'EPIPE')) return { kind: 'stale' };
  const fault = error instanceof Error ? explainFault(error.message) : undefined;
  return { kind: 'none', cause: 'unreachable', why: fault ?? code };
}
