// In: log records, in send order. Out: OTLP logs requests as bytes.
// Always: the bytes are those of OpenTelemetry's own serializers; the same records give the same bytes. Strings come here
// well-formed and without NUL.
import { JsonLogsSerializer, ProtobufLogsSerializer } from '@opentelemetry/otlp-transformer';
import type { ReadableLogRecord } from '@opentelemetry/sdk-logs';

import type { Encoding } from '../config/destination.ts';
import {
  REQUEST_LIMITS,
  requestsOfRecords,
  weighedFirst,
  type EncodedRequest,
  type RequestLimits,
} from './request-parts.ts';

/** All `records` in requests within the limits (`spans` of these counts records). */
export function encodeLogRequests(
  records: readonly ReadableLogRecord[],
  encoding: Encoding,
  limits: RequestLimits = REQUEST_LIMITS,
): EncodedRequest[] {
  const encode = weighedFirst((part: readonly ReadableLogRecord[]) => encodeLogs(part, encoding));
  return requestsOfRecords(records, encode, limits);
}

/** One request of all `records`. */
export function encodeLogs(records: readonly ReadableLogRecord[], encoding: Encoding): Uint8Array {
  const serializer = encoding === 'protobuf' ? ProtobufLogsSerializer : JsonLogsSerializer;
  const bytes = serializer.serializeRequest([...records]);
  if (!bytes) throw new Error('the OpenTelemetry serializer returned nothing');
  return bytes;
}
