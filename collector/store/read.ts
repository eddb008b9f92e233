// In: questions about what is kept. Out: rows, ready for query/. All SQL that reads stands here.
import type { TurnPart } from '../query/turns.ts';
import type { GroupView, SpanView } from '../query/views.ts';
import type { DuckDBConnection } from './duckdb.ts';

/** Lists show the newest groups and turns only, as many as this. */
const LIST_LIMIT = 500;

/** Sessions, the newest first. */
export async function readSessions(connection: DuckDBConnection): Promise<GroupView[]> {
  return groups(connection, 'session_id', 'session_id IS NOT NULL');
}

/** Services with traces in which no span names a session, the newest first. */
export async function readServices(connection: DuckDBConnection): Promise<GroupView[]> {
  return groups(connection, 'service_name', WITHOUT_SESSION);
}

/** The parts of all turns of a session. */
export async function readSessionTurns(connection: DuckDBConnection, sessionId: string): Promise<TurnPart[]> {
  return parts(connection, 'trace_id IN (SELECT trace_id FROM spans WHERE session_id = $id)', sessionId);
}

/** The traces of a service that belong to no session. */
export async function readServiceTraces(
  connection: DuckDBConnection,
  serviceName: string,
): Promise<TurnPart[]> {
  const ofService = 'trace_id IN (SELECT trace_id FROM spans WHERE service_name = $id)';
  return parts(connection, `${ofService} AND ${WITHOUT_SESSION}`, serviceName);
}

/** All spans of a trace. */
export async function readTrace(connection: DuckDBConnection, traceId: string): Promise<SpanView[]> {
  const result = await connection.runAndReadAll(TRACE, { id: traceId });
  return result.getRowsJS().map(([json]) => JSON.parse(json as string) as SpanView); // as TRACE selects it
}

/** How much is kept. */
export async function readCounts(connection: DuckDBConnection): Promise<{
  spans: number;
  duplicateSpans: number;
  changedDuplicates: number;
  metricPoints: number;
  logRecords: number;
}> {
  const result = await connection.runAndReadAll(`SELECT
    (SELECT count(*) FROM spans)::INTEGER,
    (SELECT count(*) FROM duplicate_spans)::INTEGER,
    (SELECT count(*) FROM duplicate_spans WHERE NOT same_content)::INTEGER,
    (SELECT count(*) FROM metric_points)::INTEGER,
    (SELECT count(*) FROM log_records)::INTEGER`);
  const [row = []] = result.getRowsJS();
  const [spans = 0, duplicateSpans = 0, changedDuplicates = 0, metricPoints = 0, logRecords = 0] =
    row.map(Number);
  return { spans, duplicateSpans, changedDuplicates, metricPoints, logRecords };
}

const WITHOUT_SESSION = 'trace_id NOT IN (SELECT trace_id FROM spans WHERE session_id IS NOT NULL)';

// Tokens are summed over API responses only: an agent's span repeats those of its responses.
const SUMS = `
  count(*)::DOUBLE AS spans,
  count(*) FILTER (status_code = 'ERROR')::DOUBLE AS errors,
  coalesce(sum(input_tokens) FILTER (operation IS DISTINCT FROM 'invoke_agent'), 0)::DOUBLE AS "inputTokens",
  coalesce(sum(output_tokens) FILTER (operation IS DISTINCT FROM 'invoke_agent'), 0)::DOUBLE AS "outputTokens"`;

async function groups(
  connection: DuckDBConnection,
  by: 'session_id' | 'service_name',
  condition: string,
): Promise<GroupView[]> {
  const result = await connection.runAndReadAll(`
    SELECT ${by} AS id, arg_min(service_name, start_time) AS "serviceName",
      epoch_ns(min(start_time))::VARCHAR AS "startUnixNano", epoch_ns(max(end_time))::VARCHAR AS "endUnixNano",
      count(DISTINCT trace_id)::DOUBLE AS traces, ${SUMS}
    FROM spans WHERE ${condition}
    GROUP BY ${by} ORDER BY max(start_time) DESC LIMIT ${LIST_LIMIT}`);
  return result.getRowObjectsJS() as unknown as GroupView[]; // the select list is this shape
}

async function parts(connection: DuckDBConnection, condition: string, id: string): Promise<TurnPart[]> {
  const result = await connection.runAndReadAll(
    `
    WITH chosen AS (
      SELECT *, CASE WHEN turn_status IS NOT NULL THEN 0 WHEN parent_span_id IS NULL THEN 1 END AS root_rank
      FROM spans WHERE ${condition}
    )
    SELECT trace_id AS "traceId", turn_id AS "turnId", min(turn_number)::DOUBLE AS number,
      arg_min(span_id, (root_rank, start_time)) FILTER (root_rank IS NOT NULL) AS "rootSpanId",
      arg_min(name, (root_rank, start_time)) FILTER (root_rank IS NOT NULL) AS "rootName",
      arg_min(turn_status, start_time) FILTER (root_rank = 0) AS status,
      arg_min(prompt, start_time) FILTER (root_rank = 0) AS prompt,
      arg_min(name, start_time) AS "firstName",
      epoch_ns(min(start_time)) AS "startUnixNano", epoch_ns(max(end_time)) AS "endUnixNano", ${SUMS}
    FROM chosen GROUP BY trace_id, turn_id ORDER BY max(start_time) DESC LIMIT ${LIST_LIMIT}`,
    { id },
  );
  return result.getRowObjectsJS() as unknown as TurnPart[]; // the select list is this shape
}

const TRACE = `
  SELECT json_object(
    'traceId', trace_id, 'spanId', span_id, 'parentSpanId', parent_span_id, 'name', name, 'kind', kind,
    'startUnixNano', epoch_ns(start_time)::VARCHAR, 'endUnixNano', epoch_ns(end_time)::VARCHAR,
    'statusCode', status_code, 'statusMessage', status_message, 'serviceName', service_name,
    'attributes', attributes, 'events', events, 'links', links, 'resource', resource,
    'scopeName', scope_name, 'scopeVersion', scope_version, 'scopeAttributes', scope_attributes,
    'traceState', trace_state, 'flags', flags, 'dropped', dropped
  )::VARCHAR
  FROM spans WHERE trace_id = $id ORDER BY start_time, span_id`;
