import { expect, test } from 'vitest';
import type { TraceView } from '../../../collector/query/views.ts';
import type { Collector } from '../../../collector/collector.ts';
import { TRACE, id } from '../otlp.ts';
import { collectorForTest, getJson, postJson } from '../support.ts';

test('ids are hex in either case, times are strings or numbers, and no digit is lost', async () => {
  const collector = await collectorForTest();
  const span = await roundTrip(
    collector,
    `"traceId": "${TRACE.toUpperCase()}", "spanId": "EEE19B7EC3C1B174", "parentSpanId": "",
     "startTimeUnixNano": 1544712660123456789, "endTimeUnixNano": "1544712661123456789"`,
  );
  expect(span).toMatchObject({
    traceId: TRACE,
    spanId: 'eee19b7ec3c1b174',
    parentSpanId: null,
    startUnixNano: '1544712660123456789',
    endUnixNano: '1544712661123456789',
  });
});

test('unknown fields are ignored, enums are integers, nulls are defaults', async () => {
  const collector = await collectorForTest();
  const span = await roundTrip(
    collector,
    `${IDS}, "kind": 3, "status": {"code": 2, "message": "no", "new": {}}, "novelty": [1, {"a": null}], "links": null`,
  );
  expect(span).toMatchObject({ kind: 'CLIENT', statusCode: 'ERROR', statusMessage: 'no', links: [] });
});

test('an enum value of a newer protocol does not cost the span', async () => {
  const collector = await collectorForTest();
  expect(await roundTrip(collector, `${IDS}, "kind": 77`)).toMatchObject({ kind: 'UNSPECIFIED' });
});

test('every kind of attribute value arrives as JSON', async () => {
  const collector = await collectorForTest();
  const span = await roundTrip(
    collector,
    `${IDS}, "attributes": [
      {"key": "text", "value": {"stringValue": "a \\" 12345678901234567890 \\\\"}},
      {"key": "yes", "value": {"boolValue": true}},
      {"key": "int", "value": {"intValue": "42"}},
      {"key": "int as number", "value": {"intValue": 42}},
      {"key": "long", "value": {"intValue": "9007199254740993"}},
      {"key": "long as number", "value": {"intValue": -9007199254740993}},
      {"key": "double", "value": {"doubleValue": 0.1234567890123456789}},
      {"key": "not a number", "value": {"doubleValue": "NaN"}},
      {"key": "list", "value": {"arrayValue": {"values": [{"intValue": 1}, {"stringValue": "b"}, {}]}}},
      {"key": "map", "value": {"kvlistValue": {"values": [{"key": "__proto__", "value": {"boolValue": false}}]}}},
      {"key": "bytes", "value": {"bytesValue": "AQID"}},
      {"key": "traceId", "value": {"stringValue": "not an id"}},
      {"key": "lone \\ud800", "value": {"stringValue": "\\ud800 \\u0000 end"}},
      {"key": "empty"}
    ]`,
  );
  expect(span?.attributes).toEqual({
    text: 'a " 12345678901234567890 \\',
    yes: true,
    int: 42,
    'int as number': 42,
    long: '9007199254740993',
    'long as number': '-9007199254740993',
    double: 0.12345678901234568,
    'not a number': 'NaN',
    list: [1, 'b', null],
    map: JSON.parse('{"__proto__": false}') as unknown,
    bytes: 'AQID',
    traceId: 'not an id',
    'lone \ufffd': '\ufffd \0 end',
    empty: null,
  });
});

test('events and links arrive with their attributes, resource and scope with theirs', async () => {
  const collector = await collectorForTest();
  const value = '{"key": "k", "value": {"intValue": 1}}';
  const span = await roundTrip(
    collector,
    `${IDS}, "traceState": "a=1", "flags": 257, "droppedEventsCount": 2,
     "events": [{"name": "e", "timeUnixNano": "1544712660123456789", "attributes": [${value}]}],
     "links": [{"traceId": "${TRACE}", "spanId": "${id(9)}", "attributes": [${value}]}]`,
  );
  expect(span).toMatchObject({
    traceState: 'a=1',
    flags: 257,
    dropped: { attributes: 0, events: 2, links: 0 },
    events: [{ name: 'e', timeUnixNano: '1544712660123456789', attributes: { k: 1 } }],
    links: [{ traceId: TRACE, spanId: id(9), attributes: { k: 1 } }],
    resource: { 'service.name': 'shop' },
    scopeName: 'lib',
    scopeVersion: '2',
    scopeAttributes: { s: 1 },
  });
});

const IDS = `"traceId": "${TRACE}", "spanId": "${id(1)}"`;

async function roundTrip(collector: Collector, span: string) {
  const body = `{"resourceSpans": [{
    "resource": {"attributes": [{"key": "service.name", "value": {"stringValue": "shop"}}]},
    "scopeSpans": [{"scope": {"name": "lib", "version": "2", "attributes": [{"key": "s", "value": {"intValue": 1}}]}, "spans": [{${span}}]}]
  }]}`;
  const response = await postJson(collector, '/v1/traces', body);
  expect([response.status, await response.json()]).toEqual([200, {}]);
  return (await getJson<TraceView>(collector, `/api/traces/${TRACE}`)).spans[0];
}
