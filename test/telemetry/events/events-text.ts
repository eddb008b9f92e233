// Events as a text that a person can read and a diff can show: one below the other by time, times in seconds since the first.
import type { ReadableLogRecord } from '@opentelemetry/sdk-logs';

import { timeOf } from './events-of.ts';

/** `spanName`: what the span with an id is called. */
export function eventsText(
  records: readonly ReadableLogRecord[],
  spanName: (spanId: string) => string | undefined,
): string {
  const first = Math.min(...records.map(timeOf));
  const sorted = [...records].sort((a, b) => timeOf(a) - timeOf(b));
  return `${sorted.map((record) => describe(record, first, spanName)).join('\n')}\n`;
}

function describe(
  record: ReadableLogRecord,
  first: number,
  spanName: (spanId: string) => string | undefined,
): string {
  const { spanContext, severityText, attributes } = record;
  const span =
    spanContext === undefined ? '' : ` of ${spanName(spanContext.spanId) ?? 'a span that is missing'}`;
  const severity = severityText === 'INFO' ? '' : ` ${severityText ?? ''}`;
  const lines = Object.entries(attributes)
    .filter(([name, value]) => !LEFT_OUT.has(name) && value !== 0)
    .map(([name, value]) => `    ${name}: ${cut(textOf(value))}`);
  return [`${seconds(timeOf(record) - first)} ${record.eventName ?? ''}${severity}${span}`, ...lines].join(
    '\n',
  );
}

/** Ids that only say where an event belongs, and sizes that the trees beside the transcripts show. */
const LEFT_OUT = new Set([
  'turnspan.event.id', 'session.id', 'turnspan.turn.id', 'prompt.id', 'agent_id', 'request_id', 'gen_ai.response.id',
  'gen_ai.provider.name', 'gen_ai.request.model', 'tool_use_id', 'turnspan.tool.input_bytes', 'turnspan.tool.result_bytes',
  'turnspan.tool.permission.decision', 'turnspan.tool.permission.source', 'turnspan.turn.permission_mode',
]); // prettier-ignore

/** A list as its values, commas between. */
function textOf(value: ReadableLogRecord['attributes'][string]): string {
  if (Array.isArray(value)) return value.map(textOf).join(', ');
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(3)}s`;
}

function cut(text: string): string {
  const line = text.replaceAll('\n', '\\n');
  return line.length > 100 ? `${line.slice(0, 100)}…` : line;
}
