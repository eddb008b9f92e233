// What we put on the wire says of each span what the span says, as a second decoder understands it.
import { SpanKind, SpanStatusCode, TraceFlags, type Attributes } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-node';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { encodeRequests } from '../../src/delivery/encode.ts';
import { readSession, toReadableSpans } from '../../src/index.ts';
import { corpusSessions, SKIPPED } from '../corpus/sessions.ts';
import { EXAMPLE_TRANSCRIPT } from '../support/example-session.ts';
import { spanOf } from './fixtures.ts';
import { byId, decodeWire, wireOf, type WireSpan } from './wire-spans.ts';

const levels = ['none', 'full'] as const;

test.each(levels)('the example session, content %s', async (content) => {
  const decoded = await expectSame(EXAMPLE_TRANSCRIPT, content);
  expect(decoded).toHaveLength(40);
  expect(new Set(typesOf(decoded))).toEqual(new Set(['string', 'int', 'bool', 'array']));
});

describe('a real session of the corpus', () => {
  for (const { name, transcript } of corpusSessions) {
    test.each(levels)(`${name}, content %s`, async (content) => {
      await expectSame(transcript, content);
    });
  }
  if (corpusSessions.length === 0) test.skip(SKIPPED, () => {});
});

test('any span, whatever it says', () => {
  fc.assert(
    fc.property(fc.array(anySpan, { maxLength: 5 }), (spans) => {
      expect(decoded(spans)).toEqual(byId(spans.map(wireOf)));
    }),
  );
});

test('a request of several resources and scopes keeps each span with its own', () => {
  const other = { ...spanOf(2), instrumentationScope: { name: 'other' } };
  const spans = [spanOf(1), other, spanOf(3)];
  expect(decoded(spans).map(({ scope }) => scope.name)).toEqual(['turnspan', 'other', 'turnspan']);
});

async function expectSame(transcript: string, content: 'none' | 'full'): Promise<WireSpan[]> {
  const spans = toReadableSpans(await readSession(transcript), {
    content,
    serviceName: 'shop-äöü',
    resourceAttributes: { 'deployment.environment.name': 'test' },
  });
  const onTheWire = decoded(spans);
  expect(onTheWire).toEqual(byId(spans.map(wireOf)));
  return onTheWire;
}

function decoded(spans: readonly ReadableSpan[]): WireSpan[] {
  return byId(encodeRequests(spans, 'protobuf').flatMap(({ bytes }) => decodeWire(bytes)));
}

function typesOf(spans: readonly WireSpan[]): string[] {
  return spans.flatMap(({ attributes }) => attributes.flatMap(([, value]) => Object.keys(value)));
}

// The strings have any character, but no half ones: no text with those ever becomes a span's.
const anyText = fc.string({ unit: 'binary', maxLength: 40 });
const anyAttributes: fc.Arbitrary<Attributes> = fc.dictionary(
  anyText,
  fc.oneof(
    anyText,
    fc.boolean(),
    fc.maxSafeInteger(),
    fc.double({ noNaN: true }).filter((value) => !Number.isInteger(value)),
    fc.array(anyText, { maxLength: 3 }),
    fc.array(fc.integer(), { maxLength: 3 }),
    fc.array(fc.boolean(), { maxLength: 3 }),
  ),
  { maxKeys: 4 },
);
const idOf = (bytes: number) =>
  fc.uint8Array({ minLength: bytes, maxLength: bytes }).map((id) => Buffer.from(id).toString('hex'));
const anyContext = fc.record({
  traceId: idOf(16),
  spanId: idOf(8),
  traceFlags: fc.constantFrom<TraceFlags[]>(TraceFlags.NONE, TraceFlags.SAMPLED),
  isRemote: fc.boolean(),
});
const anyTime = fc.tuple(
  fc.integer({ min: 0, max: 4_000_000_000 }),
  fc.integer({ min: 0, max: 999_999_999 }),
);
const anySpan: fc.Arbitrary<ReadableSpan> = fc
  .record({
    name: anyText,
    kind: fc.constantFrom<SpanKind[]>(
      SpanKind.INTERNAL,
      SpanKind.CLIENT,
      SpanKind.SERVER,
      SpanKind.PRODUCER,
      SpanKind.CONSUMER,
    ),
    context: anyContext,
    parentSpanContext: fc.option(anyContext, { nil: undefined }),
    startTime: anyTime,
    endTime: anyTime,
    status: fc.constantFrom<ReadableSpan['status'][]>(
      { code: SpanStatusCode.UNSET },
      { code: SpanStatusCode.OK },
      { code: SpanStatusCode.ERROR, message: 'failed ✗' },
    ),
    attributes: anyAttributes,
    events: fc.array(fc.record({ name: anyText, time: anyTime, attributes: anyAttributes }), {
      maxLength: 2,
    }),
    links: fc.array(fc.record({ context: anyContext, attributes: anyAttributes }), { maxLength: 2 }),
    droppedAttributesCount: fc.nat(),
    droppedEventsCount: fc.nat(),
    droppedLinksCount: fc.nat(),
  })
  .map(({ context, parentSpanContext, ...rest }): ReadableSpan => ({
    ...spanOf(1),
    ...rest,
    ...(parentSpanContext === undefined ? {} : { parentSpanContext }),
    spanContext: () => context,
  }));
