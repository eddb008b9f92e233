// In: records of one signal, in send order, and how they are weighed and encoded. Out: OTLP requests within the limits.
// Always: no record is left out, none is cut, and their order is kept; a record that alone is over the limit goes alone.

/** One OTLP request body, uncompressed, and how many spans (points, log records) it holds. */
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

/** How the records of a signal become bytes. */
export interface RecordEncoding<Record> {
  /** Roughly the bytes of a record. */
  readonly weightOf: (record: Record) => number;
  /** One request of all. */
  readonly encode: (records: readonly Record[]) => Uint8Array;
}

/** All records in requests within the limits. */
export function requestsOfRecords<Record>(
  records: readonly Record[],
  encoding: RecordEncoding<Record>,
  limits: RequestLimits,
): EncodedRequest[] {
  return cutByWeight(records, encoding, limits).flatMap((part) => encodeWithin(part, encoding, limits));
}

/** Encoded once, and cut in half where the weight was too low a guess. */
function encodeWithin<Record>(
  records: readonly Record[],
  encoding: RecordEncoding<Record>,
  limits: RequestLimits,
): EncodedRequest[] {
  const bytes = encoding.encode(records);
  if (bytes.length <= limits.bytes || records.length === 1) return [{ bytes, spans: records.length }];
  const half = Math.ceil(records.length / 2);
  return [records.slice(0, half), records.slice(half)].flatMap((part) =>
    encodeWithin(part, encoding, limits),
  );
}

/** Runs of records that should fit. */
function cutByWeight<Record>(
  records: readonly Record[],
  { weightOf }: RecordEncoding<Record>,
  limits: RequestLimits,
): Record[][] {
  const parts: Record[][] = [];
  let part: Record[] = [];
  let weight = 0;
  for (const record of records) {
    const own = weightOf(record);
    if (part.length > 0 && (part.length === limits.spans || weight + own > limits.bytes)) {
      parts.push(part);
      part = [];
      weight = 0;
    }
    part.push(record);
    weight += own;
  }
  return part.length > 0 ? [...parts, part] : parts;
}
