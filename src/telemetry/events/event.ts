// The shape of an event before it is encoded, and the two steps that most are made with: the attributes that the span of
// the same thing has, and the trace context of that span.
// Always: every text in it is `SafeText`, by type; an event of a thing is in the trace of its span.
import type { SafeText } from '../../privacy/safe-text.ts';
import { contentPolicy } from '../../privacy/policy.ts';
import { eventId } from '../ids.ts';
import type { SafeAttributes, SafeValue, SpanInput } from '../span.ts';
import type { SpanReference } from '../trace-context.ts';
import { attributesOfSpan, type EventName } from './catalog.ts';
import { Event } from './names.ts';

/** `warn`: it failed and the work went on. `error`: what was asked for failed. */
export type Severity = 'info' | 'warn' | 'error';

/** One event. */
export interface EventRecord {
  readonly name: EventName & SafeText;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly severity: Severity;
  /** The same whenever the event is made again. */
  readonly eventId: string;
  /** The span of the thing; a session has none. */
  readonly span?: SpanReference | undefined;
  readonly clientVersion?: string | undefined;
  /** One after the other; where two have the same name, the later one counts. */
  readonly attributes: readonly SafeAttributes[];
}

/** What an event says beside what the span of its thing does. */
export interface EventInput {
  readonly at: number;
  readonly severity?: Severity;
  /** The ids of the thing. */
  readonly ids: readonly string[];
  readonly attributes?: SafeAttributes;
}

/** Spans are asked for their small attributes alone: the texts of an event are its own. */
export const withoutContent = contentPolicy('none');

/** An event of a thing that has a span. */
export function eventOf(
  name: EventRecord['name'],
  span: SpanInput,
  clientVersion: string | undefined,
  { at, severity = 'info', ids, attributes = {} }: EventInput,
): EventRecord {
  const { traceId, spanId } = span;
  return {
    name,
    at,
    severity,
    eventId: eventId(name, ...ids),
    span: { traceId, spanId },
    clientVersion,
    attributes: [picked(span, attributesOfSpan(name)), attributes],
  };
}

/** How long it took, as recorded. */
export function duration({ startedAt, endedAt }: SpanInput): SafeAttributes {
  return { [Event.durationMs]: Math.max(0, endedAt - startedAt) };
}

function picked({ attributes }: SpanInput, names: ReadonlySet<string>): SafeAttributes {
  const kept: Record<string, SafeValue> = {};
  for (const part of attributes) {
    for (const name in part) if (names.has(name)) kept[name] = part[name];
  }
  return kept;
}
