// What the delivery tests share: folders, destinations, spans.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { SpanKind, SpanStatusCode, type Attributes } from '@opentelemetry/api';
import { resourceFromAttributes } from '@opentelemetry/resources';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-node';
import { afterEach } from 'vitest';

import type { Destination, DestinationId, Encoding } from '../../src/config/destination.ts';
import { batchIds, type BatchId } from '../../src/delivery/batch-id.ts';
import { encodeRequests } from '../../src/delivery/encode.ts';
import { publish, stage } from '../../src/delivery/staging.ts';

/** A folder for one test, removed after it. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'turnspan-delivery-'));
  folders.push(folder);
  return folder;
}

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

export function idOf(name: string): DestinationId {
  return name as DestinationId; // configuration makes ids; a test may use any plain name
}

export function destinationTo(url: string, changes: Partial<Destination> = {}): Destination {
  return {
    id: idOf('one'),
    name: 'one',
    transport: 'http',
    signal: 'traces',
    url: `${url}/v1/traces`,
    headers: { authorization: 'Bearer of-a-test' },
    timeoutMs: 5_000,
    compression: 'gzip',
    encoding: 'protobuf',
    content: 'none',
    ...changes,
  };
}

const resource = resourceFromAttributes({ 'service.name': 'claude-code' });
const instrumentationScope = { name: 'turnspan', version: '0.1.0' };

/** Span number `n`: its ids, name and times follow from the number. */
export function spanOf(n: number, attributes: Attributes = {}): ReadableSpan {
  const spanId = n.toString(16).padStart(16, '0');
  const traceId = '5'.repeat(32);
  return {
    name: `span ${n}`,
    kind: SpanKind.INTERNAL,
    spanContext: () => ({ traceId, spanId, traceFlags: 1 }),
    startTime: [1_760_000_000, n],
    endTime: [1_760_000_001, n],
    duration: [1, 0],
    ended: true,
    status: { code: SpanStatusCode.UNSET },
    attributes: { 'turnspan.test.number': n, 'turnspan.test.ratio': 0.5, ...attributes },
    links: [],
    events: [],
    resource,
    instrumentationScope,
    droppedAttributesCount: 0,
    droppedEventsCount: 0,
    droppedLinksCount: 0,
  };
}

export const newBatchId = batchIds();

/** Puts `spans` as one committed batch into the outbox of each destination. */
export function commit(
  dir: string,
  destinations: readonly Destination[],
  spans: readonly ReadableSpan[],
  encoding: Encoding = 'protobuf',
): BatchId {
  const batchId = newBatchId();
  const requests = encodeRequests(spans, encoding);
  stage(
    dir,
    batchId,
    destinations.map((destination) => ({ destination, requests })),
  );
  publish(dir, batchId);
  return batchId;
}
