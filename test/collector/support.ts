// Starts real collectors on free loopback ports and talks to them over HTTP.
import { request } from 'node:http';
import { onTestFinished } from 'vitest';
import { type Collector, type CollectorOptions, startCollector } from '../../collector/collector.ts';

/** A collector in memory (unless told otherwise) that ends with the test. */
export async function collectorForTest(options: Partial<CollectorOptions> = {}): Promise<Collector> {
  const collector = await startCollector({ port: 0, ...options });
  onTestFinished(() => collector.close());
  return collector;
}

export async function postJson(
  { url }: Collector,
  path: string,
  body: unknown,
  headers: Record<string, string> = {},
): Promise<Response> {
  return fetch(url + path, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
}

export async function postBytes(
  { url }: Collector,
  path: string,
  body: Uint8Array,
  headers: Record<string, string> = {},
): Promise<Response> {
  return fetch(url + path, {
    method: 'POST',
    headers: { 'Content-Type': 'application/x-protobuf', ...headers },
    body: new Uint8Array(body),
  });
}

/** The value of a GET of the API. */
export async function getJson<T>({ url }: Collector, path: string): Promise<T> {
  const response = await fetch(url + path);
  return (await response.json()) as T;
}

/** A request with headers that fetch does not let one set. */
export async function rawStatus(
  { port }: Collector,
  method: string,
  path: string,
  headers: Record<string, string>,
): Promise<number> {
  return new Promise((resolve, reject) => {
    request({ host: '127.0.0.1', port, method, path, headers }, (response) => {
      response.resume().on('end', () => {
        resolve(response.statusCode ?? 0);
      });
    })
      .on('error', reject)
      .end();
  });
}
