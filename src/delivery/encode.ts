// In: spans, in send order. Out: OTLP trace requests as bytes, and from bytes back which encoding they are in.
// Always: the bytes are those of OpenTelemetry's own serializers, the protobuf ones made faster (encode-spans.ts); the same
// spans give the same bytes; no span is left out, none is cut, and their order is kept. Strings come here well-formed and
// without NUL.
import { JsonTraceSerializer } from '@opentelemetry/otlp-transformer';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-node';

import type { Encoding } from '../config/destination.ts';
import { encodeSpans } from './encode-spans.ts';

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
  return cutByWeight(spans, limits).flatMap((part) => encodeWithin(part, encoding, limits));
}

/** Encoded once, and cut in half where the weight was too low a guess. */
function encodeWithin(
  spans: readonly ReadableSpan[],
  encoding: Encoding,
  limits: RequestLimits,
): EncodedRequest[] {
  const bytes = encodeTraces(spans, encoding);
  if (bytes.length <= limits.bytes || spans.length === 1) return [{ bytes, spans: spans.length }];
  const half = Math.ceil(spans.length / 2);
  return [spans.slice(0, half), spans.slice(half)].flatMap((part) => encodeWithin(part, encoding, limits));
}

/** Runs of spans that should fit: most of a big span is its texts, and most of their characters are one byte. */
function cutByWeight(spans: readonly ReadableSpan[], limits: RequestLimits): ReadableSpan[][] {
  const parts: ReadableSpan[][] = [];
  let part: ReadableSpan[] = [];
  let weight = 0;
  for (const span of spans) {
    const own = weightOf(span);
    if (part.length > 0 && (part.length === limits.spans || weight + own > limits.bytes)) {
      parts.push(part);
      part = [];
      weight = 0;
    }
    part.push(span);
    weight += own;
  }
  return part.length > 0 ? [...parts, part] : parts;
}

/** Roughly the bytes of a span: the characters of its texts, and a kilobyte for all else. */
function weightOf({ attributes }: ReadableSpan): number {
  let weight = 1024;
  for (const name in attributes) {
    const value = attributes[name];
    if (typeof value === 'string') weight += value.length;
  }
  return weight;
}

/** One request of all `spans`. In JSON, integers are JSON numbers and a resource has a `schemaUrl`; OTLP receivers take both. */
export function encodeTraces(spans: readonly ReadableSpan[], encoding: Encoding): Uint8Array {
  if (encoding === 'protobuf') return encodeSpans(spans);
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
