// In: a destination on this machine, and a trace that it took. Out: the address at which a person sees the trace, where one is
// known: of the local collector, or of Jaeger.
// Always: only this machine is asked, without any header of the destination, and not for long.
import { get } from 'node:http';
import type { Destination } from '../config/destination.ts';

/** The page of the trace; undefined where nobody that we know answers. */
export async function traceAddress(
  { url: posted }: Pick<Destination, 'url'>,
  traceId: string,
  jaegerPort = JAEGER_PORT,
): Promise<string | undefined> {
  const url = new URL(posted);
  if (url.protocol !== 'http:' || !isLoopback(url.hostname)) return undefined;
  if (isCollector(await getJson(`${url.origin}/api/stats`))) return `${url.origin}/#/trace/${traceId}`;
  const jaeger = `http://${url.hostname}:${jaegerPort}`;
  if (isJaeger(await getJson(`${jaeger}/api/services`))) return `${jaeger}/trace/${traceId}`;
  return undefined;
}

const JAEGER_PORT = 16686;
const LONGEST_MS = 1500;
const LARGEST = 1024 * 1024;

/** What our collector says of itself. */
function isCollector(value: unknown): boolean {
  return hasKeys(value, 'revision', 'requests', 'refusedRequests');
}

/** `{"data": ["a service", …], "total": 1, …}`, with `null` for none. */
function isJaeger(value: unknown): boolean {
  return hasKeys(value, 'data', 'total', 'errors');
}

function hasKeys(value: unknown, ...keys: readonly string[]): boolean {
  return typeof value === 'object' && value !== null && keys.every((key) => key in value);
}

function isLoopback(hostname: string): boolean {
  return ['localhost', '[::1]'].includes(hostname) || hostname.startsWith('127.');
}

function getJson(url: string): Promise<unknown> {
  return new Promise((resolve) => {
    const none = (): void => {
      resolve(undefined);
    };
    const request = get(url, { agent: false, timeout: LONGEST_MS, signal: AbortSignal.timeout(LONGEST_MS) });
    request.on('error', none);
    request.on('response', (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part: string) => {
        text += part;
        if (text.length > LARGEST) response.destroy();
      });
      response.on('error', none);
      response.on('close', none);
      response.on('end', () => {
        resolve(parse(text));
      });
    });
  });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
