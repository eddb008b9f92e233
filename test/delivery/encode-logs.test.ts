// Log records as OTLP requests, read back by the official schema; and their limits.
import { fromBinary } from '@bufbuild/protobuf';
import { describe, expect, test } from 'vitest';

import { ExportLogsServiceRequestSchema } from '../../collector/receiver/proto/opentelemetry/proto/collector/logs/v1/logs_service_pb.ts';
import { encodeLogRequests, encodeLogs } from '../../src/delivery/encode-logs.ts';
import { encodingOf } from '../../src/delivery/encode.ts';
import { everyThing } from '../telemetry/every-thing.ts';
import { idOf, recordsOf } from '../telemetry/events/events-of.ts';

const records = recordsOf(everyThing, 'full');

describe('encodeLogs', () => {
  test('writes name, id, time, severity and trace context to protobuf', () => {
    const request = fromBinary(ExportLogsServiceRequestSchema, encodeLogs(records, 'protobuf'));
    const scopeLogs = request.resourceLogs.flatMap((one) => one.scopeLogs);
    expect(scopeLogs.map(({ scope }) => scope?.name)).toEqual(['turnspan']);
    const logs = scopeLogs.flatMap(({ logRecords }) => logRecords);
    expect(logs.map(({ eventName }) => eventName)).toEqual(records.map(({ eventName }) => eventName));
    const [record] = records;
    const [log] = logs;
    expect(Buffer.from(log?.traceId ?? []).toString('hex')).toBe(record?.spanContext?.traceId);
    expect(Buffer.from(log?.spanId ?? []).toString('hex')).toBe(record?.spanContext?.spanId);
    expect(log?.timeUnixNano).toBe(1_000_000_000n);
    expect(log?.observedTimeUnixNano).toBe(1_000_000_000n);
    expect(log?.severityNumber).toBe(9);
    expect(log?.severityText).toBe('INFO');
    const id = log?.attributes.find(({ key }) => key === 'turnspan.event.id')?.value?.value.value;
    expect(id).toBe(record && idOf(record));
  });

  test('writes the same to JSON', () => {
    const text = new TextDecoder().decode(encodeLogs(records.slice(0, 1), 'json'));
    const request = JSON.parse(text) as { resourceLogs: { scopeLogs: { logRecords: unknown[] }[] }[] };
    expect(request.resourceLogs[0]?.scopeLogs[0]?.logRecords[0]).toMatchObject({
      timeUnixNano: '1000000000',
      eventName: 'turnspan.prompt',
      severityNumber: 9,
      ...(records[0]?.spanContext && {
        traceId: records[0].spanContext.traceId,
        spanId: records[0].spanContext.spanId,
      }),
    });
  });

  test.each(['json', 'protobuf'] as const)(
    'can be told as %s from its first byte, and is the same again',
    (encoding) => {
      const bytes = encodeLogs(records, encoding);
      expect(encodingOf(bytes)).toBe(encoding);
      expect(encodeLogs(recordsOf(everyThing, 'full'), encoding)).toEqual(bytes);
    },
  );
});

describe.each(['json', 'protobuf'] as const)('requests in %s', (encoding) => {
  test('hold all records in order, not more than they may', () => {
    const requests = encodeLogRequests(records, encoding, { bytes: 1e6, spans: 7 });
    expect(requests.reduce((sum, { spans }) => sum + spans, 0)).toBe(records.length);
    expect(Math.max(...requests.map(({ spans }) => spans))).toBe(7);
    const parts = requests.map((_, n) => encodeLogs(records.slice(n * 7, n * 7 + 7), encoding));
    expect(requests.map(({ bytes }) => bytes)).toEqual(parts);
  });

  test('stay under the size limit, but for a record that alone is over it', () => {
    const requests = encodeLogRequests(records, encoding, { bytes: 3_000, spans: 512 });
    expect(requests.filter(({ bytes, spans }) => bytes.length > 3_000 && spans > 1)).toEqual([]);
    expect(requests.reduce((sum, { spans }) => sum + spans, 0)).toBe(records.length);
  });

  test('of no records are none', () => {
    expect(encodeLogRequests([], encoding)).toEqual([]);
  });
});
