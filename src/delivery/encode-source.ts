// What requests of spans and of metrics have in common on the wire: who sent them, and attributes.
// Always: byte for byte what OpenTelemetry's serializers make of the same. Field numbers are those of
// opentelemetry/proto/common/v1/common.proto and resource/v1/resource.proto (1.x).
import type { AttributeValue, Attributes } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-node';
import { ProtobufWriter, tag, Wire } from './protobuf-writer.ts';

/** The field `resource`, 1 wherever it stands. */
export function writeResource(writer: ProtobufWriter, { attributes }: ReadableSpan['resource']): void {
  const start = writer.open(tag(1, Wire.delimited));
  writeAttributes(writer, tag(1, Wire.delimited), attributes);
  writer.integer(tag(2, Wire.varint), 0);
  writer.close(start);
}

/** The field `scope`, 1 wherever it stands. */
export function writeScope(
  writer: ProtobufWriter,
  { name, version }: ReadableSpan['instrumentationScope'],
): void {
  const start = writer.open(tag(1, Wire.delimited));
  writer.text(tag(1, Wire.delimited), name);
  if (version) writer.text(tag(2, Wire.delimited), version);
  writer.close(start);
}

/** Each as a field of its own. */
export function writeAttributes(writer: ProtobufWriter, tagOfField: number, attributes: Attributes): void {
  for (const name in attributes) {
    const value = attributes[name];
    const known = knownOf(name);
    const start = writer.open(tagOfField);
    if (known.value === value && value !== undefined)
      writer.raw((known.bytes ??= keyAndValue(known.key, value)));
    else {
      writer.raw(known.key);
      writeValueField(writer, value);
      if (isShort(value)) {
        known.value = value;
        known.bytes = undefined;
      }
    }
    writer.close(start);
  }
}

/**
 * What was written of an attribute before. There are few names, each written thousands of times, and half of all values are
 * those of the span before: its session, its turn, its model.
 */
interface Known {
  /** The field `key`. */
  readonly key: Uint8Array;
  value?: AttributeValue | undefined;
  /** Key and value, from the second time on that the value comes. */
  bytes?: Uint8Array | undefined;
}

const knownAttributes = new Map<string, Known>();

function knownOf(name: string): Known {
  let known = knownAttributes.get(name);
  if (known === undefined) {
    const writer = new ProtobufWriter(SMALL);
    writer.text(tag(1, Wire.delimited), name);
    knownAttributes.set(name, (known = { key: writer.finish().slice() }));
  }
  return known;
}

function keyAndValue(key: Uint8Array, value: AttributeValue): Uint8Array {
  const writer = new ProtobufWriter(SMALL);
  writer.raw(key);
  writeValueField(writer, value);
  return writer.finish().slice();
}

/** Bytes: room for a key and a value that are kept. */
const SMALL = 256;

/** Long texts are neither kept nor compared. */
function isShort(value: AttributeValue | undefined): boolean {
  return typeof value === 'string' && value.length <= 64;
}

/** The field `value`. */
function writeValueField(writer: ProtobufWriter, value: AttributeValue | undefined): void {
  const start = writer.open(tag(2, Wire.delimited));
  writeValue(writer, value);
  writer.close(start);
}

/** Nothing is the empty value. */
function writeValue(writer: ProtobufWriter, value: AttributeValue | null | undefined): void {
  if (typeof value === 'string') writer.text(tag(1, Wire.delimited), value);
  else if (typeof value === 'number') {
    if (isInt64(value)) writer.integer(tag(3, Wire.varint), value);
    else writer.double(tag(4, Wire.fixed64), value);
  } else if (typeof value === 'boolean') writer.integer(tag(2, Wire.varint), value ? 1 : 0);
  else if (value) {
    const array = writer.open(tag(5, Wire.delimited));
    for (const item of value) {
      const start = writer.open(tag(1, Wire.delimited));
      writeValue(writer, item);
      writer.close(start);
    }
    writer.close(array);
  }
}

function isInt64(value: number): boolean {
  return Number.isInteger(value) && value >= -(2 ** 63) && value < 2 ** 63;
}
