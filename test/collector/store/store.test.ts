import { DuckDBInstance } from '@duckdb/node-api';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { StatsView, TraceView } from '../../../collector/query/views.ts';
import { startCollector } from '../../../collector/collector.ts';
import { openStore } from '../../../collector/store/store.ts';
import { BASE, TRACE, id, keyValues, nanos, traceRequest } from '../otlp.ts';
import { collectorForTest, getJson, postJson } from '../support.ts';

test('a span that comes again is kept once, the first stays, and each repetition is noted', async () => {
  const collector = await collectorForTest();
  const send = (...spans: Parameters<typeof traceRequest>[0]) =>
    postJson(collector, '/v1/traces', traceRequest(spans));
  await send({ id: id(1), name: 'first' }, { id: id(2) });
  await send({ id: id(1), name: 'first' });
  expect(await getJson<StatsView>(collector, '/api/stats')).toMatchObject({
    spans: 2,
    duplicateSpans: 1,
    changedDuplicates: 0,
  });
  const response = await send(
    { id: id(1), name: 'second' },
    { id: id(3), name: 'first' },
    { id: id(3), name: 'second' },
  );
  expect([response.status, await response.json()]).toEqual([200, {}]);
  expect(await getJson<StatsView>(collector, '/api/stats')).toMatchObject({
    spans: 3,
    duplicateSpans: 3,
    changedDuplicates: 2,
  });
  const { spans } = await getJson<TraceView>(collector, `/api/traces/${TRACE}`);
  expect(spans.map(({ name }) => name)).toEqual(['first', 'work', 'first']);
});

test('the same spans from many requests at once are kept once', async () => {
  const collector = await collectorForTest();
  const spans = Array.from({ length: 200 }, (_, n) => ({ id: id(n + 1) }));
  const responses = await Promise.all(
    Array.from({ length: 8 }, () => postJson(collector, '/v1/traces', traceRequest(spans))),
  );
  expect(responses.map(({ status }) => status)).toEqual(Array(8).fill(200));
  expect(await getJson<StatsView>(collector, '/api/stats')).toMatchObject({
    spans: 200,
    duplicateSpans: 1400,
  });
});

test('a file keeps everything for the next start, also what comes twice', async () => {
  const file = join(await folder(), 'turnspan.duckdb');
  const first = await startCollector({ port: 0, file });
  await postJson(
    first,
    '/v1/traces',
    traceRequest([{ id: id(1), attributes: { 'session.id': 's', n: 1.5 } }]),
  );
  await postJson(first, '/v1/metrics', METRICS);
  const before = await getJson<TraceView>(first, `/api/traces/${TRACE}`);
  await first.close();

  const second = await collectorForTest({ file });
  expect(await getJson<TraceView>(second, `/api/traces/${TRACE}`)).toEqual(before);
  await postJson(second, '/v1/traces', traceRequest([{ id: id(1) }]));
  expect(await getJson<StatsView>(second, '/api/stats')).toMatchObject({
    spans: 1,
    duplicateSpans: 1,
    metricPoints: 3,
  });
});

test('plain SQL finds spans, metric points and log records by their columns', async () => {
  const file = join(await folder(), 'turnspan.duckdb');
  const collector = await startCollector({ port: 0, file });
  const attributes = {
    'session.id': 's',
    'gen_ai.operation.name': 'chat',
    'gen_ai.request.model': 'claude-sonnet-4-5',
    'gen_ai.usage.input_tokens': 7,
  };
  await postJson(collector, '/v1/traces', traceRequest([{ id: id(1), end: 1500, attributes, error: 'no' }]));
  await postJson(collector, '/v1/metrics', METRICS);
  await postJson(collector, '/v1/logs', {
    resourceLogs: [
      { scopeLogs: [{ logRecords: [{ timeUnixNano: nanos(BASE), body: { stringValue: 'hello' } }] }] },
    ],
  });
  await collector.close();

  expect(
    await sql(
      file,
      `SELECT session_id, operation, model, input_tokens::INTEGER, status_code, strftime(start_time, '%Y-%m-%d %H:%M'),
         duration_ns / 1e9, attributes->>'session.id', resource->>'service.name' FROM spans`,
    ),
  ).toEqual([['s', 'chat', 'claude-sonnet-4-5', 7, 'ERROR', '2026-03-01 12:00', 1.5, 's', 'claude-code']]);
  expect(
    await sql(
      file,
      `SELECT name, type, temporality, monotonic, value, count::INTEGER, sum, detail->>'$.bucketCounts', start_time IS NULL
       FROM metric_points ORDER BY name`,
    ),
  ).toEqual([
    ['duration', 'histogram', 'DELTA', null, null, 3, 4.5, '[1,2]', false],
    ['size', 'exponential_histogram', 'CUMULATIVE', null, null, 2, null, null, true],
    ['tokens', 'sum', 'CUMULATIVE', true, 12, null, null, null, false],
  ]);
  expect(await sql(file, `SELECT body->>'$', trace_id, observed_time FROM log_records`)).toEqual([
    ['hello', null, null],
  ]);
});

