// In: the bytes of a line. Out: its text.
// Always: the text that `toString('utf8')` gives, with U+FFFD for what is no UTF-8. That decoder of Node takes three times
// as long for text beyond ASCII as a check, UTF-16 and a copy, which is most of what reading costs beside parsing.
import { isAscii, isUtf8, transcode } from 'node:buffer';

/** Decodes a line. */
export function decode(bytes: Buffer): string {
  if (isAscii(bytes)) return bytes.toString('latin1'); // The same text, without a second check.
  if (bytes.length > MAX_BYTES || CANNOT_TRANSCODE || !isUtf8(bytes)) return bytes.toString('utf8');
  return transcode(bytes, 'utf8', 'utf16le').toString('utf16le');
}

/** UTF-16 is twice as long for a moment: too much for a huge line. */
const MAX_BYTES = 1024 * 1024;
/** Node may be built without ICU; its types do not say so. */
const CANNOT_TRANSCODE = (transcode as typeof transcode | undefined) === undefined;
