// In: the text of an OTLP/JSON request. Out: JSON in the form that protobuf's own JSON decoder reads.
// OTLP/JSON is proto3's JSON form with one difference: trace and span ids are hex, not base64. And since a JSON number
// past 2^53 loses digits in JavaScript, long integers are made into strings, which proto3's form allows as well.
// Always: an id that is not hex comes out with a length that no valid id has, so that its span is refused by itself.
import type { JsonValue } from '@bufbuild/protobuf';

const ID_KEYS = new Set(['traceId', 'spanId', 'parentSpanId', 'trace_id', 'span_id', 'parent_span_id']);
const NO_ID = 'AA==';

/** Parses the request. Throws SyntaxError when the text is no JSON. */
export function parseOtlpJson(text: string): JsonValue {
  return JSON.parse(quoteLongIntegers(text), (key, value: JsonValue) => {
    if (typeof value !== 'string') return value;
    // Attribute names are values in OTLP, never keys: an object key of this name is always a field of the protocol.
    // A lone surrogate, which JSON can escape and protobuf cannot hold, must not cost the request.
    return ID_KEYS.has(key) ? hexToBase64(value) : value.toWellFormed();
  }) as JsonValue; // what JSON.parse makes is JSON
}

function hexToBase64(hex: string): string {
  const bytes = Buffer.from(hex, 'hex');
  return bytes.length * 2 === hex.length ? bytes.toString('base64') : NO_ID;
}

/** Puts quotes around integers of 16 digits and more outside of strings; everything else stays as it is. */
function quoteLongIntegers(text: string): string {
  const parts: string[] = [];
  let copied = 0;
  for (let at = 0; at < text.length;) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) {
      at = afterString(text, at);
    } else if (code === MINUS || isDigit(code)) {
      const start = at++;
      while (isDigit(text.charCodeAt(at)) || isNumberPart(text.charCodeAt(at))) at++;
      if (at - start < 16 || !/^-?\d+$/.test(text.slice(start, at))) continue;
      parts.push(text.slice(copied, start), '"', text.slice(start, at), '"');
      copied = at;
    } else {
      at++;
    }
  }
  return parts.length === 0 ? text : parts.join('') + text.slice(copied);
}

const QUOTE = 34;
const MINUS = 45;
const BACKSLASH = 92;

/** The index behind the string that opens at `open`; the end of the text when it never closes. */
function afterString(text: string, open: number): number {
  for (let close = text.indexOf('"', open + 1); close !== -1; close = text.indexOf('"', close + 1)) {
    let escapes = 0;
    while (text.charCodeAt(close - 1 - escapes) === BACKSLASH) escapes++;
    if (escapes % 2 === 0) return close + 1;
  }
  return text.length;
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

/** `.`, `e`, `E`, `+`, `-` inside a number. */
function isNumberPart(code: number): boolean {
  return code === 46 || code === 101 || code === 69 || code === 43 || code === 45;
}
