// OTLP requests as bytes, decoded by code that has nothing in common with the encoder: messages that protobuf-es made of
// the official .proto files. And what the specification wants those spans to be, said from the spans themselves.
// Always: every field of a span is compared, numbers with their type on the wire; a field that the .proto files do not
// have is a fault.
import { SpanKind, SpanStatusCode, type AttributeValue, type HrTime } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-node';
import { fromBinary, isMessage } from '@bufbuild/protobuf';
import { ExportTraceServiceRequestSchema } from '../../collector/receiver/proto/opentelemetry/proto/collector/trace/v1/trace_service_pb.ts';
import type {
  AnyValue,
  KeyValue,
} from '../../collector/receiver/proto/opentelemetry/proto/common/v1/common_pb.ts';
import {
  Span_SpanKind,
  Status_StatusCode,
} from '../../collector/receiver/proto/opentelemetry/proto/trace/v1/trace_pb.ts';

/** A value with its type on the wire. */
type WireValue =
  | { readonly string: string }
  | { readonly bool: boolean }
  | { readonly int: bigint }
  | { readonly double: number }
  | { readonly array: readonly WireValue[] }
  | { readonly unexpected: string };

/** In their order. */
type WireAttributes = readonly (readonly [key: string, value: WireValue])[];

/** All that OTLP says of a span. Times in nanoseconds since the epoch, ids in hexadecimal. */
export interface WireSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string;
  readonly traceState: string;
  readonly flags: number;
  readonly name: string;
  readonly kind: string | undefined;
  readonly startedAt: bigint;
  readonly endedAt: bigint;
  readonly attributes: WireAttributes;
  readonly events: readonly {
    readonly at: bigint;
    readonly name: string;
    readonly attributes: WireAttributes;
    readonly dropped: number;
  }[];
  readonly links: readonly {
    readonly traceId: string;
    readonly spanId: string;
    readonly traceState: string;
    readonly flags: number;
    readonly attributes: WireAttributes;
    readonly dropped: number;
  }[];
  readonly status: { readonly code: string | undefined; readonly message: string } | undefined;
  /** Attributes, events and links that were left out. */
  readonly dropped: readonly [number, number, number];
  readonly resource: {
    readonly attributes: WireAttributes;
    readonly dropped: number;
    readonly schemaUrl: string;
  };
  readonly scope: {
    readonly name: string;
    readonly version: string;
    readonly attributes: WireAttributes;
    readonly dropped: number;
    readonly schemaUrl: string;
  };
}

/** The spans of a request, in its order. */
export function decodeWire(bytes: Uint8Array): WireSpan[] {
  const request = fromBinary(ExportTraceServiceRequestSchema, bytes);
  expectNothingUnknown(request);
  return request.resourceSpans.flatMap(({ resource, schemaUrl, scopeSpans }) =>
    scopeSpans.flatMap(({ scope, schemaUrl: scopeSchemaUrl, spans }) =>
      spans.map((span): WireSpan => ({
        traceId: hex(span.traceId),
        spanId: hex(span.spanId),
        parentSpanId: hex(span.parentSpanId),
        traceState: span.traceState,
        flags: span.flags,
        name: span.name,
        kind: nameIn(Span_SpanKind, span.kind),
        startedAt: span.startTimeUnixNano,
        endedAt: span.endTimeUnixNano,
        attributes: decodeAttributes(span.attributes),
        events: span.events.map((event) => ({
          at: event.timeUnixNano,
          name: event.name,
          attributes: decodeAttributes(event.attributes),
          dropped: event.droppedAttributesCount,
        })),
        links: span.links.map((link) => ({
          traceId: hex(link.traceId),
          spanId: hex(link.spanId),
          traceState: link.traceState,
          flags: link.flags,
          attributes: decodeAttributes(link.attributes),
          dropped: link.droppedAttributesCount,
        })),
        status: span.status && {
          code: nameIn(Status_StatusCode, span.status.code),
          message: span.status.message,
        },
        dropped: [span.droppedAttributesCount, span.droppedEventsCount, span.droppedLinksCount],
        resource: {
          attributes: decodeAttributes(resource?.attributes ?? []),
          dropped: resource?.droppedAttributesCount ?? 0,
          schemaUrl,
        },
        scope: {
          name: scope?.name ?? '',
          version: scope?.version ?? '',
          attributes: decodeAttributes(scope?.attributes ?? []),
          dropped: scope?.droppedAttributesCount ?? 0,
          schemaUrl: scopeSchemaUrl,
        },
      })),
    ),
  );
}

