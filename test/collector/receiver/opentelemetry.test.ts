// What OpenTelemetry's own SDK and serializers send is what the collector understands.
import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import {
  JsonTraceSerializer,
  ProtobufMetricsSerializer,
  ProtobufTraceSerializer,
} from '@opentelemetry/otlp-transformer';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import {
  InMemorySpanExporter,
  NodeTracerProvider,
  type ReadableSpan,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-node';
import { expect, test } from 'vitest';
import type { StatsView, TraceView } from '../../../collector/query/views.ts';
import { collectorForTest, getJson, postBytes } from '../support.ts';

test.each([
  ['protobuf', ProtobufTraceSerializer, 'application/x-protobuf'],
  ['JSON', JsonTraceSerializer, 'application/json'],
] as const)('spans of the SDK arrive unchanged as %s', async (_, serializer, type) => {
  const collector = await collectorForTest();
  const span = await recordedSpan();
  const body = serializer.serializeRequest([span]) ?? new Uint8Array();
  const response = await postBytes(collector, '/v1/traces', body, { 'Content-Type': type });
  expect(response.status).toBe(200);
  const { traceId, spanId } = span.spanContext();
  const trace = await getJson<TraceView>(collector, `/api/traces/${traceId}`);
  expect(trace.spans).toHaveLength(1);
  expect(trace.spans[0]).toMatchObject({
    traceId,
    spanId,
    parentSpanId: null,
    name: 'chat claude-sonnet-4-5',
    kind: 'CLIENT',
    startUnixNano: '1772366400123456789',
    endUnixNano: '1772366402000000000',
    statusCode: 'ERROR',
    statusMessage: 'overloaded',
    serviceName: 'claude-code',
    attributes: {
      'gen_ai.usage.input_tokens': 12,
      'gen_ai.response.finish_reasons': ['stop'],
      ratio: 0.5,
      ok: true,
    },
    events: [{ name: 'retry', attributes: { attempt: 2 } }],
    links: [{ traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331' }],
    scopeName: 'turnspan',
    scopeVersion: '0.1.0',
  });
});

test('counters and histograms of the SDK are stored as data points', async () => {
  const collector = await collectorForTest();
  const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 600_000 });
  const provider = new MeterProvider({ readers: [reader] });
  const meter = provider.getMeter('turnspan');
  meter.createCounter('tokens', { unit: '{token}' }).add(5, { type: 'input' });
  meter.createHistogram('duration', { unit: 's' }).record(1.5);
  await provider.forceFlush();
  const [metrics] = exporter.getMetrics();
  const body = ProtobufMetricsSerializer.serializeRequest(metrics!) ?? new Uint8Array();
  await provider.shutdown();
  expect((await postBytes(collector, '/v1/metrics', body)).status).toBe(200);
  expect((await getJson<StatsView>(collector, '/api/stats')).metricPoints).toBe(2);
});

async function recordedSpan(): Promise<ReadableSpan> {
  const exporter = new InMemorySpanExporter();
  const provider = new NodeTracerProvider({
    resource: resourceFromAttributes({ 'service.name': 'claude-code' }),
    spanProcessors: [new SimpleSpanProcessor(exporter)],
  });
  const span = provider.getTracer('turnspan', '0.1.0').startSpan('chat claude-sonnet-4-5', {
    root: true,
    kind: SpanKind.CLIENT,
    startTime: [1_772_366_400, 123_456_789],
    attributes: {
      'gen_ai.usage.input_tokens': 12,
      'gen_ai.response.finish_reasons': ['stop'],
      ratio: 0.5,
      ok: true,
    },
    links: [
      { context: { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', traceFlags: 1 } },
    ],
  });
  span.addEvent('retry', { attempt: 2 }, [1_772_366_401, 0]);
  span.setStatus({ code: SpanStatusCode.ERROR, message: 'overloaded' });
  span.end([1_772_366_402, 0]);
  await provider.forceFlush();
  const [recorded] = exporter.getFinishedSpans();
  await provider.shutdown();
  return recorded!;
}
