// The configurations that are shipped, as the real programs read them: every combination of their switches is accepted, and what the
// Collector passes on is what it was given, but for secrets and, where it is told so, content.
import { gunzipSync } from 'node:zlib';
import { SpanStatusCode } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-node';
import { afterEach, expect, test } from 'vitest';
import { encodeSpans } from '../../src/delivery/encode-spans.ts';
import { readSession, toReadableSpans } from '../../src/index.ts';
import { keyValues, nanos } from '../collector/otlp.ts';
import { byId, decodeWire, wireOf, type WireSpan } from '../delivery/wire-spans.ts';
import { EXAMPLE_TRANSCRIPT } from '../support/example-session.ts';
import { startBackend, type LoopbackBackend } from '../support/loopback-backend.ts';
import { temporaryFolder } from '../support/folders.ts';
import { contentAttributes, numbersAlways } from '../support/documented-attributes.ts';
import { eventually } from './support/eventually.ts';
import { jaegerPlace, services, startJaeger } from './support/jaeger.ts';
import { AGENT, GATEWAY, GATEWAY_TLS, ownMetric, refusal, startLayered } from './support/layered-otelcol.ts';
import { BASE } from './support/otelcol.ts';
import { freePorts } from './support/ports.ts';
import { describeWith } from './support/programs.ts';
import { prometheusPlace, startPrometheus } from './support/prometheus.ts';

// Made here, of no account.
const API_KEY = `sk-ant-api03-${'aB3_x'.repeat(12)}`;
const GITHUB_KEY = `ghp_${'a1B2'.repeat(9)}`;
const PEM_BODY = `${'MIIEpAIBAAKCAQEA'.repeat(4)}\n`.repeat(3);
const PRIVATE_KEY = `-----BEGIN RSA PRIVATE KEY-----\n${PEM_BODY}-----END RSA PRIVATE KEY-----`;

const backends: LoopbackBackend[] = [];
afterEach(async () => {
  for (const one of backends.splice(0)) await one.stop();
});

describeWith(['otelcol'], 'the Collector accepts', () => {
  const traces = subsets(['otlp_grpc/jaeger', 'otlp_grpc/tempo', 'otlp_http/langfuse', 'otlp_http/backend']);
  const metrics = subsets(['otlp_http/prometheus', 'otlp_http/backend']);
  const logs = subsets(['otlp_http/loki', 'otlp_http/backend']);

  test.each(['keep', 'drop'])('every choice of backends, content %s', async (content) => {
    for (const toTraces of traces) {
      for (const toMetrics of metrics) {
        for (const toLogs of logs) {
          const chosen = {
            COLLECTOR_CONTENT: content,
            COLLECTOR_TRACES_TO: toTraces,
            COLLECTOR_METRICS_TO: toMetrics,
            COLLECTOR_LOGS_TO: toLogs,
          };
          expect(await refusal([BASE], chosen), JSON.stringify(chosen)).toBe('');
        }
      }
    }
  });

  test.each<[string, readonly string[], Readonly<Record<string, string>>]>([
    ['nothing said at all', [BASE], {}],
    ['what compose says of nothing', [BASE], { LANGFUSE_AUTH: '', BACKEND_HEADERS: '' }],
    ['headers of a backend', [BASE], { BACKEND_HEADERS: '{x-team: a, x-dataset: b}' }],
  ])('%s', async (_title, files, variables) => {
    expect(await refusal(files, variables)).toBe('');
  });

  test('no word that it does not know, and says which', async () => {
    expect(await refusal([BASE], { COLLECTOR_CONTENT: 'some' })).toContain('content_some');
    expect(await refusal([BASE], { COLLECTOR_TRACES_TO: '[jeager]' })).toContain('jeager');
  });
});

describeWith(['otelcol-gateway'], 'the Collector of a team accepts', () => {
  test.each<[string, readonly string[], Readonly<Record<string, string>>]>([
    ['an agent of a team', [BASE, AGENT], { GATEWAYS: '[one.example.com:4317, two.example.com:4317]' }],
    ['an agent without TLS', [BASE, AGENT], { GATEWAYS_INSECURE: 'true' }],
    ['a gateway', [BASE, GATEWAY], { GATEWAY_KEEP_PERCENT: '0.5', GATEWAY_EXPENSIVE_USD: '0.25' }],
    [
      'a gateway that keeps all',
      [BASE, GATEWAY],
      { GATEWAY_PROCESSORS: '[memory_limiter, redaction/secrets]' },
    ],
    ['Kafka behind a gateway', [BASE, GATEWAY], { COLLECTOR_TRACES_TO: '[kafka, otlp_grpc/jaeger]' }],
    ['a gateway with TLS', [BASE, GATEWAY, GATEWAY_TLS], { GATEWAY_CERTIFICATES: '/certificates' }],
  ])('%s', async (_title, files, variables) => {
    expect(await refusal(files, variables)).toBe('');
  });
});

