// In: spans, in send order. Out: one OTLP trace request in protobuf.
// Always: byte for byte what `ProtobufTraceSerializer` of OpenTelemetry makes of the same spans, several times as fast; a
// test holds the two together. Field numbers are those of opentelemetry/proto/trace/v1/trace.proto (1.x).
import type { AttributeValue, Attributes, Link, SpanContext } from '@opentelemetry/api';
import type { ReadableSpan, TimedEvent } from '@opentelemetry/sdk-trace-node';
import { ProtobufWriter, tag, Wire } from './protobuf-writer.ts';

/** The request. Attributes are texts, numbers, booleans, and arrays of these. */
export function encodeSpans(spans: readonly ReadableSpan[]): Uint8Array {
  const writer = new ProtobufWriter();
  for (const [resource, scopes] of bySource(spans)) {
    const ofResource = writer.open(tag(1, Wire.delimited));
    const head = writer.open(tag(1, Wire.delimited));
    writeAttributes(writer, tag(1, Wire.delimited), resource.attributes);
    writer.integer(tag(2, Wire.varint), 0);
    writer.close(head);
    for (const [scope, own] of scopes) {
      const ofScope = writer.open(tag(2, Wire.delimited));
      const name = writer.open(tag(1, Wire.delimited));
      writer.text(tag(1, Wire.delimited), scope.name);
      if (scope.version) writer.text(tag(2, Wire.delimited), scope.version);
      writer.close(name);
      for (const span of own) writeSpan(writer, span);
      if (scope.schemaUrl) writer.text(tag(3, Wire.delimited), scope.schemaUrl);
      writer.close(ofScope);
    }
    if (resource.schemaUrl) writer.text(tag(3, Wire.delimited), resource.schemaUrl);
    writer.close(ofResource);
  }
  return writer.finish();
}

type Resource = ReadableSpan['resource'];
type Scope = ReadableSpan['instrumentationScope'];

/** By identity, each in the order of its first span. */
function bySource(spans: readonly ReadableSpan[]): Map<Resource, Map<Scope, ReadableSpan[]>> {
  const resources = new Map<Resource, Map<Scope, ReadableSpan[]>>();
  for (const span of spans) {
    let scopes = resources.get(span.resource);
    if (scopes === undefined) resources.set(span.resource, (scopes = new Map<Scope, ReadableSpan[]>()));
    const own = scopes.get(span.instrumentationScope);
    if (own === undefined) scopes.set(span.instrumentationScope, [span]);
    else own.push(span);
  }
  return resources;
}

function writeSpan(writer: ProtobufWriter, span: ReadableSpan): void {
  const start = writer.open(tag(2, Wire.delimited));
  const context = span.spanContext();
  writeContext(writer, context);
  const parent = span.parentSpanContext;
  if (parent?.spanId) writer.id(tag(4, Wire.delimited), parent.spanId);
  writer.text(tag(5, Wire.delimited), span.name);
  writer.integer(tag(6, Wire.varint), span.kind + 1); // 0 is "unspecified", which the API does not have.
  writer.time(tag(7, Wire.fixed64), span.startTime);
  writer.time(tag(8, Wire.fixed64), span.endTime);
  writeAttributes(writer, tag(9, Wire.delimited), span.attributes);
  writer.integer(tag(10, Wire.varint), span.droppedAttributesCount);
  for (const event of span.events) writeEvent(writer, event);
  writer.integer(tag(12, Wire.varint), span.droppedEventsCount);
  for (const link of span.links) writeLink(writer, link);
  writer.integer(tag(14, Wire.varint), span.droppedLinksCount);
  const status = writer.open(tag(15, Wire.delimited));
  if (span.status.message) writer.text(tag(2, Wire.delimited), span.status.message);
  writer.integer(tag(3, Wire.varint), span.status.code);
  writer.close(status);
  writer.fixed32(tag(16, Wire.fixed32), flagsOf(context.traceFlags, parent?.isRemote));
  writer.close(start);
}

/** The fields 1 to 3, which spans and links have in common. */
function writeContext(writer: ProtobufWriter, { traceId, spanId, traceState }: SpanContext): void {
  writer.id(tag(1, Wire.delimited), traceId);
  writer.id(tag(2, Wire.delimited), spanId);
  const state = traceState?.serialize();
  if (state) writer.text(tag(3, Wire.delimited), state);
}

function writeEvent(writer: ProtobufWriter, { time, name, attributes, droppedAttributesCount }: TimedEvent) {
  const start = writer.open(tag(11, Wire.delimited));
  writer.time(tag(1, Wire.fixed64), time);
  writer.text(tag(2, Wire.delimited), name);
  writeAttributes(writer, tag(3, Wire.delimited), attributes ?? {});
  writer.integer(tag(4, Wire.varint), droppedAttributesCount ?? 0);
  writer.close(start);
}

function writeLink(writer: ProtobufWriter, { context, attributes, droppedAttributesCount }: Link): void {
  const start = writer.open(tag(13, Wire.delimited));
  writeContext(writer, context);
  writeAttributes(writer, tag(4, Wire.delimited), attributes ?? {});
  writer.integer(tag(5, Wire.varint), droppedAttributesCount ?? 0);
  writer.fixed32(tag(6, Wire.fixed32), flagsOf(context.traceFlags, context.isRemote));
  writer.close(start);
}

/** Trace flags, and whether the parent, or what is linked to, is of another process: known in any case. */
function flagsOf(traceFlags: number, isRemote: boolean | undefined): number {
  return (traceFlags & 0xff) | 0x100 | (isRemote ? 0x200 : 0);
}

function writeAttributes(writer: ProtobufWriter, tagOfField: number, attributes: Attributes): void {
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
