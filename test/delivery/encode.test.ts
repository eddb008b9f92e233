import { describe, expect, test } from 'vitest';

import { encodeRequests, encodeTraces, encodingOf } from '../../src/delivery/encode.ts';
import { spanOf } from './fixtures.ts';

const spans = (count: number): ReturnType<typeof spanOf>[] =>
  Array.from({ length: count }, (_, n) => spanOf(n + 1));

describe('encodeTraces', () => {
  test('writes OTLP/JSON with hex ids, times as text and integers as numbers', () => {
    const text = new TextDecoder().decode(encodeTraces([spanOf(1)], 'json'));
    expect(text).not.toContain('\n');
    const request = JSON.parse(text) as { resourceSpans: { scopeSpans: { spans: unknown[] }[] }[] };
    expect(request.resourceSpans[0]?.scopeSpans[0]?.spans[0]).toMatchObject({
      traceId: '5'.repeat(32),
      spanId: '0000000000000001',
      kind: 1,
      startTimeUnixNano: '1760000000000000001',
      attributes: [
        { key: 'turnspan.test.number', value: { intValue: 1 } },
        { key: 'turnspan.test.ratio', value: { doubleValue: 0.5 } },
      ],
    });
  });

  test('gives the same bytes for the same spans', () => {
    expect(encodeTraces([spanOf(1), spanOf(2)], 'protobuf')).toEqual(
      encodeTraces([spanOf(1), spanOf(2)], 'protobuf'),
    );
  });
});

describe('encodingOf', () => {
  test.each(['json', 'protobuf'] as const)('tells %s from its first byte', (encoding) => {
    expect(encodingOf(encodeTraces([spanOf(1)], encoding))).toBe(encoding);
  });

  test('says nothing of bytes that are no request', () => {
    expect(encodingOf(new Uint8Array())).toBeUndefined();
    expect(encodingOf(Buffer.from('\0\0\0'))).toBeUndefined();
  });
});

describe.each(['json', 'protobuf'] as const)('requests in %s', (encoding) => {
  test('hold at most 512 spans, all of them, in order', () => {
    const all = spans(1100);
    const requests = encodeRequests(all, encoding);
    expect(requests.map((request) => request.spans)).toEqual([512, 512, 76]);
    const parts = [all.slice(0, 512), all.slice(512, 1024), all.slice(1024)];
    expect(requests.map(({ bytes }) => bytes)).toEqual(parts.map((part) => encodeTraces(part, encoding)));
  });

  test('stay under the size limit where characters are more bytes than was guessed', () => {
    const all = [1, 2, 3].map((n) => spanOf(n, { text: '€'.repeat(900) }));
    const requests = encodeRequests(all, encoding, { bytes: 6000, spans: 512 });
    expect(encodeTraces(all, encoding).length).toBeGreaterThan(6000);
    expect(requests.length).toBeGreaterThan(1);
    expect(requests.reduce((sum, request) => sum + request.spans, 0)).toBe(3);
    for (const { bytes } of requests) expect(bytes.length).toBeLessThanOrEqual(6000);
  });

  test('stay under the size limit, and a bigger span goes alone', () => {
    const all = [10, 10, 900, 10, 5000, 10, 600, 600].map((size, n) => spanOf(n, { text: 'é'.repeat(size) }));
    const requests = encodeRequests(all, encoding, { bytes: 3000, spans: 512 });
    const sizes = requests.map(({ bytes }) => bytes.length);
    expect(sizes.filter((size) => size > 3000)).toHaveLength(1);
    expect(requests[sizes.findIndex((size) => size > 3000)]?.spans).toBe(1);
    expect(requests.reduce((sum, request) => sum + request.spans, 0)).toBe(all.length);
    expect(requests.length).toBeLessThan(all.length);
  });

  test('are none without spans', () => {
    expect(encodeRequests([], encoding)).toEqual([]);
  });
});
