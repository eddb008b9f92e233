// Spans as a text that a person can read and a diff can show: one tree for each trace, oldest first.
// Times are seconds since the first span of all; ids are left out where they only say where a span hangs.
import { SpanKind, SpanStatusCode, type AttributeValue } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-node';

/** Every span, each once, in its place; a span whose parent is not there is marked. */
export function traceText(spans: readonly ReadableSpan[]): string {
  const first = Math.min(...spans.map(startOf));
  const byParent = new Map<string | undefined, ReadableSpan[]>();
  const ids = new Set(spans.map((span) => span.spanContext().spanId));
  for (const span of spans) {
    const parent = span.parentSpanContext?.spanId;
    const key = parent !== undefined && ids.has(parent) ? parent : undefined;
    byParent.set(key, [...(byParent.get(key) ?? []), span]);
  }
  const describe = (span: ReadableSpan, depth: number): string[] => {
    const indent = '  '.repeat(depth);
    const lost = depth === 0 && span.parentSpanContext !== undefined ? ' (its parent is missing)' : '';
    const failed = span.status.code === SpanStatusCode.ERROR ? ' ERROR' : '';
    const kind = span.kind === SpanKind.CLIENT ? ' CLIENT' : '';
    const end = millisecondsOf(span.endTime) - first;
    return [
      `${indent}${span.name}${kind}${failed} ${seconds(startOf(span) - first)}–${seconds(end)}${lost}`,
      ...Object.entries(span.attributes)
        .filter(([key]) => !everywhere.has(key))
        .map(([key, value]) => `${indent}    ${key}: ${textOf(value)}`),
      ...span.events.map(
        ({ name, time }) => `${indent}    event ${name} ${seconds(millisecondsOf(time) - first)}`,
      ),
      ...span.links.map(({ context }) => `${indent}    link to ${nameOf(context.spanId)}`),
      ...(byParent.get(span.spanContext().spanId) ?? [])
        .sort(byTime)
        .flatMap((child) => describe(child, depth + 1)),
    ];
  };
  const nameOf = (spanId: string): string =>
    spans.find((span) => span.spanContext().spanId === spanId)?.name ?? 'a span that is missing';
  const roots = (byParent.get(undefined) ?? []).sort(byTime);
  return `${roots.map((root) => describe(root, 0).join('\n')).join('\n\n')}\n`;
}

/** On every span of a turn or session: said once would be enough. */
const everywhere = new Set(['session.id', 'gen_ai.conversation.id', 'turnspan.turn.id', 'prompt.id']);

function byTime(a: ReadableSpan, b: ReadableSpan): number {
  return startOf(a) - startOf(b) || a.spanContext().spanId.localeCompare(b.spanContext().spanId);
}

function startOf(span: ReadableSpan): number {
  return millisecondsOf(span.startTime);
}

function millisecondsOf([whole, nanoseconds]: ReadableSpan['startTime']): number {
  return whole * 1000 + nanoseconds / 1_000_000;
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(3)}s`;
}

function textOf(value: AttributeValue | undefined): string {
  return Array.isArray(value) ? value.join(', ') : String(value);
}
