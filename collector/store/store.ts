// In: rows from the receiver. Out: answers for query/ and web/. DuckDB underneath, in a file or in memory.
// Always: a write that has returned is on disk (in a file database) and seen by every later read; writes go one after
// the other, whatever the number of callers. A crash loses only writes that had not returned.
import type { TurnPart } from '../query/turns.ts';
import type { GroupView, SpanView } from '../query/views.ts';
import type { LogRow, MetricPoint, SpanRow } from '../model.ts';
import { type DuckDBConnection, type DuckDBInstance, type Loaded, openDatabase } from './duckdb.ts';
import {
  readCounts,
  readServiceTraces,
  readServices,
  readSessionTurns,
  readSessions,
  readTrace,
} from './read.ts';
import { createStages, prepareSchema } from './schema.ts';
import { LOG_RECORDS, METRIC_POINTS, spanRecord } from './tables.ts';
import { insertRows, insertSpans } from './write.ts';

export interface Store {
  /** Keeps each (trace id, span id) once; the first wins, further ones are noted in `duplicate_spans`. */
  writeSpans(rows: readonly SpanRow[]): Promise<void>;
  writeMetricPoints(rows: readonly MetricPoint[]): Promise<void>;
  writeLogRecords(rows: readonly LogRow[]): Promise<void>;
  sessions(): Promise<GroupView[]>;
  services(): Promise<GroupView[]>;
  sessionTurns(sessionId: string): Promise<TurnPart[]>;
  serviceTraces(serviceName: string): Promise<TurnPart[]>;
  /** Empty for an unknown trace. */
  trace(traceId: string): Promise<SpanView[]>;
  counts(): ReturnType<typeof readCounts>;
  /** Grows with every write of this process. */
  readonly writes: number;
  /** Waits for writes under way, then closes the database. */
  close(): Promise<void>;
}

/** Opens the store. A failure is a sentence for the user: no DuckDB, a file in use, a newer schema, … */
export async function openStore(
  file: string | undefined,
  now: () => number = Date.now,
): Promise<Loaded<Store>> {
  const database = await openDatabase(file);
  if (!database.ok) return database;
  const writer = await database.value.connect();
  const refusal = await prepareSchema(writer, file ?? 'memory');
  if (refusal !== null) {
    writer.closeSync();
    database.value.closeSync();
    return { ok: false, message: refusal };
  }
  await createStages(writer);
  return { ok: true, value: storeOn(database.value, writer, await database.value.connect(), now) };
}

function storeOn(
  database: DuckDBInstance,
  writer: DuckDBConnection,
  reader: DuckDBConnection,
  now: () => number,
): Store {
  let writes = 0;
  let last: Promise<unknown> = Promise.resolve();

  /** Runs `work` after all writes before it, whether they succeeded or not. */
  async function inTurn(work: () => Promise<unknown>): Promise<void> {
    const turn = last.then(work);
    last = turn.catch(() => undefined);
    await turn;
    writes++;
  }

  return {
    writeSpans: (rows) =>
      inTurn(() =>
        insertSpans(
          writer,
          rows.map((row) => spanRecord(row, now())),
        ),
      ),
    writeMetricPoints: (rows) =>
      inTurn(() => insertRows(writer, 'metric_points', METRIC_POINTS, stamped(rows))),
    writeLogRecords: (rows) => inTurn(() => insertRows(writer, 'log_records', LOG_RECORDS, stamped(rows))),
    sessions: () => readSessions(reader),
    services: () => readServices(reader),
    sessionTurns: (sessionId) => readSessionTurns(reader, sessionId),
    serviceTraces: (serviceName) => readServiceTraces(reader, serviceName),
    trace: (traceId) => readTrace(reader, traceId),
    counts: () => readCounts(reader),
    get writes() {
      return writes;
    },
    async close() {
      await last;
      reader.closeSync();
      writer.closeSync();
      database.closeSync();
    },
  };

  function stamped<Row>(rows: readonly Row[]): (Row & { receivedAt: number })[] {
    const receivedAt = now();
    return rows.map((row) => ({ ...row, receivedAt }));
  }
}
