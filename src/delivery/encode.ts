// In: spans, in send order. Out: OTLP trace requests as bytes, and from bytes back which encoding they are in.
// Always: the bytes are those of OpenTelemetry's own serializers; the same spans give the same bytes; no span is left
// out, none is cut, and their order is kept. Strings come here well-formed and without NUL.
import { JsonTraceSerializer, ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-node';

import type { Encoding } from '../config/destination.ts';

/** One OTLP request body, uncompressed, and how many spans it holds. */
export interface EncodedRequest {
  readonly bytes: Uint8Array;
  readonly spans: number;
}

/** How big one request may get. */
export interface RequestLimits {
  readonly bytes: number;
  readonly spans: number;
}

/** 4 MiB is what gRPC receivers and careful proxies take by default, 512 spans is OpenTelemetry's own batch. */
export const REQUEST_LIMITS: RequestLimits = { bytes: 4 * 1024 * 1024, spans: 512 };

/** All `spans` in requests within the limits; a span that alone is over the limit goes alone. */
export function encodeRequests(
  spans: readonly ReadableSpan[],
  encoding: Encoding,
  limits: RequestLimits = REQUEST_LIMITS,
): EncodedRequest[] {
  if (spans.length === 0) return [];
  if (spans.length <= limits.spans) {
    const bytes = encodeTraces(spans, encoding);
    if (bytes.length <= limits.bytes || spans.length === 1) return [{ bytes, spans: spans.length }];
  }
  // Nearly every batch fits at once, so the few that do not may be encoded again.
  const cut = spans.length > limits.spans ? limits.spans : Math.ceil(spans.length / 2);
  return [
    ...encodeRequests(spans.slice(0, cut), encoding, limits),
    ...encodeRequests(spans.slice(cut), encoding, limits),
  ];
}

/** One request of all `spans`. In JSON, integers are JSON numbers and a resource has a `schemaUrl`; OTLP receivers take both. */
export function encodeTraces(spans: readonly ReadableSpan[], encoding: Encoding): Uint8Array {
  const serializer = encoding === 'json' ? JsonTraceSerializer : ProtobufTraceSerializer;
  const bytes = serializer.serializeRequest([...spans]);
  if (!bytes) throw new Error('the OpenTelemetry serializer returned nothing');
  return bytes;
}

/** The encoding of request bytes, so that a stored batch does not depend on what the destination is set to today; undefined for what is no request. */
export function encodingOf(bytes: Uint8Array): Encoding | undefined {
  if (bytes[0] === 0x7b) return 'json'; // {
  if (bytes[0] === 0x0a) return 'protobuf'; // field 1 (resource_spans), length-delimited: the message has no other
  return undefined;
}
