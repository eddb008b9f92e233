// In: a gRPC target and a signal. Out: how its `Export` answers to an empty request, or the code of the failure.
// Always: it ends within `timeoutMs`, never rejects, and leaves no connection. Small on purpose: one unary call, whose answer
// matters only by its status.
import { connect, type ClientHttp2Session, type IncomingHttpHeaders } from 'node:http2';
import type { Destination } from '../../config/destination.ts';
import type { Signal } from '../../config/signal.ts';
import { EXPORT_METHODS } from '../../delivery/export-methods.ts';
import { failureOf, TIMED_OUT, type Failure } from './failure.ts';
import { dateOf, plainType } from './http-post.ts';
import type { TlsMaterial } from './tls-material.ts';

export type GrpcAnswer =
  | {
      readonly kind: 'answer';
      readonly httpStatus: number;
      readonly contentType: string;
      /** The status of the gRPC specification; absent where who answered speaks no gRPC. */
      readonly grpcStatus?: number | undefined;
      readonly date?: number | undefined;
    }
  | Failure;

/** Calls `Export` at the origin of `url` with nothing in it. */
export function callEmpty(
  url: string,
  signal: Signal,
  headers: Destination['headers'],
  tls: TlsMaterial,
  timeoutMs: number,
): Promise<GrpcAnswer> {
  return new Promise((resolve) => {
    let session: ClientHttp2Session | undefined;
    const settle = (answer: GrpcAnswer): void => {
      clearTimeout(timer);
      resolve(answer);
      session?.destroy();
    };
    const fail = (error: unknown): void => {
      settle(failureOf(error));
    };
    const timer = setTimeout(() => {
      settle(TIMED_OUT);
    }, timeoutMs);
    try {
      session = connect(new URL(url).origin, { ...tls.options });
      session.on('error', fail);
      session.on('close', () => {
        fail(undefined);
      });
      const stream = session.request({
        ...headers,
        ':method': 'POST',
        ':path': EXPORT_METHODS[signal],
        'content-type': 'application/grpc',
        'user-agent': 'turnspan',
        te: 'trailers',
      });
      const head: { status: number; contentType: string; grpcStatus?: number; date?: number | undefined } = {
        status: 0,
        contentType: '',
      };
      stream.on('response', (response) => {
        head.status = response[':status'] ?? 0;
        head.contentType = plainType(response['content-type']);
        head.date = dateOf(response.date);
        noteStatus(response['grpc-status']);
      });
      stream.on('trailers', (trailers: IncomingHttpHeaders) => {
        noteStatus(trailers['grpc-status']);
      });
      stream.on('error', fail);
      stream.on('end', () => {
        const { status: httpStatus, ...rest } = head;
        if (httpStatus === 0) fail(undefined);
        else settle({ kind: 'answer', httpStatus, ...rest });
      });
      const noteStatus = (value: string | string[] | undefined): void => {
        if (typeof value === 'string' && /^\d+$/.test(value)) head.grpcStatus = Number(value);
      };
      stream.resume();
      stream.end(NO_SPANS);
    } catch (error) {
      fail(error);
    }
  });
}

/** Not compressed, no bytes. */
const NO_SPANS = Buffer.alloc(5);
