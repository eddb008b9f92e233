// In: an open database. Out: one with the tables of this version, or why it cannot be used.
// Always: a database that something else made, or a newer version, is left as it was. The schema is made in one
// transaction: a crash leaves all of it or nothing.
import type { DuckDBConnection } from './duckdb.ts';
import { type Column, type ColumnType, LOG_RECORDS, METRIC_POINTS, SPANS } from './tables.ts';

export const SCHEMA_VERSION = 1;

/** Makes or checks the schema. The result is `null`, or a sentence for the user; `file` is how it names the database. */
export async function prepareSchema(connection: DuckDBConnection, file: string): Promise<string | null> {
  const found = await foundVersion(connection);
  if (found === SCHEMA_VERSION) return null;
  if (found === 'empty') {
    await createSchema(connection);
    return null;
  }
  if (found === 'foreign') return `${file} is a database of something else. Choose another file`;
  return (
    `${file} was made by a newer Turnspan (schema ${found}, this one knows ${SCHEMA_VERSION}). ` +
    'Update Turnspan, or choose another file'
  );
}

async function foundVersion(connection: DuckDBConnection): Promise<number | 'empty' | 'foreign'> {
  const tables = await connection.runAndReadAll('SELECT table_name FROM duckdb_tables() WHERE NOT internal');
  const names = tables.getRowsJS().flat();
  if (names.length === 0) return 'empty';
  if (!names.includes('turnspan_schema')) return 'foreign';
  const [[version] = []] = (
    await connection.runAndReadAll('SELECT max(version) FROM turnspan_schema')
  ).getRowsJS();
  return typeof version === 'number' ? version : 'foreign';
}

async function createSchema(connection: DuckDBConnection): Promise<void> {
  await connection.run('BEGIN');
  await connection.run(`
    CREATE TABLE turnspan_schema (version INTEGER NOT NULL);
    INSERT INTO turnspan_schema VALUES (${SCHEMA_VERSION});
    CREATE TABLE spans (${definitions(SPANS)}, PRIMARY KEY (trace_id, span_id));
    CREATE TABLE metric_points (${definitions(METRIC_POINTS)});
    CREATE TABLE log_records (${definitions(LOG_RECORDS)});
    -- Spans that came again. The first stays; same_content tells whether this one said the same.
    CREATE TABLE duplicate_spans (
      trace_id VARCHAR, span_id VARCHAR, name VARCHAR, received_at TIMESTAMP_NS, same_content BOOLEAN
    );
  `);
  await connection.run('COMMIT');
}

/** Makes the tables, living as long as the connection, in which a batch waits for its check. */
export async function createStages(connection: DuckDBConnection): Promise<void> {
  await connection.run(`
    CREATE TEMP TABLE spans_stage (${stageDefinitions(SPANS)}, place BIGINT);
    CREATE TEMP TABLE metric_points_stage (${stageDefinitions(METRIC_POINTS)}, place BIGINT);
    CREATE TEMP TABLE log_records_stage (${stageDefinitions(LOG_RECORDS)}, place BIGINT);
  `);
}

function definitions<Row>(columns: readonly Column<Row>[]): string {
  return columns.map(({ name, type }) => `"${name}" ${type}`).join(', ');
}

function stageDefinitions<Row>(columns: readonly Column<Row>[]): string {
  return columns.map(({ name, type }) => `"${name}" ${STAGE_TYPES[type] ?? type}`).join(', ');
}

/** Appending plain values is fastest; the insert from the stage converts (see `staged`). */
const STAGE_TYPES: Readonly<Partial<Record<string, string>>> = { JSON: 'VARCHAR', TIMESTAMP_NS: 'BIGINT' };

/** The select list that turns a stage's columns into the table's. */
export function staged<Row>(columns: readonly Column<Row>[]): string {
  return columns.map(({ name, type }) => `${conversion(name, type)} AS "${name}"`).join(', ');
}

function conversion(name: string, type: ColumnType): string {
  if (type === 'JSON') return `"${name}"::JSON`;
  return type === 'TIMESTAMP_NS' ? `make_timestamp_ns("${name}")` : `"${name}"`;
}
