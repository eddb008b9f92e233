// In: spans, in send order. Out: OTLP trace requests as bytes, and from bytes back which encoding they are in.
// Always: the bytes are those of OpenTelemetry's own serializers, the protobuf ones made faster (encode-spans.ts); the same
// spans give the same bytes; no span is left out, none is cut, and their order is kept. Strings come here well-formed and
// without NUL.
import { JsonTraceSerializer } from '@opentelemetry/otlp-transformer';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-node';

import type { Encoding } from '../config/destination.ts';
import { encodeSpans } from './encode-spans.ts';
import {
  REQUEST_LIMITS,
  requestsOfRecords,
  weighedFirst,
  type EncodedRequest,
  type RequestLimits,
} from './request-parts.ts';

/** All `spans` in requests within the limits; a span that alone is over the limit goes alone. */
export function encodeRequests(
  spans: readonly ReadableSpan[],
  encoding: Encoding,
  limits: RequestLimits = REQUEST_LIMITS,
): EncodedRequest[] {
  return requestsOfRecords(spans, encoding === 'protobuf' ? encodeSpans : weighedFirst(encodeJson), limits);
}

/** One request of all `spans`. In JSON, integers are JSON numbers and a resource has a `schemaUrl`; OTLP receivers take both. */
export function encodeTraces(spans: readonly ReadableSpan[], encoding: Encoding): Uint8Array {
  return encoding === 'protobuf' ? encodeSpans(spans) : encodeJson(spans);
}

function encodeJson(spans: readonly ReadableSpan[]): Uint8Array {
  const bytes = JsonTraceSerializer.serializeRequest([...spans]);
  if (!bytes) throw new Error('the OpenTelemetry serializer returned nothing');
  return bytes;
}

/** The encoding of request bytes, so that a stored batch does not depend on what the destination is set to today; undefined for what is no request. */
export function encodingOf(bytes: Uint8Array): Encoding | undefined {
  if (bytes[0] === 0x7b) return 'json'; // {
  if (bytes[0] === 0x0a) return 'protobuf'; // field 1 (resource_spans), length-delimited: the message has no other
  return undefined;
}
