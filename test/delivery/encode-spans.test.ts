// Our encoder is there for its speed alone: its bytes are those of OpenTelemetry's own serializer.
import { ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-node';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encodeSpans } from '../../src/delivery/encode-spans.ts';
import { readSession, toReadableSpans } from '../../src/index.ts';
import { corpusSessions, SKIPPED } from '../corpus/sessions.ts';
import { EXAMPLE_TRANSCRIPT } from '../support/example-session.ts';
import { anySpan } from './any-span.ts';
import { spanOf } from './fixtures.ts';

test('any spans', () => {
  fc.assert(fc.property(fc.array(anySpan, { maxLength: 4 }), expectSameBytes), { numRuns: 500 });
});

test('ids in capital digits', () => {
  const context = { traceId: '0123456789ABCDEF'.repeat(2), spanId: 'FEDCBA9876543210', traceFlags: 1 };
  expectSameBytes([{ ...spanOf(1), spanContext: () => context, parentSpanContext: context }]);
});

test('several resources and scopes', () => {
  const other = { ...spanOf(2), instrumentationScope: { name: 'other', schemaUrl: 'https://schema.test/1' } };
  const third = { ...spanOf(3), resource: { ...spanOf(3).resource, schemaUrl: 'https://schema.test/2' } };
  expectSameBytes([spanOf(1), other, third, spanOf(4)]);
});

test.each([NaN, Infinity, -Infinity, -0, 2 ** 53, 2 ** 63, -(2 ** 63), 2 ** 80, 0.1, 5e-324])(
  '%d',
  (number) => {
    expectSameBytes([spanOf(1, { number, list: [number, 1] })]);
  },
);

test.each([0, 126, 127, 128, 16_383, 16_384, 70_000, 2 ** 21, 2 ** 21 + 1])(
  'a text of %d letters',
  (length) => {
    for (const letter of ['a', 'é', '漢', '🙂'])
      expectSameBytes([spanOf(1, { text: letter.repeat(length) })]);
  },
);

test.each([0, 1, 64, 65])('a text of %d letters that comes again, goes, and comes back', (length) => {
  for (const letter of ['a', 'é']) {
    const [one, other] = [letter.repeat(length), 'b'.repeat(length)];
    const texts = [one, one, one, other, one, one, other, other, undefined, other, one, one];
    // In one request, and in one after the other: what was written is remembered.
    expectSameBytes(texts.map((text, n) => spanOf(n + 1, { text, more: [text ?? 'c'] })));
    for (const [n, text] of texts.entries()) expectSameBytes([spanOf(n + 1, { text })]);
  }
});

test('nothing where a value should be', () => {
  const attributes = { none: undefined, list: ['a', null, undefined] };
  expectSameBytes([spanOf(1, attributes)]);
  expectSameBytes([]);
});

describe('a real session', () => {
  const real = [{ name: 'the example', transcript: EXAMPLE_TRANSCRIPT }, ...corpusSessions];
  test.each(real)('$name', async ({ transcript }) => {
    const session = await readSession(transcript);
    for (const content of ['none', 'full'] as const)
      expectSameBytes(toReadableSpans(session, { content, serviceName: 'shop-äöü' }));
  });
  if (corpusSessions.length === 0) test.skip(SKIPPED, () => {});
});

function expectSameBytes(spans: readonly ReadableSpan[]): void {
  const ours = Buffer.from(encodeSpans(spans));
  const theirs = Buffer.from(ProtobufTraceSerializer.serializeRequest([...spans]) ?? []);
  // Compared first: a difference in megabytes is slow to print.
  if (!ours.equals(theirs))
    expect(ours.toString('hex').slice(0, 4000)).toBe(theirs.toString('hex').slice(0, 4000));
  expect(ours.equals(theirs)).toBe(true);
}
