// In: a span, and how much it may hold. Out: the same span within these limits.
// Always: what the OpenTelemetry specification says ("Attribute Limits", "Span Limits"): texts and the texts of lists keep
// their beginning, a character counts as one, whatever it takes in bytes; of attributes, events and links the later ones are
// dropped, and counted. JSON texts come here short enough: the content policy cuts inside their parts.
import type { Attributes, AttributeValue } from '@opentelemetry/api';
import type { ReadableLogRecord } from '@opentelemetry/sdk-logs';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-node';

/** Absent: no limit. */
export interface SpanLimits {
  /** Characters of a text. */
  readonly valueLength?: number | undefined;
  readonly attributes?: number | undefined;
  readonly events?: number | undefined;
  readonly links?: number | undefined;
  readonly eventAttributes?: number | undefined;
  readonly linkAttributes?: number | undefined;
}

/** Only for spans that something limits: it copies. */
export function withinLimits(span: ReadableSpan, limits: SpanLimits): ReadableSpan {
  const { valueLength = Infinity, events: mostEvents = Infinity, links: mostLinks = Infinity } = limits;
  const limit = (attributes: Attributes, most = Infinity) => limited(attributes, most, valueLength);
  const own = limit(span.attributes, limits.attributes);
  const events = span.events.slice(0, mostEvents).map((event) => {
    const { kept, dropped } = limit(event.attributes ?? {}, limits.eventAttributes);
    return { ...event, attributes: kept, droppedAttributesCount: dropped };
  });
  const links = span.links.slice(0, mostLinks).map((link) => {
    const { kept, dropped } = limit(link.attributes ?? {}, limits.linkAttributes);
    return { ...link, attributes: kept, droppedAttributesCount: dropped };
  });
  return {
    ...span,
    attributes: own.kept,
    droppedAttributesCount: own.dropped,
    events,
    droppedEventsCount: span.events.length - events.length,
    links,
    droppedLinksCount: span.links.length - links.length,
  };
}

/** The same of a log record; its content comes short enough too. */
export function recordWithinLimits(
  record: ReadableLogRecord,
  { attributes = Infinity, valueLength = Infinity }: Pick<SpanLimits, 'attributes' | 'valueLength'>,
): ReadableLogRecord {
  const { kept, dropped } = limited(
    // The cast: our events have attributes as spans have them, no maps and no bytes.
    record.attributes as Attributes,
    attributes,
    valueLength,
  );
  return { ...record, attributes: kept, droppedAttributesCount: dropped };
}

function limited(attributes: Attributes, most: number, valueLength: number) {
  const all = Object.entries(attributes);
  const kept: Attributes = {};
  for (const [name, value] of all.slice(0, most)) kept[name] = shortened(value, valueLength);
  return { kept, dropped: Math.max(0, all.length - most) };
}

function shortened(value: AttributeValue | undefined, most: number): AttributeValue | undefined {
  if (typeof value === 'string') return firstCharacters(value, most);
  if (!Array.isArray(value)) return value;
  // The cast: a list has values of one type, and a text stays one.
  return value.map((one) => (typeof one === 'string' ? firstCharacters(one, most) : one)) as AttributeValue;
}

/** Never half of a character. */
function firstCharacters(text: string, most: number): string {
  if (text.length <= most) return text;
  let end = 0;
  for (let count = 0; count < most && end < text.length; count++) {
    end += (text.codePointAt(end) ?? 0) > 0xffff ? 2 : 1;
  }
  return text.slice(0, end);
}
