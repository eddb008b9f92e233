// The measure for our bytes is what OpenTelemetry's own exporter sends for the same spans.
import { gunzipSync } from 'node:zlib';

import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-node';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import { drainOutbox } from '../../src/delivery/drain.ts';
import { silentLog } from '../../src/platform/log.ts';
import { startBackend, type LoopbackBackend } from '../support/loopback-backend.ts';
import { commit, destinationTo, spanOf, temporaryFolder } from './fixtures.ts';

let backend: LoopbackBackend;
beforeEach(async () => {
  backend = await startBackend();
});
afterEach(() => {
  vi.unstubAllEnvs();
  return backend.stop();
});

const spans = [
  spanOf(1, { text: 'é\u{1F600}', list: ['a', 'b'], big: 2 ** 40, yes: true }),
  {
    ...spanOf(2),
    parentSpanContext: {
      traceId: '5'.repeat(32),
      spanId: '1'.padStart(16, '0'),
      traceFlags: 1,
      isRemote: true,
    },
    kind: SpanKind.CLIENT,
    status: { code: SpanStatusCode.ERROR, message: 'failed' },
    events: [{ name: 'event', time: [1_760_000_000, 5] as [number, number], attributes: { n: 1 } }],
    links: [{ context: { traceId: '6'.repeat(32), spanId: '7'.repeat(16), traceFlags: 1 }, attributes: {} }],
  },
];

test.each(['none', 'gzip'] as const)(
  'we post what the stock exporter posts (compression %s)',
  async (compression) => {
    await exportStock(spans, compression);
    const dir = temporaryFolder();
    commit(dir, [destinationTo(backend.url, { compression, headers: {} })], spans);
    await drainOutbox(dir, silentLog);

    const [stock, ours] = backend.requests;
    const plain = (body: Buffer | undefined): Buffer =>
      compression === 'gzip' ? gunzipSync(body ?? '') : body!;
    expect(plain(ours?.body)).toEqual(plain(stock?.body));
    for (const header of ['content-type', 'content-encoding'])
      expect(ours?.headers[header]).toBe(stock?.headers[header]);
    expect(ours?.path).toBe(stock?.path);
  },
);

async function exportStock(spans: ReadableSpan[], compression: 'none' | 'gzip'): Promise<void> {
  vi.stubEnv('OTEL_EXPORTER_OTLP_COMPRESSION', compression); // as a user sets it
  const exporter = new OTLPTraceExporter({ url: `${backend.url}/v1/traces` });
  const { code } = await new Promise<{ code: number }>((resolve) => {
    exporter.export(spans, resolve);
  });
  await exporter.shutdown();
  expect(code).toBe(0);
}
