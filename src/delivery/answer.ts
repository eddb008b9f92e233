// In: the body of a 2xx answer. Out: the partial success in it, if there is one.
// Always: an answer that cannot be read is none: the status already said that the request was taken. Protobuf requests
// may get JSON answers (Langfuse), so the answer's own content type decides.
import { JsonTraceSerializer, ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer';
import * as z from 'zod';

import type { Encoding } from '../config/destination.ts';

/** Spans, points or log records that the backend dropped, and its reason. With 0 the message is a warning. */
export interface PartialSuccess {
  readonly rejected: number;
  /** The backend's words; at most 1000 characters. */
  readonly message: string;
}

/** Reads the `Export…ServiceResponse` in `body`, which says the same in the same fields for each signal; undefined where nothing was rejected and nothing was said. */
export function readPartialSuccess(
  body: Uint8Array,
  contentType: string | undefined,
  requested: Encoding,
): PartialSuccess | undefined {
  const parsed = answer.safeParse(decode(body, encodingOfAnswer(contentType, requested)));
  const partial = parsed.data?.partialSuccess;
  if (!partial || (partial.rejected === 0 && partial.errorMessage === '')) return undefined;
  return { rejected: partial.rejected, message: partial.errorMessage.slice(0, 1000) };
}

function encodingOfAnswer(contentType: string | undefined, requested: Encoding): Encoding | undefined {
  if (contentType === undefined) return requested;
  if (/^application\/json\b/i.test(contentType)) return 'json';
  return /^application\/x-protobuf\b/i.test(contentType) ? 'protobuf' : undefined;
}

function decode(body: Uint8Array, encoding: Encoding | undefined): unknown {
  if (encoding === undefined || body.length === 0) return undefined;
  try {
    const serializer = encoding === 'json' ? JsonTraceSerializer : ProtobufTraceSerializer;
    return serializer.deserializeResponse(body);
  } catch {
    return undefined;
  }
}

/** JSON has 64-bit integers as text or number; a protobuf int64 below 0 is read as a huge number. */
const count = z
  .union([z.number(), z.string()])
  .transform(Number)
  .transform((value) => (Number.isSafeInteger(value) && value > 0 ? value : 0));

const answer = z.object({
  partialSuccess: z
    .object({
      rejectedSpans: count.default(0),
      // In JSON each signal has a name of its own.
      rejectedDataPoints: count.default(0),
      rejectedLogRecords: count.default(0),
      errorMessage: z.string().default(''),
    })
    .transform(({ rejectedSpans, rejectedDataPoints, rejectedLogRecords, errorMessage }) => ({
      rejected: rejectedSpans + rejectedDataPoints + rejectedLogRecords,
      errorMessage,
    }))
    .nullish(),
});