describeWith(['jaeger', 'prometheus'], 'the shipped configurations', () => {
  test('start Jaeger', async () => {
    const jaeger = await startJaeger(await jaegerPlace(temporaryFolder()));
    try {
      expect(await services(jaeger.url)).toEqual([]);
    } finally {
      await jaeger.stop();
    }
  });

  test('start Prometheus, with its alerts, and it asks the Collector how it is', async () => {
    const prometheus = await startPrometheus(await prometheusPlace(temporaryFolder()));
    try {
      const rules = await prometheusSays(prometheus.url, 'rules');
      expect(rules).toMatchObject({ groups: [expect.anything()] });
      // Found by its file, which Prometheus reads after it is ready.
      const targets = await eventually('the target is known', async () => {
        const { activeTargets } = (await prometheusSays(prometheus.url, 'targets')) as {
          activeTargets: { scrapeUrl: string; labels: { job: string } }[];
        };
        return activeTargets.length === 0 ? undefined : activeTargets;
      });
      expect(targets.map(({ scrapeUrl, labels }) => [labels.job, scrapeUrl])).toEqual([
        ['otelcol', 'http://127.0.0.1:18888/metrics'],
      ]);
    } finally {
      await prometheus.stop();
    }
  });
});

describeWith(['otelcol'], 'through the Collector', () => {
  test('the example arrives as it was sent: ids, times, numbers and texts', async () => {
    const spans = await exampleSpans();
    expect(byId(await throughCollector(spans))).toEqual(byId(spans.map(wireOf)));
  });

  test('keys are masked wherever they stand, and nothing else changes', async () => {
    const spans = await exampleSpans();
    const planted = spans.map((span) => plant(span, [API_KEY, GITHUB_KEY, PRIVATE_KEY]));
    const masked = spans.map((span) => plant(span, ['****', '****', '****']));
    const arrived = await throughCollector(planted);
    expect(byId(arrived)).toEqual(byId(masked.map(wireOf)));
    const text = JSON.stringify(arrived, (_key, value: unknown) =>
      typeof value === 'bigint' ? String(value) : value,
    );
    for (const secret of [API_KEY, GITHUB_KEY, 'MIIEpAIBAAKCAQEA']) expect(text).not.toContain(secret);
  });

  test('COLLECTOR_CONTENT=drop takes the content out, and leaves every number', async () => {
    const spans = await exampleSpans();
    const arrived = await throughCollector(spans, { COLLECTOR_CONTENT: 'drop' });
    const contents = new Set(contentAttributes());
    const without = spans.map((span) => ({
      ...span,
      status: { code: span.status.code },
      attributes: Object.fromEntries(Object.entries(span.attributes).filter(([name]) => !contents.has(name))),
    }));
    expect(without).not.toEqual(spans);
    expect(byId(arrived)).toEqual(byId(without.map(wireOf)));
    const names = new Set(arrived.flatMap(({ attributes }) => attributes.map(([name]) => name)));
    for (const name of numbersAlways()) expect(names).toContain(name);
  });

  test('the keys of Langfuse and its header are on what goes there', async () => {
    const langfuse = await backend();
    const otelcol = await startLayered([BASE], {
      COLLECTOR_TRACES_TO: '[otlp_http/langfuse]',
      LANGFUSE_BASE_URL: langfuse.url,
      LANGFUSE_AUTH: Buffer.from('pk-lf-1:sk-lf-2').toString('base64'),
    });
    await post(`${otelcol.http}/v1/traces`, encodeSpans(await exampleSpans()));
    await langfuse.received(1);
    const [{ path, headers }] = langfuse.requests as [LoopbackBackend['requests'][number]];
    expect(path).toBe('/api/public/otel/v1/traces');
    expect(headers).toMatchObject({
      authorization: 'Basic cGstbGYtMTpzay1sZi0y',
      'x-langfuse-ingestion-version': '4',
    });
  });

  test('a backend that is not there fills its own queue to the bound and disturbs no other signal', async () => {
    const traces = await backend();
    const [nobody] = await freePorts(1);
    const otelcol = await startLayered([BASE], {
      COLLECTOR_TRACES_TO: '[otlp_http/backend]',
      BACKEND_URL: traces.url,
      LOKI_URL: `http://127.0.0.1:${nobody!}`,
      COLLECTOR_QUEUE_BYTES: '200000',
    });
    const answers: number[] = [];
    for (let n = 0; n < 40 && answers.at(-1) !== 503; n++)
      answers.push((await fetch(`${otelcol.http}/v1/logs`, logRequest(10_000))).status);
    // Taken up to the bound, then refused in a way that says: later.
    expect(answers.at(-1)).toBe(503);
    expect(answers.filter((status) => status === 200).length).toBeGreaterThan(10);
    expect(await ownMetric(otelcol, 'otelcol_exporter_queue_size', 'otlp_http/loki')).toBeLessThanOrEqual(
      200_000,
    );
    const spans = await exampleSpans();
    await post(`${otelcol.http}/v1/traces`, encodeSpans(spans));
    expect(byId(await spansAt(traces, spans.length))).toEqual(byId(spans.map(wireOf)));
  });
});

