// In: the fields of a protobuf message, in their order. Out: its bytes.
// Always: what it writes is minimal, as protobuf.dev/programming-guides/encoding has it; the length of a nested message is
// written when its end is known, and what is longer than 127 bytes is moved up to make room.

/** How a field stands on the wire: the low three bits of its tag. */
export const Wire = { varint: 0, fixed64: 1, delimited: 2, fixed32: 5 } as const;

/** The tag of a field. Only fields up to 15, whose tag is one byte, but for `flags` of a span. */
export const tag = (field: number, wire: (typeof Wire)[keyof typeof Wire]): number => (field << 3) | wire;

/** Strings up to here are cheaper to copy letter by letter than by a call into the runtime. */
const SHORT = 64;

const TWO_16 = 2 ** 16;
const TWO_32 = 2 ** 32;

/** The value of a hexadecimal digit, by its character code: letters have 1 to 6 in their low four bits, in either case. */
const nibble = (code: number): number => (code & 0xf) + (code > 0x39 ? 9 : 0);

export class ProtobufWriter {
  #bytes: Buffer;
  #end = 0;

  /** `size`: bytes that there is room for at first. */
  constructor(size = 64 * 1024) {
    this.#bytes = Buffer.allocUnsafe(size);
  }

  /** Bytes that were written. */
  get length(): number {
    return this.#end;
  }

  /** What was written. The writer is used up. */
  finish(): Uint8Array {
    return new Uint8Array(this.#bytes.buffer, this.#bytes.byteOffset, this.#end);
  }

  /** Makes room. Every method that writes calls it with at least what it needs. */
  #reserve(size: number): Buffer {
    const needed = this.#end + size;
    if (needed <= this.#bytes.length) return this.#bytes;
    const larger = Buffer.allocUnsafe(Math.max(needed, 2 * this.#bytes.length));
    this.#bytes.copy(larger, 0, 0, this.#end);
    return (this.#bytes = larger);
  }

  /** A field that has bytes of its own follows: gives what `close` wants. */
  open(tagOfField: number): number {
    const bytes = this.#reserve(2);
    bytes[this.#end++] = tagOfField;
    return this.#end++;
  }

  /** The end of the field that was opened at `start`. */
  close(start: number): void {
    const length = this.#end - start - 1;
    if (length < 0x80) {
      this.#bytes[start] = length;
      return;
    }
    const size = length < 0x4000 ? 2 : length < 0x200000 ? 3 : length < 0x10000000 ? 4 : 5;
    const bytes = this.#reserve(size);
    bytes.copyWithin(start + size, start + 1, this.#end);
    this.#end += size - 1;
    const end = this.#end;
    this.#end = start;
    this.#varint(bytes, length);
    this.#end = end;
  }

  #varint(bytes: Buffer, value: number): void {
    let rest = value;
    while (rest > 0x7f) {
      bytes[this.#end++] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    bytes[this.#end++] = rest;
  }

  /** An integer of 64 bits; negative ones as their two's complement. */
  integer(tagOfField: number, value: number): void {
    const bytes = this.#reserve(11);
    bytes[this.#end++] = tagOfField;
    if (value >= 0 && value < TWO_32) {
      this.#varint(bytes, value);
      return;
    }
    let rest = BigInt.asUintN(64, BigInt(value));
    for (; rest > 0x7fn; rest >>= 7n) bytes[this.#end++] = Number(rest & 0x7fn) | 0x80;
    bytes[this.#end++] = Number(rest);
  }

  double(tagOfField: number, value: number): void {
    const bytes = this.#reserve(9);
    bytes[this.#end++] = tagOfField;
    this.#end = bytes.writeDoubleLE(value, this.#end);
  }

  /** A whole number in eight bytes; negative ones as their two's complement. */
  fixed64(tagOfField: number, value: number): void {
    const bytes = this.#reserve(9);
    bytes[this.#end++] = tagOfField;
    this.#eight(bytes, value);
  }

  #eight(bytes: Buffer, value: number): void {
    const low = value % TWO_32;
    this.#end = bytes.writeUInt32LE(low < 0 ? low + TWO_32 : low, this.#end);
    this.#end = bytes.writeInt32LE(Math.floor(value / TWO_32) | 0, this.#end);
  }

  /** Whole numbers in eight bytes each, one after the other; no field where there are none. */
  packedFixed64(tagOfField: number, values: readonly number[]): void {
    if (values.length === 0) return;
    const start = this.open(tagOfField);
    const bytes = this.#reserve(8 * values.length);
    for (const value of values) this.#eight(bytes, value);
    this.close(start);
  }

  /** Doubles, one after the other; no field where there are none. */
  packedDouble(tagOfField: number, values: readonly number[]): void {
    if (values.length === 0) return;
    const start = this.open(tagOfField);
    const bytes = this.#reserve(8 * values.length);
    for (const value of values) this.#end = bytes.writeDoubleLE(value, this.#end);
    this.close(start);
  }

  /** Four bytes. The tag may be of a field above 15. */
  fixed32(tagOfField: number, value: number): void {
    const bytes = this.#reserve(9);
    this.#varint(bytes, tagOfField);
    this.#end = bytes.writeUInt32LE(value, this.#end);
  }

  /** Nanoseconds, from seconds and nanoseconds: a double holds neither their product nor their sum. */
  time(tagOfField: number, [seconds, nanoseconds]: readonly [number, number]): void {
    const bytes = this.#reserve(9);
    bytes[this.#end++] = tagOfField;
    const upper = Math.floor(seconds / TWO_16) * 1e9;
    const lower = (seconds % TWO_16) * 1e9 + nanoseconds;
    const low = (upper % TWO_16) * TWO_16 + (lower % TWO_32);
    const high = Math.floor(upper / TWO_16) + Math.floor(lower / TWO_32) + Math.floor(low / TWO_32);
    this.#end = bytes.writeUInt32LE(low % TWO_32, this.#end);
    this.#end = bytes.writeUInt32LE(high, this.#end);
  }

  /** An id in hexadecimal digits, at most 127 bytes of it. */
  id(tagOfField: number, digits: string): void {
    const size = digits.length >> 1;
    const bytes = this.#reserve(2 + size);
    bytes[this.#end++] = tagOfField;
    bytes[this.#end++] = size;
    for (let at = 0; at < digits.length; at += 2) {
      bytes[this.#end++] = (nibble(digits.charCodeAt(at)) << 4) | nibble(digits.charCodeAt(at + 1));
    }
  }

  /** Bytes that are a field already. */
  raw(field: Uint8Array): void {
    const bytes = this.#reserve(field.length);
    bytes.set(field, this.#end);
    this.#end += field.length;
  }

  /** A text, well-formed. */
  text(tagOfField: number, text: string): void {
    const { length } = text;
    const start = this.open(tagOfField);
    const bytes = this.#reserve(3 * length);
    let end = this.#end;
    if (length <= SHORT) {
      let at = 0;
      for (; at < length; at++) {
        const code = text.charCodeAt(at);
        if (code > 0x7f) break;
        bytes[end++] = code;
      }
      if (at < length) end = this.#end + bytes.write(text, this.#end);
    } else end += bytes.write(text, end);
    this.#end = end;
    this.close(start);
  }
}
