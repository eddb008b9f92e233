import { deflateSync, gzipSync } from 'node:zlib';
import { createServer } from 'node:http';
import { fromBinary } from '@bufbuild/protobuf';
import { expect, onTestFinished, test } from 'vitest';
import type { StatsView, TraceView } from '../../../collector/query/views.ts';
import { StatusSchema } from '../../../collector/receiver/proto/google/rpc/status_pb.ts';
import { ExportTraceServiceResponseSchema } from '../../../collector/receiver/proto/opentelemetry/proto/collector/trace/v1/trace_service_pb.ts';
import { createReceiver } from '../../../collector/receiver/receiver.ts';
import { openStore } from '../../../collector/store/store.ts';
import { BASE, TRACE, id, keyValues, nanos, traceRequest } from '../otlp.ts';
import { collectorForTest, getJson, postBytes, postJson, rawStatus } from '../support.ts';
import { bytes, fixed64, text } from './wire.ts';

test('a JSON request is stored and answered with an empty message', async () => {
  const collector = await collectorForTest();
  const response = await postJson(
    collector,
    '/v1/traces',
    traceRequest([{ id: id(1) }, { id: id(2), parent: id(1) }]),
  );
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toBe('application/json');
  expect(await response.json()).toEqual({});
  const trace = await getJson<TraceView>(collector, `/api/traces/${TRACE}`);
  expect(trace.spans.map(({ spanId, depth }) => [spanId, depth])).toEqual([
    [id(1), 0],
    [id(2), 1],
  ]);
});

test('protobuf bytes written field by field are stored and answered with an empty message', async () => {
  const collector = await collectorForTest();
  const span = Buffer.concat([
    bytes(1, Buffer.from(TRACE, 'hex')),
    bytes(2, Buffer.from(id(7), 'hex')),
    text(5, 'by hand'),
    fixed64(7, BigInt(nanos(BASE)) + 1n),
    fixed64(8, BigInt(nanos(BASE)) + 5n),
  ]);
  const response = await postBytes(collector, '/v1/traces', bytes(1, bytes(2, bytes(2, span))));
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toBe('application/x-protobuf');
  expect((await response.arrayBuffer()).byteLength).toBe(0);
  const [stored] = (await getJson<TraceView>(collector, `/api/traces/${TRACE}`)).spans;
  expect(stored).toMatchObject({
    spanId: id(7),
    parentSpanId: null,
    name: 'by hand',
    startUnixNano: '1772366400000000001',
    endUnixNano: '1772366400000000005',
    serviceName: 'unknown_service',
  });
});

test('an empty request is fine in both encodings', async () => {
  const collector = await collectorForTest();
  for (const path of ['/v1/traces', '/v1/metrics', '/v1/logs']) {
    expect((await postJson(collector, path, {})).status).toBe(200);
    expect((await postBytes(collector, path, new Uint8Array())).status).toBe(200);
  }
});

test.each([
  ['gzip', gzipSync],
  ['deflate', deflateSync],
  ['identity', (body: Buffer) => body],
] as const)('Content-Encoding %s is understood', async (encoding, pack) => {
  const collector = await collectorForTest();
  const body = pack(Buffer.from(JSON.stringify(traceRequest([{ id: id(1) }]))));
  const response = await postBytes(collector, '/v1/traces', body, {
    'Content-Type': 'application/json; charset=utf-8',
    'Content-Encoding': encoding,
  });
  expect(response.status).toBe(200);
  expect((await getJson<StatsView>(collector, '/api/stats')).spans).toBe(1);
});

test('spans with bad ids or times are rejected by number, the others of the request are kept', async () => {
  const collector = await collectorForTest();
  const good = { id: id(1) };
  const request = traceRequest([
    good,
    { id: '' },
    { id: 'xyz' },
    { id: id(0) },
    { id: id(2), parent: 'abc' },
  ]);
  const response = await postJson(collector, '/v1/traces', request);
  expect(response.status).toBe(200);
  expect(await response.json()).toEqual({
    partialSuccess: {
      rejectedSpans: '4',
      errorMessage: 'invalid span_id: 8 bytes, not all zero, are needed',
    },
  });
  expect(await getJson<StatsView>(collector, '/api/stats')).toMatchObject({ spans: 1, rejectedRecords: 4 });
});

test('times past what a database can hold are rejected, the last one that it can is kept', async () => {
  const collector = await collectorForTest();
  const send = async (end: bigint) => {
    const span = `"traceId": "${TRACE}", "spanId": "${id(Number(end % 1000n))}", "endTimeUnixNano": "${end}"`;
    const response = await postJson(
      collector,
      '/v1/traces',
      `{"resourceSpans":[{"scopeSpans":[{"spans":[{${span}}]}]}]}`,
    );
    return await response.json();
  };
  const rejected = {
    partialSuccess: { rejectedSpans: '1', errorMessage: 'invalid time: after the year 2262' },
  };
  expect(await send(2n ** 64n - 1n)).toEqual(rejected);
  expect(await send(2n ** 63n - 1n)).toEqual(rejected);
  expect(await send(2n ** 63n - 2n)).toEqual({});
  const { spans } = await getJson<TraceView>(collector, `/api/traces/${TRACE}`);
  expect(spans).toMatchObject([{ startUnixNano: '0', endUnixNano: String(2n ** 63n - 2n) }]);
});

