// The columns of each table, in order: name, type, and the value that a row has in it. Tables, staging tables and
// appends are all made from these lists, so that they cannot disagree.
// A change here is a new schema version (schema.ts).
import { createHash } from 'node:crypto';
import type { LogRow, MetricPoint, Origin, SpanRow } from '../model.ts';
import { type SpanFacts, factsOf, serviceNameOf, sessionIdOf } from './facts.ts';

export type Cell = string | number | bigint | boolean | null;
export type ColumnType =
  'VARCHAR' | 'JSON' | 'BOOLEAN' | 'INTEGER' | 'UINTEGER' | 'BIGINT' | 'UBIGINT' | 'DOUBLE' | 'TIMESTAMP_NS';

export interface Column<Row> {
  readonly name: string;
  readonly type: ColumnType;
  readonly value: (row: Row) => Cell;
}

/** A row with the time at which it was received, in Unix milliseconds. */
export type Received<Row> = Row & { readonly receivedAt: number };
export type SpanRecord = Received<SpanRow> & { readonly facts: SpanFacts };

export function spanRecord(row: SpanRow, receivedAt: number): SpanRecord {
  return { ...row, receivedAt, facts: factsOf(row) };
}

/** What a span says. */
const SPAN_CONTENT: readonly Column<SpanRecord>[] = [
  column('trace_id', 'VARCHAR', (row) => row.traceId),
  column('span_id', 'VARCHAR', (row) => row.spanId),
  column('parent_span_id', 'VARCHAR', (row) => row.parentSpanId),
  column('name', 'VARCHAR', (row) => row.name),
  column('kind', 'VARCHAR', (row) => row.kind),
  column('start_time', 'TIMESTAMP_NS', (row) => row.startUnixNano),
  column('end_time', 'TIMESTAMP_NS', (row) => row.endUnixNano),
  column('duration_ns', 'BIGINT', (row) => row.endUnixNano - row.startUnixNano),
  column('status_code', 'VARCHAR', (row) => row.statusCode),
  column('status_message', 'VARCHAR', (row) => row.statusMessage),
  column('service_name', 'VARCHAR', (row) => row.facts.serviceName),
  column('session_id', 'VARCHAR', (row) => row.facts.sessionId),
  column('turn_id', 'VARCHAR', (row) => row.facts.turnId),
  column('turn_number', 'BIGINT', (row) => row.facts.turnNumber),
  column('turn_status', 'VARCHAR', (row) => row.facts.turnStatus),
  column('prompt', 'VARCHAR', (row) => row.facts.prompt),
  column('operation', 'VARCHAR', (row) => row.facts.operation),
  column('agent_name', 'VARCHAR', (row) => row.facts.agentName),
  column('tool_name', 'VARCHAR', (row) => row.facts.toolName),
  column('model', 'VARCHAR', (row) => row.facts.model),
  column('input_tokens', 'BIGINT', (row) => row.facts.inputTokens),
  column('output_tokens', 'BIGINT', (row) => row.facts.outputTokens),
  column('attributes', 'JSON', (row) => JSON.stringify(row.attributes)),
  column('events', 'JSON', (row) => stringify(row.events)),
  column('links', 'JSON', (row) => JSON.stringify(row.links)),
  column('dropped', 'JSON', (row) => JSON.stringify(row.dropped)),
  column('trace_state', 'VARCHAR', (row) => row.traceState),
  column('flags', 'UINTEGER', (row) => row.flags),
  ...originColumns<SpanRecord>(),
];

export const SPANS: readonly Column<SpanRecord>[] = [
  ...SPAN_CONTENT,
  column('content_hash', 'VARCHAR', (row) => contentHash(row)),
  receivedAt(),
];

export const METRIC_POINTS: readonly Column<Received<MetricPoint>>[] = [
  column('name', 'VARCHAR', (row) => row.name),
  column('type', 'VARCHAR', (row) => row.type),
  column('unit', 'VARCHAR', (row) => row.unit),
  column('time', 'TIMESTAMP_NS', (row) => row.timeUnixNano),
  column('start_time', 'TIMESTAMP_NS', (row) => row.startUnixNano),
  column('value', 'DOUBLE', (row) => row.value),
  column('count', 'UBIGINT', (row) => row.count),
  column('sum', 'DOUBLE', (row) => row.sum),
  column('min', 'DOUBLE', (row) => row.min),
  column('max', 'DOUBLE', (row) => row.max),
  column('temporality', 'VARCHAR', (row) => row.temporality),
  column('monotonic', 'BOOLEAN', (row) => row.monotonic),
  column('service_name', 'VARCHAR', (row) => serviceNameOf(row.resource)),
  column('session_id', 'VARCHAR', (row) => sessionIdOf(row.attributes, row.resource)),
  column('attributes', 'JSON', (row) => JSON.stringify(row.attributes)),
  column('detail', 'JSON', (row) => JSON.stringify(row.detail)),
  column('exemplars', 'JSON', (row) => JSON.stringify(row.exemplars)),
  column('description', 'VARCHAR', (row) => row.description),
  column('flags', 'UINTEGER', (row) => row.flags),
  ...originColumns<Received<MetricPoint>>(),
  receivedAt(),
];

export const LOG_RECORDS: readonly Column<Received<LogRow>>[] = [
  column('time', 'TIMESTAMP_NS', (row) => row.timeUnixNano),
  column('observed_time', 'TIMESTAMP_NS', (row) => row.observedUnixNano),
  column('severity_number', 'INTEGER', (row) => row.severityNumber),
  column('severity_text', 'VARCHAR', (row) => row.severityText),
  column('event_name', 'VARCHAR', (row) => row.eventName),
  column('body', 'JSON', (row) => JSON.stringify(row.body)),
  column('trace_id', 'VARCHAR', (row) => row.traceId),
  column('span_id', 'VARCHAR', (row) => row.spanId),
  column('service_name', 'VARCHAR', (row) => serviceNameOf(row.resource)),
  column('session_id', 'VARCHAR', (row) => sessionIdOf(row.attributes, row.resource)),
  column('attributes', 'JSON', (row) => JSON.stringify(row.attributes)),
  column('flags', 'UINTEGER', (row) => row.flags),
  ...originColumns<Received<LogRow>>(),
  receivedAt(),
];

function originColumns<Row extends Origin>(): Column<Row>[] {
  return [
    column('resource', 'JSON', (row) => JSON.stringify(row.resource)),
    column('scope_name', 'VARCHAR', (row) => row.scopeName),
    column('scope_version', 'VARCHAR', (row) => row.scopeVersion),
    column('scope_attributes', 'JSON', (row) => JSON.stringify(row.scopeAttributes)),
  ];
}

function receivedAt(): Column<Received<unknown>> {
  return column('received_at', 'TIMESTAMP_NS', (row) => BigInt(row.receivedAt) * 1_000_000n);
}

/** Equal for two spans that say the same: made of all columns but when it came. */
function contentHash(row: SpanRecord): string {
  const hash = createHash('sha256');
  for (const { value } of SPAN_CONTENT) hash.update(`${String(value(row))}\0`);
  return hash.digest('hex').slice(0, 16);
}

function column<Row>(name: string, type: ColumnType, value: (row: Row) => Cell): Column<Row> {
  return { name, type, value };
}

/** JSON with times as decimal strings, as in OTLP's own JSON form. */
function stringify(value: unknown): string {
  return JSON.stringify(value, (_, each: unknown) => (typeof each === 'bigint' ? each.toString() : each));
}
