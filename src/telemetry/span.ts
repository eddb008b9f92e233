// In: what a span says. Out: a span record in the SDK's own shape (`ReadableSpan`), as a value.
// Always: every text in it is `SafeText`, by type; an attribute without a value is left out; a span never ends before
// it starts. Built by hand because a live tracer drops spans on replay and takes times of its own.
import { SpanKind, SpanStatusCode, type Attributes, type HrTime, type Link } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-node';
import type { SafeText } from '../privacy/safe-text.ts';

export type SafeValue = SafeText | number | boolean | readonly SafeText[] | undefined;
export type SafeAttributes = Readonly<Record<string, SafeValue>>;

/** An event on a span. `at` in milliseconds since the epoch. */
export interface SafeEvent {
  readonly name: SafeText;
  readonly at: number;
  readonly attributes: SafeAttributes;
}

/** A link to a span of another trace, or of the same. */
export interface SafeLink {
  readonly traceId: string;
  readonly spanId: string;
  readonly attributes: SafeAttributes;
}

/** What makes a span; times in milliseconds since the epoch, ids in hexadecimal. */
export interface SpanInput {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string | undefined;
  /** The parent is somebody else's span. */
  readonly parentIsRemote?: boolean | undefined;
  readonly name: SafeText;
  readonly kind: 'internal' | 'client';
  readonly startedAt: number;
  readonly endedAt: number;
  readonly failed?: boolean;
  /** One after the other; where two have the same name, the later one counts. */
  readonly attributes: readonly SafeAttributes[];
  readonly events?: readonly SafeEvent[];
  readonly links?: readonly SafeLink[];
}

/** Where spans come from: the same object for all that belong together, because encoders group by identity. */
export interface SpanSource {
  readonly resource: ReadableSpan['resource'];
  readonly scope: ReadableSpan['instrumentationScope'];
}

const SAMPLED = 1;

/** The span record; `marks` are attributes that every span carries. */
export function toSpan(input: SpanInput, source: SpanSource, marks: SafeAttributes = {}): ReadableSpan {
  const endedAt = Math.max(input.startedAt, input.endedAt);
  const own = { traceId: input.traceId, spanId: input.spanId, traceFlags: SAMPLED };
  const span: Mutable<ReadableSpan> = {
    name: input.name,
    kind: input.kind === 'client' ? SpanKind.CLIENT : SpanKind.INTERNAL,
    spanContext: () => own,
    startTime: toHrTime(input.startedAt),
    endTime: toHrTime(endedAt),
    duration: toHrTime(endedAt - input.startedAt),
    status: { code: input.failed === true ? SpanStatusCode.ERROR : SpanStatusCode.UNSET },
    attributes: toAttributes(...input.attributes, marks),
    events: (input.events ?? []).map(({ name, at, attributes }) => ({
      name,
      time: toHrTime(at),
      attributes: toAttributes(attributes),
    })),
    links: (input.links ?? []).map(({ traceId, spanId, attributes }): Link => ({
      context: { traceId, spanId, traceFlags: SAMPLED },
      attributes: toAttributes(attributes),
    })),
    ended: true,
    resource: source.resource,
    instrumentationScope: source.scope,
    droppedAttributesCount: 0,
    droppedEventsCount: 0,
    droppedLinksCount: 0,
  };
  if (input.parentSpanId !== undefined) {
    const { parentSpanId: spanId, parentIsRemote: isRemote = false, traceId } = input;
    span.parentSpanContext = { isRemote, traceId, spanId, traceFlags: SAMPLED };
  }
  return span;
}

type Mutable<One> = { -readonly [Key in keyof One]: One[Key] };

function toAttributes(...parts: readonly SafeAttributes[]): Attributes {
  const set: Attributes = {};
  for (const part of parts) {
    for (const key in part) {
      const value = part[key];
      if (value !== undefined) set[key] = typeof value === 'object' ? [...value] : value;
    }
  }
  return set;
}

function toHrTime(milliseconds: number): HrTime {
  const whole = Math.round(milliseconds);
  return [Math.floor(whole / 1000), (whole % 1000) * 1_000_000];
}
