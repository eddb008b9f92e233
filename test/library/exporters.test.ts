// Any exporter of OpenTelemetry takes the library's spans, and what the stock one sends is what our own outbox holds.
// (`ConsoleSpanExporter` is in package.test.ts, because it writes to the process's own output.)
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { InMemorySpanExporter, type ReadableSpan, type SpanExporter } from '@opentelemetry/sdk-trace-node';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import type { ContentLevel } from '../../src/config/destination.ts';
import { outboxFolder } from '../../src/delivery/folders.ts';
import { listPending } from '../../src/delivery/outbox.ts';
import { readFinished } from '../../src/finished-session.ts';
import { readSession, toReadableSpans } from '../../src/index.ts';
import { silentLog } from '../../src/platform/log.ts';
import { corpusSessions, SKIPPED } from '../corpus/sessions.ts';
import { destinationTo } from '../delivery/fixtures.ts';
import { byId, decodeWire, wireOf, type WireSpan } from '../delivery/wire-spans.ts';
import { EXAMPLE_TRANSCRIPT } from '../support/example-session.ts';
import { temporaryFolder } from '../support/folders.ts';
import { outgoingTo } from '../support/outgoing-to.ts';
import { startBackend, type LoopbackBackend } from '../support/loopback-backend.ts';

const levels = ['none', 'full'] as const;
let backend: LoopbackBackend;
beforeEach(async () => {
  backend = await startBackend();
});
afterEach(() => backend.stop());

test('InMemorySpanExporter keeps the spans as they are', async () => {
  const spans = toReadableSpans(await readSession(EXAMPLE_TRANSCRIPT));
  const exporter = new InMemorySpanExporter();
  await exportAll(exporter, spans);
  expect(exporter.getFinishedSpans()).toEqual(spans);
});

describe('OTLPTraceExporter sends what the outbox holds', () => {
  test.each(levels)('of the example session, content %s', async (content) => {
    const sent = await expectSame(EXAMPLE_TRANSCRIPT, content);
    expect(sent).toHaveLength(40);
  });

  for (const { name, transcript } of corpusSessions) {
    test.each(levels)(`of ${name}, content %s`, async (content) => {
      await expectSame(transcript, content);
    });
  }
  if (corpusSessions.length === 0) test.skip(SKIPPED, () => {});
});

async function expectSame(transcript: string, content: ContentLevel): Promise<WireSpan[]> {
  const spans = toReadableSpans(await readSession(transcript), { content });
  await exportAll(new OTLPTraceExporter({ url: `${backend.url}/v1/traces` }), spans);
  const sent = byId(backend.requests.flatMap(({ body }) => decodeWire(body)));
  expect(sent).toEqual(byId(spans.map(wireOf)));
  expect(sent).toEqual(byId(await outboxOf(transcript, content)));
  return sent;
}

/** The spans that the worker's way leaves in the outbox. */
async function outboxOf(transcript: string, content: ContentLevel): Promise<WireSpan[]> {
  const dir = temporaryFolder();
  const destination = destinationTo(backend.url, { content });
  const outgoing = outgoingTo(dir, transcript, [destination]);
  for await (const completed of readFinished(transcript, { log: silentLog })) outgoing.add(completed);
  outgoing.flush(undefined);
  return listPending(dir, destination.id).flatMap(({ file }) =>
    decodeWire(readFileSync(join(outboxFolder(dir, destination.id), file))),
  );
}

async function exportAll(exporter: SpanExporter, spans: ReadableSpan[]): Promise<void> {
  const { code, error } = await new Promise<{ code: number; error?: Error }>((resolve) => {
    exporter.export(spans, resolve);
  });
  if (error !== undefined) throw error;
  expect(code).toBe(0);
  if (!(exporter instanceof InMemorySpanExporter)) await exporter.shutdown();
}