/** What a span has to be on the wire. */
export function wireOf(span: ReadableSpan): WireSpan {
  const { traceId, spanId, traceFlags, traceState } = span.spanContext();
  return {
    traceId,
    spanId,
    parentSpanId: span.parentSpanContext?.spanId ?? '',
    traceState: traceState?.serialize() ?? '',
    flags: flagsOf(traceFlags, span.parentSpanContext?.isRemote),
    name: span.name,
    kind: SpanKind[span.kind],
    startedAt: nanoseconds(span.startTime),
    endedAt: nanoseconds(span.endTime),
    attributes: wireAttributes(span.attributes),
    events: span.events.map(({ time, name, attributes, droppedAttributesCount }) => ({
      at: nanoseconds(time),
      name,
      attributes: wireAttributes(attributes ?? {}),
      dropped: droppedAttributesCount ?? 0,
    })),
    links: span.links.map(({ context, attributes, droppedAttributesCount }) => ({
      traceId: context.traceId,
      spanId: context.spanId,
      traceState: context.traceState?.serialize() ?? '',
      flags: flagsOf(context.traceFlags, context.isRemote),
      attributes: wireAttributes(attributes ?? {}),
      dropped: droppedAttributesCount ?? 0,
    })),
    status: { code: SpanStatusCode[span.status.code], message: span.status.message ?? '' },
    dropped: [span.droppedAttributesCount, span.droppedEventsCount, span.droppedLinksCount],
    resource: { attributes: wireAttributes(span.resource.attributes), dropped: 0, schemaUrl: '' },
    scope: {
      name: span.instrumentationScope.name,
      version: span.instrumentationScope.version ?? '',
      attributes: [],
      dropped: 0,
      schemaUrl: span.instrumentationScope.schemaUrl ?? '',
    },
  };
}

/** By span id: encoders group spans, and batches cut them. */
export function byId(spans: readonly WireSpan[]): WireSpan[] {
  return spans.toSorted((a, b) => a.spanId.localeCompare(b.spanId));
}

/** Bits 0 to 7 are the W3C flags; bit 8 says that bit 9 is known, bit 9 that the parent (or the linked span) is remote. */
function flagsOf(traceFlags: number, isRemote: boolean | undefined): number {
  return traceFlags | 0x100 | (isRemote === true ? 0x200 : 0);
}

function nanoseconds([seconds, nanos]: HrTime): bigint {
  return BigInt(seconds) * 1_000_000_000n + BigInt(nanos);
}

function wireAttributes(attributes: Readonly<Record<string, AttributeValue | undefined>>): WireAttributes {
  return Object.entries(attributes).map(([key, value]) => [key, wireValue(value)]);
}

function wireValue(value: AttributeValue | null | undefined): WireValue {
  switch (typeof value) {
    case 'string':
      return { string: value };
    case 'boolean':
      return { bool: value };
    case 'number':
      return Number.isSafeInteger(value) ? { int: BigInt(value) } : { double: value };
    default:
      return Array.isArray(value) ? { array: value.map(wireValue) } : { unexpected: String(value) };
  }
}

function decodeAttributes(attributes: readonly KeyValue[]): WireAttributes {
  return attributes.map(({ key, value }) => [key, decodeValue(value)]);
}

function decodeValue(message: AnyValue | undefined): WireValue {
  const value = message?.value;
  switch (value?.case) {
    case 'stringValue':
      return { string: value.value };
    case 'boolValue':
      return { bool: value.value };
    case 'intValue':
      return { int: value.value };
    case 'doubleValue':
      return { double: value.value };
    case 'arrayValue':
      return { array: value.value.values.map(decodeValue) };
    default:
      return { unexpected: value?.case ?? 'no value' };
  }
}

/** The name of a number that came; the SDK numbers its kinds otherwise, the names are the same. */
function nameIn(names: Readonly<Record<string, number>>, number: number): string | undefined {
  return Object.entries(names).find(([, one]) => one === number)?.[0];
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

function expectNothingUnknown(part: unknown): void {
  if (typeof part !== 'object' || part === null || part instanceof Uint8Array) return;
  if (isMessage(part) && part.$unknown !== undefined) {
    throw new Error(
      `${part.$typeName} has a field ${part.$unknown[0]?.no} that its .proto file does not have`,
    );
  }
  for (const inner of Object.values(part)) expectNothingUnknown(inner);
}
