// In: OTLP requests as a backend got them, or a file that `turnspan export` wrote. Out: their spans, each encoded alone.
// Decoded by code that Turnspan's sending side does not use: the collector's generated protobuf messages.
import { create, toJson } from '@bufbuild/protobuf';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { expect } from 'vitest';
import { decode, encodingOf, type Encoding } from '../../../collector/receiver/encoding.ts';
import { ExportTraceServiceRequestSchema } from '../../../collector/receiver/proto/opentelemetry/proto/collector/trace/v1/trace_service_pb.ts';
import { ResourceSpansSchema } from '../../../collector/receiver/proto/opentelemetry/proto/trace/v1/trace_pb.ts';
import { takeSpans } from '../../../collector/receiver/spans.ts';
import type { SpanRow } from '../../../collector/model.ts';
import type { RecordedRequest } from '../../support/loopback-backend.ts';
import { temporaryFolder } from '../../support/folders.ts';
import { BUNDLES } from './world.ts';

export interface Span {
  readonly id: string;
  readonly traceId: string;
  readonly parentId: string | null;
  readonly name: string;
  /** `internal` or `client`. */
  readonly kind: string;
  /** Unix nanoseconds. */
  readonly startedAt: bigint;
  readonly endedAt: bigint;
  readonly isError: boolean;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly links: SpanRow['links'];
  /** The span with its resource and scope, encoded alone. */
  readonly text: string;
}

/** The spans of what a backend got, in the order of their arrival. */
export function spansOf(requests: readonly RecordedRequest[]): Span[] {
  return requests.flatMap(({ headers, body }) => {
    const encoding = encodingOf(headers['content-type']);
    if (encoding === null) throw new Error('the request is no OTLP');
    return decodeSpans(encoding, headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body);
  });
}

/** The requests without those that repeat an earlier one, byte for byte: sent again because an answer was lost. */
export function withoutRepeats(requests: readonly RecordedRequest[]): RecordedRequest[] {
  const seen = new Set<string>();
  return requests.filter(({ body }) => {
    const key = body.toString('base64');
    const isNew = !seen.has(key);
    seen.add(key);
    return isNew;
  });
}

/** What `turnspan export` makes of a transcript that nobody writes any more. */
export function exportedSpans(transcript: string, content: 'none' | 'full' = 'none'): Span[] {
  const file = join(temporaryFolder(), 'out.jsonl');
  const args = [join(BUNDLES, 'turnspan.cjs'), 'export', transcript, '--file', file, '--content', content];
  execFileSync(process.execPath, args, { stdio: ['ignore', 'ignore', 'ignore'] });
  const lines = readFileSync(file, 'utf8').split('\n').filter(Boolean);
  return lines.flatMap((line) => decodeSpans('application/json', Buffer.from(line)));
}

/** The same spans, each once, each the same to the byte. */
export function expectSameSpans(sent: readonly Span[], expected: readonly Span[]): void {
  expect(named(sent)).toEqual(named(expected));
  expect(texts(sent)).toEqual(texts(expected));
}

function named(spans: readonly Span[]): string[] {
  return spans.map(({ id, name }) => `${id} ${name}`).sort();
}

function texts(spans: readonly Span[]): string[] {
  return spans.map(({ text }) => text).sort();
}

function decodeSpans(encoding: Encoding, bytes: Uint8Array): Span[] {
  const request = decode(ExportTraceServiceRequestSchema, encoding, bytes);
  if (request === null) throw new Error('the request cannot be decoded');
  return request.resourceSpans.flatMap((group) =>
    group.scopeSpans.flatMap((scoped) =>
      scoped.spans.map((span): Span => {
        const alone = create(ResourceSpansSchema, {
          ...(group.resource === undefined ? {} : { resource: group.resource }),
          scopeSpans: [{ ...(scoped.scope === undefined ? {} : { scope: scoped.scope }), spans: [span] }],
        });
        const { rows, reason } = takeSpans(
          create(ExportTraceServiceRequestSchema, { resourceSpans: [alone] }),
        );
        const [row] = rows;
        if (row === undefined) throw new Error(`the span is not valid: ${reason}`);
        return { ...describe(row), text: JSON.stringify(toJson(ResourceSpansSchema, alone)) };
      }),
    ),
  );
}

function describe(row: SpanRow): Omit<Span, 'text'> {
  const { spanId, traceId, parentSpanId, name, startUnixNano, endUnixNano, attributes, links } = row;
  return {
    id: spanId,
    traceId,
    parentId: parentSpanId,
    name,
    kind: row.kind.toLowerCase(),
    startedAt: startUnixNano,
    endedAt: endUnixNano,
    isError: row.statusCode === 'ERROR',
    attributes,
    links,
  };
}
