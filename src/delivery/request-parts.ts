// In: spans or log records, in send order, and how they are encoded. Out: OTLP requests within the limits.
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

/** What spans and log records have in common. */
interface Weighed {
  readonly attributes: Readonly<Record<string, unknown>>;
}

/** All records in requests within the limits; `encode` makes one request of all that it gets. */
export function requestsOfRecords<One extends Weighed>(
  records: readonly One[],
  encode: (records: readonly One[]) => Uint8Array,
  limits: RequestLimits,
): EncodedRequest[] {
  return cutByWeight(records, limits).flatMap((part) => encodeWithin(part, encode, limits));
}

/** Encoded once, and cut in half where the weight was too low a guess. */
function encodeWithin<One>(
  records: readonly One[],
  encode: (records: readonly One[]) => Uint8Array,
  limits: RequestLimits,
): EncodedRequest[] {
  const bytes = encode(records);
  if (bytes.length <= limits.bytes || records.length === 1) return [{ bytes, spans: records.length }];
  const half = Math.ceil(records.length / 2);
  return [records.slice(0, half), records.slice(half)].flatMap((part) => encodeWithin(part, encode, limits));
}

/** Runs of records that should fit: most of a big one is its texts, and most of their characters are one byte. */
function cutByWeight<One extends Weighed>(records: readonly One[], limits: RequestLimits): One[][] {
  const parts: One[][] = [];
  let part: One[] = [];
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

/** Roughly the bytes of a record: the characters of its texts, and a kilobyte for all else. */
function weightOf({ attributes }: Weighed): number {
  let weight = 1024;
  for (const name in attributes) {
    const value = attributes[name];
    if (typeof value === 'string') weight += value.length;
  }
  return weight;
}
