// In: id and time fields of OTLP messages. Out: hex ids and times that can be stored, or `null` for what is no such.

// The greatest signed 64-bit number itself stands for infinity in databases.
const LATEST = 2n ** 63n - 2n;

/** Lower-case hex of an id of `length` bytes; `null` when its length differs or all its bytes are zero. */
export function idToHex(bytes: Uint8Array, length: 8 | 16): string | null {
  if (bytes.length !== length || isAllZero(bytes)) return null;
  return Buffer.from(bytes).toString('hex');
}

/** True for an id field that names nothing: empty, or all zeros. */
export function isAbsentId(bytes: Uint8Array): boolean {
  return isAllZero(bytes) && (bytes.length === 0 || bytes.length === 8 || bytes.length === 16);
}

function isAllZero(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte === 0);
}

/** Whether nanoseconds fit a signed 64-bit time (until the year 2262), as databases keep it. */
export function isStorableTime(unixNano: bigint): boolean {
  return unixNano <= LATEST;
}