test('a partial success of a protobuf request is told in protobuf', async () => {
  const collector = await collectorForTest();
  const response = await postBytes(collector, '/v1/traces', bytes(1, bytes(2, bytes(2, text(5, 'no ids')))));
  const message = fromBinary(ExportTraceServiceResponseSchema, new Uint8Array(await response.arrayBuffer()));
  expect(message.partialSuccess).toMatchObject({
    rejectedSpans: 1n,
    errorMessage: 'invalid trace_id: 16 bytes, not all zero, are needed',
  });
});

test.each([
  ['no JSON', 'application/json', '{"resourceSpans": ['],
  ['a JSON list', 'application/json', '[]'],
  ['a field of the wrong type', 'application/json', '{"resourceSpans": [{"scopeSpans": 5}]}'],
  ['cut protobuf', 'application/x-protobuf', '\x0a\x50\x12'],
])('%s is 400 with a google.rpc.Status in the encoding of the request', async (_, type, body) => {
  const collector = await collectorForTest();
  const response = await postBytes(collector, '/v1/traces', Buffer.from(body, 'latin1'), {
    'Content-Type': type,
  });
  expect(response.status).toBe(400);
  expect(response.headers.get('content-type')).toBe(type);
  const answer = new Uint8Array(await response.arrayBuffer());
  const status =
    type === 'application/json'
      ? (JSON.parse(new TextDecoder().decode(answer)) as unknown)
      : fromBinary(StatusSchema, answer);
  expect(status).toMatchObject({ code: 3, message: `the body is no OTLP traces request in ${type}` });
});

test('invalid UTF-8, broken gzip and endless nesting are 400', async () => {
  const collector = await collectorForTest();
  const json = { 'Content-Type': 'application/json' };
  expect((await postBytes(collector, '/v1/traces', Buffer.from([0x22, 0xff, 0x22]), json)).status).toBe(400);
  const packed = { ...json, 'Content-Encoding': 'gzip' };
  expect((await postBytes(collector, '/v1/traces', gzipSync('{}').subarray(0, 12), packed)).status).toBe(400);
  const value = `${'{"arrayValue":{"values":['.repeat(20_000)}${']}}'.repeat(20_000)}`;
  const nested = `{"resourceSpans":[{"resource":{"attributes":[{"key":"deep","value":${value}}]}}]}`;
  expect((await postJson(collector, '/v1/traces', nested)).status).toBe(400);
});

test('more than 16 MiB on the wire is 413, told or not, and the collector goes on', async () => {
  const collector = await collectorForTest();
  const body = Buffer.alloc(40 * 1024 * 1024, ' ');
  expect((await postJson(collector, '/v1/traces', body.toString())).status).toBe(413);
  const chunked = await fetch(`${collector.url}/v1/traces`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: new Blob([body]).stream(),
    duplex: 'half',
  });
  expect(chunked.status).toBe(413);
  expect((await postJson(collector, '/v1/traces', {})).status).toBe(200);
});

test('more than 64 MiB unpacked is 413', async () => {
  const collector = await collectorForTest();
  const bomb = gzipSync(Buffer.alloc(65 * 1024 * 1024, ' '));
  expect((await postBytes(collector, '/v1/traces', bomb, { 'Content-Encoding': 'gzip' })).status).toBe(413);
});

test('unknown types, charsets and encodings are 415', async () => {
  const collector = await collectorForTest();
  for (const headers of [
    { 'Content-Type': 'text/plain' },
    { 'Content-Type': 'application/json; charset=latin1' },
    { 'Content-Encoding': 'br' },
  ]) {
    const response = await postBytes(collector, '/v1/traces', new Uint8Array(), headers);
    expect(response.status).toBe(415);
  }
  const response = await postBytes(collector, '/v1/traces', new Uint8Array(), { 'Content-Encoding': 'zstd' });
  expect(response.headers.get('accept-encoding')).toBe('gzip, deflate, identity');
});

test('other methods are 405 with Allow, other paths are 404', async () => {
  const collector = await collectorForTest();
  const response = await fetch(`${collector.url}/v1/logs`);
  expect([response.status, response.headers.get('allow')]).toEqual([405, 'POST']);
  const host = { Host: `127.0.0.1:${collector.port}` };
  expect(await rawStatus(collector, 'PUT', '/v1/traces', host)).toBe(405);
  expect(await rawStatus(collector, 'GET', '/v1/profiles', host)).toBe(404);
});

test('a store that cannot keep data is 503 with Retry-After', async () => {
  const opened = await openStore(undefined);
  if (!opened.ok) throw new Error(opened.message);
  const receiver = createReceiver(opened.value);
  await opened.value.close();
  const server = createServer((request, response) => void receiver.handle('/v1/traces', request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as { port: number };
  const response = await fetch(`http://127.0.0.1:${port}/`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(traceRequest([{ id: id(1) }])),
  });
  expect([response.status, response.headers.get('retry-after')]).toEqual([503, '5']);
  expect(await response.json()).toMatchObject({ code: 14 });
});

test('log records are stored with their body and ids', async () => {
  const collector = await collectorForTest();
  const record = {
    timeUnixNano: nanos(BASE),
    severityNumber: 9,
    severityText: 'INFO',
    eventName: 'turnspan.prompt',
    body: { stringValue: 'hello' },
    traceId: TRACE,
    spanId: id(1),
    attributes: keyValues({ 'session.id': 's' }),
  };
  const request = {
    resourceLogs: [{ scopeLogs: [{ logRecords: [record, { body: { kvlistValue: {} } }] }] }],
  };
  expect((await postJson(collector, '/v1/logs', request)).status).toBe(200);
  expect((await getJson<StatsView>(collector, '/api/stats')).logRecords).toBe(2);
});