test('a newer schema is refused by name and left as it was', async () => {
  const file = join(await folder(), 'turnspan.duckdb');
  await sql(file, 'CREATE TABLE turnspan_schema AS SELECT 99 AS version');
  const refused = await openStore(file);
  expect(refused).toMatchObject({
    ok: false,
    message: expect.stringContaining(`${file} was made by a newer Turnspan`) as string,
  });
  expect(await sql(file, 'SELECT table_name FROM duckdb_tables()')).toEqual([['turnspan_schema']]);
});

test('a database of something else, a text file, a missing folder and a file in use are refused by name', async () => {
  const inside = await folder();
  const foreign = join(inside, 'foreign.duckdb');
  await sql(foreign, 'CREATE TABLE spans (mine INTEGER)');
  const text = join(inside, 'notes.txt');
  await writeFile(text, 'not a database, and longer than one byte\n'.repeat(500));
  const used = join(inside, 'used.duckdb');
  await collectorForTest({ file: used });
  expect(await message(foreign)).toBe(`${foreign} is a database of something else. Choose another file`);
  expect(await message(text)).toContain(`${text} is no DuckDB database`);
  expect(await message(join(inside, 'missing', 'a.duckdb'))).toContain('check that its folder exists');
  await expect(startCollector({ port: 0, file: foreign })).rejects.toMatchObject({ name: 'CollectorError' });
});

const METRICS = {
  resourceMetrics: [
    {
      scopeMetrics: [
        {
          metrics: [
            {
              name: 'tokens',
              sum: {
                aggregationTemporality: 2,
                isMonotonic: true,
                dataPoints: [
                  {
                    startTimeUnixNano: nanos(BASE),
                    timeUnixNano: nanos(BASE + 1),
                    asInt: '12',
                    attributes: keyValues({ type: 'input' }),
                  },
                ],
              },
            },
            {
              name: 'duration',
              histogram: {
                aggregationTemporality: 1,
                dataPoints: [
                  {
                    startTimeUnixNano: nanos(BASE),
                    timeUnixNano: nanos(BASE),
                    count: 3,
                    sum: 4.5,
                    bucketCounts: ['1', '2'],
                    explicitBounds: [1],
                  },
                ],
              },
            },
            {
              name: 'size',
              exponentialHistogram: {
                aggregationTemporality: 2,
                dataPoints: [
                  {
                    timeUnixNano: nanos(BASE),
                    count: '2',
                    scale: 3,
                    positive: { offset: 1, bucketCounts: [2] },
                  },
                ],
              },
            },
          ],
        },
      ],
    },
  ],
};

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'turnspan-store-'));
  onTestFinished(() => rm(path, { recursive: true }));
  return path;
}

async function message(file: string): Promise<string> {
  const opened = await openStore(file);
  return opened.ok ? 'opened' : opened.message;
}

/** Runs SQL on a file that nothing else has open. */
async function sql(file: string, query: string): Promise<unknown[]> {
  const database = await DuckDBInstance.create(file);
  const connection = await database.connect();
  const rows = (await connection.runAndReadAll(query)).getRowsJS();
  connection.closeSync();
  database.closeSync();
  return rows;
}
