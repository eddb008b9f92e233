// In: rows. Out: rows in the tables, each batch in one transaction.
// Always: a batch is kept whole or not at all; a (trace id, span id) is kept once, the first one wins, and each further
// one is noted in duplicate_spans. Calls must not overlap (store.ts sees to it).
import type { DuckDBConnection } from './duckdb.ts';
import { staged } from './schema.ts';
import { type Cell, type Column, type ColumnType, type SpanRecord, SPANS } from './tables.ts';

/** Keeps spans. */
export async function insertSpans(connection: DuckDBConnection, rows: readonly SpanRecord[]): Promise<void> {
  await inTransaction(connection, async () => {
    await appendStage(connection, 'spans_stage', SPANS, rows);
    const inserted = await connection.runAndReadAll(INSERT_NEW);
    const duplicates = placesLeftOut(rows, inserted.getRowsJS());
    if (duplicates.length > 0) await connection.run(NOTE_DUPLICATES, { places: JSON.stringify(duplicates) });
  });
}

/** Keeps rows of a table without identity: metric points, log records. */
export async function insertRows<Row>(
  connection: DuckDBConnection,
  table: 'metric_points' | 'log_records',
  columns: readonly Column<Row>[],
  rows: readonly Row[],
): Promise<void> {
  await inTransaction(connection, async () => {
    await appendStage(connection, `${table}_stage`, columns, rows);
    await connection.run(`INSERT INTO ${table} SELECT ${staged(columns)} FROM ${table}_stage ORDER BY place`);
  });
}

async function inTransaction<T>(connection: DuckDBConnection, work: () => Promise<T>): Promise<T> {
  await connection.run('BEGIN');
  try {
    const result = await work();
    await connection.run('COMMIT');
    return result;
  } catch (error) {
    // After some errors the transaction is gone already.
    await connection.run('ROLLBACK').catch(() => undefined);
    throw error;
  }
}

async function appendStage<Row>(
  connection: DuckDBConnection,
  stage: string,
  columns: readonly Column<Row>[],
  rows: readonly Row[],
): Promise<void> {
  await connection.run(`TRUNCATE ${stage}`);
  const appender = await connection.createAppender(stage, 'main', 'temp');
  try {
    rows.forEach((row, place) => {
      for (const { type, value } of columns) append(appender, type, value(row));
      appender.appendBigInt(BigInt(place));
      appender.endRow();
    });
  } finally {
    appender.closeSync();
  }
}

type Appender = Awaited<ReturnType<DuckDBConnection['createAppender']>>;

function append(appender: Appender, type: ColumnType, cell: Cell): void {
  if (cell === null) {
    appender.appendNull();
    return;
  }
  switch (type) {
    case 'VARCHAR':
    case 'JSON':
      appender.appendVarchar(String(cell));
      return;
    case 'BOOLEAN':
      appender.appendBoolean(Boolean(cell));
      return;
    case 'INTEGER':
      appender.appendInteger(Number(cell));
      return;
    case 'UINTEGER':
      appender.appendUInteger(Number(cell));
      return;
    case 'BIGINT':
    case 'TIMESTAMP_NS':
      appender.appendBigInt(BigInt(cell));
      return;
    case 'UBIGINT':
      appender.appendUBigInt(BigInt(cell));
      return;
    case 'DOUBLE':
      appender.appendDouble(Number(cell));
  }
}

// The primary key's index finds what is there already, however large the table.
const INSERT_NEW = `
  INSERT INTO spans
  SELECT ${staged(SPANS)} FROM spans_stage
  QUALIFY row_number() OVER (PARTITION BY trace_id, span_id ORDER BY place) = 1
  ON CONFLICT DO NOTHING
  RETURNING trace_id || span_id`;

const NOTE_DUPLICATES = `
  INSERT INTO duplicate_spans
  SELECT again.trace_id, again.span_id, again.name, make_timestamp_ns(again.received_at),
    again.content_hash = kept.content_hash
  FROM spans_stage AS again JOIN spans AS kept USING (trace_id, span_id)
  WHERE again.place IN (SELECT unnest(from_json($places, '["BIGINT"]')))
  ORDER BY again.place`;

/** The places of the rows that were not inserted, given the ids of those that were. */
function placesLeftOut(rows: readonly SpanRecord[], inserted: readonly unknown[][]): number[] {
  const fresh = new Set(inserted.map(([id]) => id));
  return rows.flatMap(({ traceId, spanId }, place) => (fresh.delete(traceId + spanId) ? [] : [place]));
}
