// W3C Trace Context, "traceparent Header Field Values".
import fc from 'fast-check';
import { expect, test } from 'vitest';

import { parseTraceParent } from '../../src/inbox/trace-parent.ts';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const SPAN = '00f067aa0ba902b7';

test.each([
  [`00-${TRACE}-${SPAN}-01`, true],
  [`00-${TRACE}-${SPAN}-00`, false],
  // Only the lowest bit says that it is sampled.
  [`00-${TRACE}-${SPAN}-03`, true],
  [`00-${TRACE}-${SPAN}-02`, false],
  [`00-${TRACE}-${SPAN}-ff`, true],
  // A later version may say more, behind a hyphen.
  [`cc-${TRACE}-${SPAN}-01`, true],
  [`fe-${TRACE}-${SPAN}-00-what-the-future-will-be-like`, false],
])('%s names a span', (text, sampled) => {
  expect(parseTraceParent(text)).toEqual({ traceId: TRACE, spanId: SPAN, sampled });
});

test.each([
  undefined,
  '',
  `ff-${TRACE}-${SPAN}-01`,
  `00-${'0'.repeat(32)}-${SPAN}-01`,
  `00-${TRACE}-${'0'.repeat(16)}-01`,
  `00-${TRACE.toUpperCase()}-${SPAN}-01`,
  `00-${TRACE}-${SPAN.toUpperCase()}-01`,
  `00-${TRACE}-${SPAN}-0A`,
  `0X-${TRACE}-${SPAN}-01`,
  `00-${TRACE.slice(1)}-${SPAN}-01`,
  `00-${TRACE}0-${SPAN}-01`,
  `00-${TRACE}-${SPAN}`,
  `00-${TRACE}-${SPAN}-1`,
  `00-${TRACE}-${SPAN}-01-more`,
  `00-${TRACE}-${SPAN}-01-`,
  `cc-${TRACE}-${SPAN}-01.more`,
  ` 00-${TRACE}-${SPAN}-01`,
  `00-${TRACE}-${SPAN}-01\n`,
  `00-${TRACE}-${SPAN}-01, 00-${TRACE}-${SPAN}-01`,
])('%j names none', (text) => {
  expect(parseTraceParent(text)).toBeUndefined();
});

test('whatever the text, what it names are ids in lower-case hexadecimal', () => {
  const part = fc.string({
    unit: fc.constantFrom('0', '1', '7', 'a', 'c', 'f', 'A', '-', ' '),
    maxLength: 34,
  });
  fc.assert(
    fc.property(
      fc.oneof(
        part,
        fc.tuple(part, part, part, part).map((parts) => parts.join('-')),
      ),
      (text) => {
        const named = parseTraceParent(text);
        if (named === undefined) return;
        expect(named.traceId).toMatch(/^(?!0{32})[0-9a-f]{32}$/);
        expect(named.spanId).toMatch(/^(?!0{16})[0-9a-f]{16}$/);
      },
    ),
  );
});
