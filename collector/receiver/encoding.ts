// In: a Content-Type header and message schemas. Out: decoded requests and encoded answers in that encoding.
// Always: an answer has the encoding of its request, as OTLP/HTTP asks; errors are a google.rpc.Status.
import {
  type DescMessage,
  type JsonValue,
  type MessageShape,
  create,
  fromBinary,
  fromJson,
  toBinary,
  toJson,
} from '@bufbuild/protobuf';
import { StatusSchema } from './proto/google/rpc/status_pb.ts';
import { parseOtlpJson } from './otlp-json.ts';

export type Encoding = 'application/x-protobuf' | 'application/json';

/** The encoding that a Content-Type names; `null` for what OTLP/HTTP does not have. */
export function encodingOf(contentType: string | undefined): Encoding | null {
  const [type = '', ...parameters] = (contentType ?? '').split(';').map((part) => part.trim().toLowerCase());
  if (type === 'application/x-protobuf') return type;
  if (type !== 'application/json') return null;
  const charset = parameters.find((parameter) => parameter.startsWith('charset='))?.slice('charset='.length);
  return charset === undefined || /^"?utf-?8"?$/.test(charset) ? type : null;
}

/** The message, or `null` when the bytes are none of this schema. Unknown fields are ignored. */
export function decode<Schema extends DescMessage>(
  schema: Schema,
  encoding: Encoding,
  bytes: Uint8Array,
): MessageShape<Schema> | null {
  try {
    return encoding === 'application/json'
      ? fromJson(schema, parseOtlpJson(utf8.decode(bytes)), { ignoreUnknownFields: true })
      : fromBinary(schema, bytes, { readUnknownFields: false });
  } catch {
    // Decoders report bad input by many types of error (SyntaxError, RangeError, TypeError, their own), and their
    // messages quote the input: neither is of use here.
    return null;
  }
}

/** The bytes of a message. */
export function encode<Schema extends DescMessage>(
  schema: Schema,
  encoding: Encoding,
  message: MessageShape<Schema>,
): Uint8Array {
  if (encoding === 'application/x-protobuf') return toBinary(schema, message);
  const json: JsonValue = toJson(schema, message);
  return Buffer.from(JSON.stringify(json));
}

/** The bytes of an error answer. `code` is one of google.rpc.Code. */
export function encodeStatus(encoding: Encoding, code: number, message: string): Uint8Array {
  return encode(StatusSchema, encoding, create(StatusSchema, { code, message }));
}

const utf8 = new TextDecoder('utf-8', { fatal: true });
