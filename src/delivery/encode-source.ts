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
    const start = writer.open(tagOfField);
    writer.raw(keyField(name));
    const value = writer.open(tag(2, Wire.delimited));
    writeValue(writer, attributes[name]);
    writer.close(value);
    writer.close(start);
  }
}

/** The field `key` of attributes: there are few names, and each is written thousands of times. */
const keyFields = new Map<string, Uint8Array>();

function keyField(name: string): Uint8Array {
  let field = keyFields.get(name);
  if (field === undefined) {
    const writer = new ProtobufWriter();
    writer.text(tag(1, Wire.delimited), name);
    keyFields.set(name, (field = writer.finish().slice()));
  }
  return field;
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
