// What we put on the wire says of each span what the span says, as a second decoder understands it.
import type { ReadableSpan } from '@opentelemetry/sdk-trace-node';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { encodeRequests } from '../../src/delivery/encode.ts';
import { readSession, toReadableSpans } from '../../src/index.ts';
import { corpusSessions, SKIPPED } from '../corpus/sessions.ts';
import { EXAMPLE_TRANSCRIPT } from '../support/example-session.ts';
import { anySpan } from './any-span.ts';
import { spanOf } from './fixtures.ts';
import { byId, decodeWire, wireOf, type WireSpan } from './wire-spans.ts';

const levels = ['none', 'full'] as const;

test.each(levels)('the example session, content %s', async (content) => {
  const decoded = await expectSame(EXAMPLE_TRANSCRIPT, content);
  expect(decoded).toHaveLength(40);
  expect(new Set(typesOf(decoded))).toEqual(new Set(['string', 'int', 'double', 'bool', 'array']));
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