/** As the lists in these variables are written; one at least. */
function subsets(names: readonly string[]): string[] {
  const all = names.reduce<string[][]>((sets, name) => [...sets, ...sets.map((set) => [...set, name])], [[]]);
  return all.filter((set) => set.length > 0).map((set) => `[${set.join(', ')}]`);
}

async function exampleSpans(): Promise<ReadableSpan[]> {
  return toReadableSpans(await readSession(EXAMPLE_TRANSCRIPT), { content: 'full' });
}

/** The span with these in the places where texts stand. */
function plant(span: ReadableSpan, [api, github, pem]: readonly [string, string, string]): ReadableSpan {
  return {
    ...span,
    status: { code: SpanStatusCode.ERROR, message: `refused: ${api} is not valid` },
    attributes: {
      ...span.attributes,
      'planted.text': `export KEY=${api}; echo ${github}`,
      'planted.json': JSON.stringify([
        { type: 'text', content: pem },
        { type: 'text', content: 'after' },
      ]),
      'planted.innocent':
        'task-with-a-very-long-and-harmless-name-of-many-words sha256-0123456789abcdef0123456789abcdef',
    },
    events: [
      ...span.events,
      { name: 'planted', time: span.startTime, attributes: { note: `with ${github}, and more` } },
    ],
  };
}

async function throughCollector(
  spans: readonly ReadableSpan[],
  variables: Readonly<Record<string, string>> = {},
): Promise<WireSpan[]> {
  const behind = await backend();
  const otelcol = await startLayered([BASE], {
    COLLECTOR_TRACES_TO: '[otlp_http/backend]',
    BACKEND_URL: behind.url,
    ...variables,
  });
  await post(`${otelcol.http}/v1/traces`, encodeSpans(spans));
  return spansAt(behind, spans.length);
}

async function backend(): Promise<LoopbackBackend> {
  const one = await startBackend();
  backends.push(one);
  return one;
}

async function post(url: string, body: Uint8Array): Promise<void> {
  const headers = { 'Content-Type': 'application/x-protobuf' };
  const response = await fetch(url, { method: 'POST', headers, body: new Uint8Array(body) });
  expect(response.status).toBe(200);
}

function spansAt({ requests }: LoopbackBackend, count: number): Promise<WireSpan[]> {
  return eventually(`${count} spans arrive`, () => {
    const spans = requests.flatMap(({ body }) => decodeWire(gunzipSync(body)));
    return Promise.resolve(spans.length < count ? undefined : spans);
  });
}

function logRequest(characters: number): RequestInit {
  const logRecords = [
    { timeUnixNano: nanos(Date.now()), body: { stringValue: 'x'.repeat(characters) }, attributes: [] },
  ];
  const resource = { attributes: keyValues({ 'service.name': 'claude-code' }) };
  return {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ resourceLogs: [{ resource, scopeLogs: [{ scope: {}, logRecords }] }] }),
  };
}

async function prometheusSays(url: string, what: string): Promise<unknown> {
  const { data } = (await (await fetch(`${url}/api/v1/${what}`)).json()) as { data: unknown }; // its API's envelope
  return data;
}
