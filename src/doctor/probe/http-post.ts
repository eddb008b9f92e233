// In: a URL and an empty OTLP request. Out: the head of the answer, or the code of the failure.
// Always: it ends within `timeoutMs` and never rejects; redirects are not followed, the answer's body is not kept. Only the
// authorities that the worker trusts count: neither NODE_EXTRA_CA_CERTS nor NODE_TLS_REJECT_UNAUTHORIZED reaches a worker.
import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { gzipSync } from 'node:zlib';
import type { Destination } from '../../config/destination.ts';
import { failureOf, TIMED_OUT, type Failure } from './failure.ts';
import type { TlsMaterial } from './tls-material.ts';

/** How the request is made; all of it as the worker does it. */
export type HttpManner = Pick<Destination, 'headers' | 'encoding' | 'compression'>;

export type HttpAnswer =
  | {
      readonly kind: 'answer';
      readonly status: number;
      /** In lower case, without parameters; empty where there is none. */
      readonly contentType: string;
      /** The `Date` header, milliseconds since 1970. */
      readonly date?: number | undefined;
      /** The origin that a redirect names. */
      readonly movedTo?: string | undefined;
    }
  | Failure;

/** Posts an `ExportTraceServiceRequest` without spans. */
export function postEmpty(
  url: string,
  manner: HttpManner,
  tls: TlsMaterial,
  timeoutMs: number,
): Promise<HttpAnswer> {
  return new Promise((resolve) => {
    const settle = (answer: HttpAnswer): void => {
      clearTimeout(timer);
      resolve(answer);
    };
    let cancel = (): void => {};
    const timer = setTimeout(() => {
      settle(TIMED_OUT);
      cancel();
    }, timeoutMs);
    const body = bodyOf(manner);
    try {
      const options = { method: 'POST', agent: false as const, headers: headersOf(manner, body) };
      const sent = url.startsWith('https:')
        ? requestHttps(url, { ...options, ...tls })
        : requestHttp(url, options);
      cancel = () => {
        sent.destroy();
      };
      sent.on('error', (error) => {
        settle(failureOf(error));
      });
      sent.on('response', ({ statusCode = 0, headers }) => {
        settle({
          kind: 'answer',
          status: statusCode,
          contentType: plainType(headers['content-type']),
          date: dateOf(headers.date),
          movedTo: originOf(headers.location, url),
        });
        sent.destroy();
      });
      sent.end(body);
    } catch (error) {
      // A header or a key file that Node does not take.
      settle(failureOf(error));
    }
  });
}

/** Without parameters, in lower case. */
export function plainType(contentType: string | undefined): string {
  return (contentType ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
}

/** Milliseconds since 1970; undefined for what is no date. */
export function dateOf(date: string | undefined): number | undefined {
  const at = Date.parse(date ?? '');
  return Number.isNaN(at) ? undefined : at;
}

function bodyOf({ encoding, compression }: HttpManner): Buffer {
  // A protobuf message without fields has no bytes.
  const plain = Buffer.from(encoding === 'json' ? '{"resourceSpans":[]}' : '');
  return compression === 'gzip' ? gzipSync(plain) : plain;
}

function headersOf({ headers, encoding, compression }: HttpManner, body: Buffer): Record<string, string> {
  return {
    'user-agent': 'turnspan',
    ...headers,
    'content-type': encoding === 'json' ? 'application/json' : 'application/x-protobuf',
    ...(compression === 'gzip' ? { 'content-encoding': 'gzip' } : {}),
    'content-length': String(body.length),
  };
}

function originOf(location: string | undefined, base: string): string | undefined {
  return location !== undefined && URL.canParse(location, base) ? new URL(location, base).origin : undefined;
}
