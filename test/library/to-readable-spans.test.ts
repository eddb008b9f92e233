// Spans of a session: which texts they carry, and what the user calls their sender.
import type { ReadableSpan } from '@opentelemetry/sdk-trace-node';
import { describe, expect, test } from 'vitest';

import { readSession, toReadableSpans, type SpansOptions } from '../../src/index.ts';
import { wireOf } from '../delivery/wire-spans.ts';
import { EXAMPLE_TRANSCRIPT } from '../support/example-session.ts';
import { contentAttributes } from '../telemetry/spans-document.ts';
import { exampleSpans } from '../telemetry/spans-of.ts';

const session = await readSession(EXAMPLE_TRANSCRIPT);

test.each(['none', 'full'] as const)(
  'the spans are those that the river makes, content %s',
  async (content) => {
    const river = await exampleSpans(content);
    expect(toReadableSpans(session, { content }).map(wireOf)).toEqual(river.map(wireOf));
  },
);

test('no text is in them unless it is asked for', () => {
  const content = contentAttributes();
  const textsOf = (options?: SpansOptions) =>
    toReadableSpans(session, options).flatMap((span) => keysOf(span).filter((key) => content.has(key)));
  expect(textsOf()).toEqual([]);
  expect(textsOf({})).toEqual([]);
  expect(textsOf({ content: 'full' })).not.toEqual([]);
});

test('what stands in a session twice is one span', () => {
  const twice = { ...session, completed: [...session.completed, ...session.completed] };
  expect(toReadableSpans(twice).map(wireOf)).toEqual(toReadableSpans(session).map(wireOf));
});

describe('the resource', () => {
  test('is claude-code, with the version of the client that wrote the lines', () => {
    const [span] = toReadableSpans(session);
    expect(span?.resource.attributes).toMatchObject({
      'service.name': 'claude-code',
      'service.version': session.completed[0]?.scope.clientVersion,
      'telemetry.distro.name': 'turnspan',
    });
  });

  test('is what the user says it is', () => {
    const resourceAttributes = { 'service.namespace': 'shop', 'service.name': 'from the attributes' };
    const [named] = toReadableSpans(session, { serviceName: 'ada', resourceAttributes });
    expect(named?.resource.attributes).toMatchObject({ 'service.name': 'ada', 'service.namespace': 'shop' });
    const [unnamed] = toReadableSpans(session, { resourceAttributes });
    expect(unnamed?.resource.attributes['service.name']).toBe('from the attributes');
  });

  test('is one object for all spans of a client version, so that exporters send it once', () => {
    expect(new Set(toReadableSpans(session).map(({ resource }) => resource)).size).toBe(1);
  });
});

// What a caller without types can write.
test.each([
  [{ content: 'Full' }, 'at content'],
  [{ content: 'redacted' }, 'at content'],
  [{ contents: 'none' }, 'Unrecognized key: "contents"'],
  [{ resourceAttributes: { port: 4318 } }, 'at resourceAttributes.port'],
])('%j is refused by name, and nothing is made', (options, told) => {
  expect(() => toReadableSpans(session, options as SpansOptions)).toThrow(TypeError);
  expect(() => toReadableSpans(session, options as SpansOptions)).toThrow(told);
});

function keysOf({ attributes, events }: ReadableSpan): string[] {
  return [attributes, ...events.map((event) => event.attributes ?? {})].flatMap((one) => Object.keys(one));
}
