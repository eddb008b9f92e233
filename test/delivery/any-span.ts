// Generated spans, for tests of how spans are encoded.
import { SpanKind, SpanStatusCode, TraceFlags, type Attributes } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-node';
import fc from 'fast-check';
import { spanOf } from './fixtures.ts';

// The strings have any character, but no half ones: no text with those ever becomes a span's.
const anyText = fc.oneof(
  { weight: 8, arbitrary: fc.string({ unit: 'binary', maxLength: 40 }) },
  // Longer than one byte can say, and than two can.
  fc
    .tuple(fc.constantFrom('a', 'é', '漢'), fc.integer({ min: 50, max: 20_000 }))
    .map(([letter, length]) => letter.repeat(length)),
);
const anyAttributes: fc.Arbitrary<Attributes> = fc.dictionary(
  anyText,
  fc.oneof(
    anyText,
    fc.boolean(),
    fc.maxSafeInteger(),
    fc.integer({ min: 31, max: 52 }).map((power) => -(2 ** power)),
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
/** Any span that OpenTelemetry's types allow, but for values that telemetry never holds: bytes, maps, half characters. */
export const anySpan: fc.Arbitrary<ReadableSpan> = fc
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
