// In: the bytes of `grpc-status-details-bin`, a google.rpc.Status. Out: the wait in its RetryInfo, in milliseconds.
// Always: what cannot be read is as if it were not there; a RetryInfo without a delay is one of 0.
import { BinaryReader, WireType } from '@bufbuild/protobuf/wire';

/** The wait that the backend asks for; undefined where there is no RetryInfo. */
export function readRetryInfo(bytes: Uint8Array | undefined): number | undefined {
  if (bytes === undefined) return undefined;
  try {
    for (const any of fieldsOf(bytes, 3)) {
      const [type] = fieldsOf(any, 1);
      if (type === undefined || !TYPE.test(Buffer.from(type).toString())) continue;
      const [info] = fieldsOf(any, 2);
      const [delay] = info === undefined ? [] : fieldsOf(info, 1);
      return delay === undefined ? 0 : durationOf(delay);
    }
  } catch {
    // Cut short, or another message.
  }
  return undefined;
}

const TYPE = /\/google\.rpc\.RetryInfo$/;

/** The length-delimited fields with number `wanted`. */
function fieldsOf(message: Uint8Array, wanted: number): Uint8Array[] {
  const reader = new BinaryReader(message);
  const found: Uint8Array[] = [];
  while (reader.pos < reader.len) {
    const [field, type] = reader.tag();
    if (field === wanted && type === WireType.LengthDelimited) found.push(reader.bytes());
    else reader.skip(type, field);
  }
  return found;
}

/** A google.protobuf.Duration: seconds and nanoseconds. */
function durationOf(message: Uint8Array): number {
  const reader = new BinaryReader(message);
  let milliseconds = 0;
  while (reader.pos < reader.len) {
    const [field, type] = reader.tag();
    if (field === 1 && type === WireType.Varint) milliseconds += Number(reader.int64()) * 1000;
    else if (field === 2 && type === WireType.Varint) milliseconds += reader.int32() / 1_000_000;
    else reader.skip(type, field);
  }
  return Math.max(0, Math.ceil(milliseconds));
}
