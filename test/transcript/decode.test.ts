import fc from 'fast-check';
import { expect, test } from 'vitest';

import { decode } from '../../src/transcript/decode.ts';

test.each([
  ['nothing', Buffer.alloc(0)],
  ['ASCII', Buffer.from('{"a":1}')],
  ['characters beyond ASCII', Buffer.from('ä€🎉\0 \u{FEFF}x')],
  ['half a character', Buffer.from('x🎉').subarray(0, 3)],
  ['a lone surrogate, as no UTF-8 has it', Buffer.from([0x61, 0xed, 0xa0, 0xbd])],
  ['a text of many megabytes', Buffer.from('ä'.repeat(1024 * 1024))],
])('%s is decoded as UTF-8', (_name, bytes) => {
  expect(decode(bytes) === bytes.toString('utf8')).toBe(true);
});

test('any bytes, and any text cut anywhere, are decoded as UTF-8', () => {
  const cutText = fc
    .tuple(fc.string({ unit: 'binary' }), fc.nat())
    .map(([text, at]) => Buffer.from(text).subarray(0, at));
  fc.assert(
    fc.property(
      fc.oneof(
        fc.uint8Array().map((bytes) => Buffer.from(bytes)),
        cutText,
      ),
      (bytes) => {
        expect(decode(bytes)).toBe(bytes.toString('utf8'));
      },
    ),
  );
});
