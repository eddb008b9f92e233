// OpenTelemetry's attribute limits on spans: what is cut, what is dropped and counted, and that JSON texts stay JSON.
import type { ReadableSpan } from '@opentelemetry/sdk-trace-node';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { SpanLimits } from '../../src/config/attribute-limits.ts';
import { spanMaker } from '../../src/span-maker.ts';
import { GenAi } from '../../src/telemetry/semconv.ts';
import { withinLimits } from '../../src/telemetry/attribute-limits.ts';
import { spanOf } from '../delivery/fixtures.ts';
import { everyThing } from './every-thing.ts';

const things = everyThing;

function spans(limits?: SpanLimits): ReadableSpan[] {
  const resource = {
    attributes: {},
    ...(limits === undefined ? {} : { attributeLimits: { spans: limits } }),
  };
  return things.map(spanMaker('full', resource));
}

describe('the length of a value', () => {
  const cut = (value: string, valueLength: number) =>
    withinLimits(spanOf(1, { value }), { valueLength }).attributes['value'];

  test.each([
    ['abc', 3, 'abc'],
    ['abcd', 3, 'abc'],
    ['abc', 0, ''],
    ['🎉🎉🎉', 3, '🎉🎉🎉'],
    ['a🎉b🎉c', 3, 'a🎉b'],
  ])('%s within %i is %s: a character is one, and never halved', (value, most, expected) => {
    expect(cut(value, most)).toBe(expected);
  });

  test('counts for each text of a list, and for no number or boolean', () => {
    const span = spanOf(1, { list: ['abc', 'd'], number: 123456, yes: true });
    expect(withinLimits(span, { valueLength: 2 }).attributes).toMatchObject({
      list: ['ab', 'd'],
      number: 123456,
      yes: true,
    });
  });

  test('holds for every text of every span, its events and its links', () => {
    fc.assert(
      fc.property(fc.nat(300), (valueLength) => {
        for (const { attributes, events, links } of spans({ valueLength })) {
          const all = [
            attributes,
            ...events.map((one) => one.attributes),
            ...links.map((one) => one.attributes),
          ];
          for (const value of all.flatMap((one) => Object.values(one ?? {})).flat()) {
            if (typeof value === 'string') expect(Array.from(value).length).toBeLessThanOrEqual(valueLength);
          }
        }
      }),
      { numRuns: 20 },
    );
  });

  test('leaves JSON texts JSON: they are cut inside their parts', () => {
    const names = [GenAi.inputMessages, GenAi.outputMessages, GenAi.toolArguments, GenAi.toolResult];
    const long = structuredClone(things).map((one) => {
      if (one.kind === 'tool-call')
        return { ...one, toolCall: { ...one.toolCall, result: 'x'.repeat(5000) } };
      return one;
    });
    const toSpan = spanMaker('full', { attributes: {}, attributeLimits: { spans: { valueLength: 300 } } });
    const texts = long.map(toSpan).flatMap(({ attributes }) => names.map((name) => attributes[name]));
    const there = texts.filter((text) => typeof text === 'string');
    for (const text of there) expect(() => JSON.parse(text) as unknown).not.toThrow();
    expect(there.some((text) => /^"x+… \[cut, 5000 characters\]"$/.test(text))).toBe(true);
  });

  test('that not even the structure of a JSON text keeps to leaves a word that is JSON', () => {
    const toSpan = spanMaker('full', { attributes: {}, attributeLimits: { spans: { valueLength: 20 } } });
    const messages = things.map(toSpan).map(({ attributes }) => attributes[GenAi.outputMessages]);
    expect(messages).toContain('"[cut]"');
  });
});

describe('counts', () => {
  test('the later attributes are dropped, and counted', () => {
    const [whole] = spans();
    const [span] = spans({ attributes: 2 });
    const names = Object.keys(whole?.attributes ?? {});
    expect(Object.keys(span?.attributes ?? {})).toEqual(names.slice(0, 2));
    expect(span?.droppedAttributesCount).toBe(names.length - 2);
    expect(withinLimits(spanOf(1), { attributes: 0 })).toMatchObject({
      attributes: {},
      droppedAttributesCount: 2,
    });
  });

  test('so are events and links, and the attributes of each', () => {
    const event = { name: 'retry', time: [1, 0] as [number, number], attributes: { a: 1, b: 2 } };
    const link = { context: spanOf(2).spanContext(), attributes: { a: 1, b: 2, c: 3 } };
    const span = { ...spanOf(1), events: [event, event, event], links: [link, link] };
    const limits = { events: 2, links: 1, eventAttributes: 1, linkAttributes: 2 };
    expect(withinLimits(span, limits)).toMatchObject({
      events: [
        { attributes: { a: 1 }, droppedAttributesCount: 1 },
        { attributes: { a: 1 }, droppedAttributesCount: 1 },
      ],
      droppedEventsCount: 1,
      links: [{ attributes: { a: 1, b: 2 }, droppedAttributesCount: 1 }],
      droppedLinksCount: 1,
      attributes: span.attributes,
      droppedAttributesCount: 0,
    });
  });
});

test('limits that nothing reaches change nothing', () => {
  const high = { valueLength: 1e6, attributes: 128, events: 128, links: 128 };
  const plain = (all: readonly ReadableSpan[]) =>
    JSON.stringify(all.map((span) => [span.name, span.attributes, span.spanContext(), span.startTime]));
  expect(plain(spans(high))).toBe(plain(spans()));
});
