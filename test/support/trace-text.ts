// Spans as a text that a person can read and a diff can show: one tree for each trace, oldest first.
// Times are seconds since the first span of all; ids are left out where they only say where a span hangs.
import type { PlainAttributes, PlainSpan } from './otlp-lines.ts';

export interface TraceTextOptions {
  /** Is this attribute of a span, or of its events and links, not worth a line? */
  readonly leaveOut?: (key: string, value: unknown, span: PlainSpan) => boolean;
  /** Longer texts are cut here. */
  readonly textLimit?: number;
}

/** Every span, each once, in its place; a span whose parent is not there is marked. */
export function traceText(
  spans: readonly PlainSpan[],
  { leaveOut = (key) => everywhere.has(key), textLimit = Infinity }: TraceTextOptions = {},
): string {
  const first = Math.min(...spans.map(startOf));
  const byParent = new Map<string | undefined, PlainSpan[]>();
  const ids = new Set(spans.map(({ spanId }) => spanId));
  for (const span of spans) {
    const { parentSpanId: parent } = span;
    const key = parent !== undefined && ids.has(parent) ? parent : undefined;
    byParent.set(key, [...(byParent.get(key) ?? []), span]);
  }
  const attributesOf = (span: PlainSpan, attributes: PlainAttributes = span.attributes): string[] =>
    [...attributes]
      .filter(([key, value]) => !leaveOut(key, value, span))
      .map(([key, value]) => `${key}: ${cut(textOf(value), textLimit)}`);
  const describe = (span: PlainSpan, depth: number): string[] => {
    const indent = '  '.repeat(depth);
    const lost = depth === 0 && span.parentSpanId !== undefined ? ' (its parent is missing)' : '';
    const failed = span.failed ? ' ERROR' : '';
    const kind = span.isClient ? ' CLIENT' : '';
    const end = millisecondsOf(span.endedAt) - first;
    return [
      `${indent}${span.name}${kind}${failed} ${seconds(startOf(span) - first)}–${seconds(end)}${lost}`,
      ...attributesOf(span).map((line) => `${indent}    ${line}`),
      ...span.events.map(({ name, at, attributes }) =>
        [
          `${indent}    event ${name} ${seconds(millisecondsOf(at) - first)}`,
          ...attributesOf(span, attributes),
        ].join(`\n${indent}        `),
      ),
      ...span.links.map(({ spanId, attributes }) =>
        [`${indent}    link to ${nameOf(spanId)}`, ...attributesOf(span, attributes)].join(
          `\n${indent}        `,
        ),
      ),
      ...(byParent.get(span.spanId) ?? []).sort(byTime).flatMap((child) => describe(child, depth + 1)),
    ];
  };
  const nameOf = (spanId: string): string =>
    spans.find((span) => span.spanId === spanId)?.name ?? 'a span that is missing';
  const roots = (byParent.get(undefined) ?? []).sort(byTime);
  return `${roots.map((root) => describe(root, 0).join('\n')).join('\n\n')}\n`;
}

/** On every span of a turn or session: said once would be enough. */
const everywhere = new Set(['session.id', 'gen_ai.conversation.id', 'turnspan.turn.id', 'prompt.id']);

function byTime(a: PlainSpan, b: PlainSpan): number {
  return startOf(a) - startOf(b) || a.spanId.localeCompare(b.spanId);
}

function startOf(span: PlainSpan): number {
  return millisecondsOf(span.startedAt);
}

function millisecondsOf(nanoseconds: bigint): number {
  return Number(nanoseconds / 1_000_000n);
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(3)}s`;
}

function textOf(value: unknown): string {
  const list = (value as { values?: readonly Record<string, unknown>[] }).values; // a list, as OTLP has it
  return list === undefined ? String(value) : list.map((one) => String(Object.values(one)[0])).join(', ');
}

function cut(text: string, limit: number): string {
  const line = text.replaceAll('\n', '\\n');
  return line.length > limit ? `${line.slice(0, limit)}…` : line;
}
