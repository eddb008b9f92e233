// In: a decoded ExportTraceServiceRequest. Out: its spans as plain rows, and what had to be refused.
// Always: a span with an invalid id or time is refused by itself, the others of the request are taken.
import type { ExportTraceServiceRequest } from './proto/opentelemetry/proto/collector/trace/v1/trace_service_pb.ts';
import {
  type Span,
  Span_SpanKind,
  Status_StatusCode,
} from './proto/opentelemetry/proto/trace/v1/trace_pb.ts';
import type { Origin, SpanKind, SpanLink, SpanRow, StatusCode, Taken } from '../model.ts';
import { attributesToJson } from './any-value.ts';
import { idToHex, isAbsentId, isStorableTime } from './ids.ts';
import { originOf, resourceToJson } from './origin.ts';

/** All spans of the request, in its order. */
export function takeSpans(request: ExportTraceServiceRequest): Taken<SpanRow> {
  const rows: SpanRow[] = [];
  let rejected = 0;
  let reason = '';
  for (const { resource: message, scopeSpans } of request.resourceSpans) {
    const resource = resourceToJson(message);
    for (const { scope, spans } of scopeSpans) {
      const origin = originOf(resource, scope);
      for (const span of spans) {
        const row = toRow(span, origin);
        if (typeof row !== 'string') {
          rows.push(row);
          continue;
        }
        rejected++;
        reason ||= row;
      }
    }
  }
  return { rows, rejected, reason };
}

/** The row, or why the span is invalid. */
function toRow(span: Span, origin: Origin): SpanRow | string {
  const traceId = idToHex(span.traceId, 16);
  if (traceId === null) return 'invalid trace_id: 16 bytes, not all zero, are needed';
  const spanId = idToHex(span.spanId, 8);
  if (spanId === null) return 'invalid span_id: 8 bytes, not all zero, are needed';
  const parentSpanId = idToHex(span.parentSpanId, 8);
  if (parentSpanId === null && !isAbsentId(span.parentSpanId)) {
    return 'invalid parent_span_id: 8 bytes or none are needed';
  }
  if (!isStorableTime(span.startTimeUnixNano) || !isStorableTime(span.endTimeUnixNano)) {
    return 'invalid time: after the year 2262';
  }
  return {
    ...origin,
    traceId,
    spanId,
    parentSpanId,
    traceState: span.traceState.toWellFormed(),
    flags: span.flags,
    name: span.name.toWellFormed(),
    kind: KINDS[span.kind] ?? 'UNSPECIFIED',
    startUnixNano: span.startTimeUnixNano,
    endUnixNano: span.endTimeUnixNano,
    statusCode: STATUS_CODES[span.status?.code ?? Status_StatusCode.UNSET] ?? 'UNSET',
    statusMessage: (span.status?.message ?? '').toWellFormed(),
    attributes: attributesToJson(span.attributes),
    events: span.events.map((event) => ({
      name: event.name.toWellFormed(),
      timeUnixNano: event.timeUnixNano,
      attributes: attributesToJson(event.attributes),
    })),
    links: span.links.map(toLink),
    dropped: {
      attributes: span.droppedAttributesCount,
      events: span.droppedEventsCount,
      links: span.droppedLinksCount,
    },
  };
}

/** A link with a broken id is kept with what it has: it must not cost the span. */
function toLink(link: Span['links'][number]): SpanLink {
  return {
    traceId: Buffer.from(link.traceId).toString('hex'),
    spanId: Buffer.from(link.spanId).toString('hex'),
    traceState: link.traceState.toWellFormed(),
    attributes: attributesToJson(link.attributes),
  };
}

// A sender with a newer protocol may use a number that is not here.
const KINDS: Readonly<Partial<Record<number, SpanKind>>> = {
  [Span_SpanKind.UNSPECIFIED]: 'UNSPECIFIED',
  [Span_SpanKind.INTERNAL]: 'INTERNAL',
  [Span_SpanKind.SERVER]: 'SERVER',
  [Span_SpanKind.CLIENT]: 'CLIENT',
  [Span_SpanKind.PRODUCER]: 'PRODUCER',
  [Span_SpanKind.CONSUMER]: 'CONSUMER',
};

const STATUS_CODES: Readonly<Partial<Record<number, StatusCode>>> = {
  [Status_StatusCode.UNSET]: 'UNSET',
  [Status_StatusCode.OK]: 'OK',
  [Status_StatusCode.ERROR]: 'ERROR',
};
