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

/** Makes one request of records; `undefined` where it would have more than `most` bytes, which it should tell early. */
export type EncodeWithin<One> = (records: readonly One[], most: number) => Uint8Array | undefined;

/** All records in requests within the limits. */
export function requestsOfRecords<One extends Weighed>(
  records: readonly One[],
  encode: EncodeWithin<One>,
  limits: RequestLimits,
): EncodedRequest[] {
  const requests: EncodedRequest[] = [];
  for (let start = 0; start < records.length; start += limits.spans) {
    requests.push(...encodeParts(records.slice(start, start + limits.spans), encode, limits.bytes));
  }
  return requests;
}

/** For an encoder that cannot stop on its way: what is surely too heavy is not begun. */
export function weighedFirst<One extends Weighed>(
  encode: (records: readonly One[]) => Uint8Array,
): EncodeWithin<One> {
  return (records, most) => {
    if (records.reduce((sum, record) => sum + weightOf(record), 0) > most) return undefined;
    const bytes = encode(records);
    return bytes.length > most ? undefined : bytes;
  };
}

/** In one request, or cut where that is too long. */
function encodeParts<One extends Weighed>(
  records: readonly One[],
  encode: EncodeWithin<One>,
  most: number,
): EncodedRequest[] {
  const bytes = encode(records, records.length === 1 ? Infinity : most);
  if (bytes !== undefined) return [{ bytes, spans: records.length }];
  return cut(records, most).flatMap((part) => encodeParts(part, encode, most));
}

/** Runs of records that should fit; two halves where the weight was too low a guess. */
function cut<One extends Weighed>(records: readonly One[], most: number): readonly (readonly One[])[] {
  const parts = cutByWeight(records, most);
  if (parts.length > 1) return parts;
  const half = Math.ceil(records.length / 2);
  return [records.slice(0, half), records.slice(half)];
}

/** Most of a big record is its texts, and most of their characters are one byte. */
function cutByWeight<One extends Weighed>(records: readonly One[], most: number): One[][] {
  const parts: One[][] = [];
  let part: One[] = [];
  let weight = 0;
  for (const record of records) {
    const own = weightOf(record);
    if (part.length > 0 && weight + own > most) {
      parts.push(part);
      part = [];
      weight = 0;
    }
    part.push(record);
    weight += own;
  }
  return [...parts, part];
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
