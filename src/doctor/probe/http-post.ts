// In: a URL and an empty OTLP request. Out: the head of the answer, or the code of the failure.
// Always: it ends within `timeoutMs` and never rejects; redirects are not followed, the answer's body is not kept. It goes through
// the destination's proxy, and only the authorities that the worker trusts count: NODE_TLS_REJECT_UNAUTHORIZED reaches no worker.
import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { gzipSync } from 'node:zlib';
import { createSecureContext } from 'node:tls';
import type { Destination } from '../../config/destination.ts';
import type { ProxyAgent } from '../../delivery/proxy-agent.ts';
import { failureOf, proxySays, TIMED_OUT, type Failure } from './failure.ts';
import type { TlsMaterial } from './tls-material.ts';

/** How the request is made; all of it as the worker does it. */
export type HttpManner = Pick<Destination, 'headers' | 'encoding' | 'compression' | 'proxy'>;

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
export async function postEmpty(
  url: string,
  manner: HttpManner,
  tls: TlsMaterial,
  timeoutMs: number,
): Promise<HttpAnswer> {
  const through = manner.proxy === undefined ? undefined : await openProxy(url, manner.proxy, tls);
  try {
    return await postOver(through, url, manner, tls, timeoutMs);
  } finally {
    through?.close();
  }
}

async function openProxy(url: string, proxy: string, { authorities }: TlsMaterial): Promise<ProxyAgent> {
  const { openProxyAgent } = await import('../../delivery/proxy-agent.ts');
  return openProxyAgent(url, { url: proxy, context: createSecureContext({ ca: authorities }) });
}

function postOver(
  through: ProxyAgent | undefined,
  url: string,
  manner: HttpManner,
  { options: tls }: TlsMaterial,
  timeoutMs: number,
): Promise<HttpAnswer> {
  return new Promise((resolve) => {
    let atProxy = through !== undefined;
    const settle = (answer: HttpAnswer): void => {
      clearTimeout(timer);
      resolve(answer.kind === 'failed' && atProxy ? { ...answer, atProxy } : answer);
    };
    let cancel = (): void => {};
    const timer = setTimeout(() => {
      settle(TIMED_OUT);
      cancel();
    }, timeoutMs);
    const body = bodyOf(manner);
    try {
      const options = {
        method: 'POST',
        agent: through?.agent ?? (false as const),
        headers: headersOf(manner, body),
      };
      const sent = url.startsWith('https:')
        ? requestHttps(url, { ...options, ...tls })
        : requestHttp(url, options);
      cancel = () => {
        sent.destroy();
      };
      sent.on('error', (error) => {
        settle(failureOf(error));
      });
      // Of a tunnel it brings the proxy's answer to CONNECT.
      sent.on('proxyConnect', ({ statusCode: said = 200 }: { statusCode?: number }) => {
        if (said === 200) atProxy = false;
        else settle(proxySays(said));
      });
      sent.on('response', ({ statusCode = 0, headers }) => {
        if (through !== undefined && statusCode === 407) settle(proxySays(407));
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
