// Each preset against a server on loopback that answers as its backend documents: the path, the key, the content type.
// `seen`: the answer is quoted from a report or was seen; without it only the status is documented, and the body is OTLP's
// usual form (`google.rpc.Status`). Neither decides anything: of an answer Turnspan reads the status alone.
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { fillPreset } from '../../src/config/presets/fill.ts';
import { presetNamed, presets } from '../../src/config/presets/list.ts';
import { openClient } from '../../src/delivery/client.ts';
import { post } from '../../src/delivery/post.ts';
import type { Outcome } from '../../src/delivery/outcome.ts';
import {
  startBackend,
  type Answer,
  type LoopbackBackend,
  type RecordedRequest,
} from '../support/loopback-backend.ts';

interface Documented {
  /** The user's values; `KEY` stands for the secret. */
  readonly values: Readonly<Record<string, string>>;
  readonly path: string;
  /** What the backend looks at to know the user; without it the backend takes everybody. */
  readonly key?: readonly [header: string, value: string];
  /** More headers that it wants. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly good: Answer;
  readonly bad?: Exclude<Answer, string>;
}

const KEY = 's3cret-key';
const protobuf = (status: number): Exclude<Answer, string> => ({
  status,
  headers: { 'content-type': 'application/x-protobuf' },
});
const json = (status: number, body: unknown): Exclude<Answer, string> => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
});
const denied = (status: 401 | 403): Exclude<Answer, string> =>
  json(status, { code: status === 401 ? 16 : 7, message: 'the key is not known' });
const basic = (name: string): string => `Basic ${Buffer.from(`${name}:${KEY}`).toString('base64')}`;

const langfuse: Documented = {
  values: { publicKey: 'pk-lf-1', secretKey: KEY },
  path: '/api/public/otel/v1/traces',
  key: ['authorization', basic('pk-lf-1')],
  headers: { 'x-langfuse-ingestion-version': '4' },
  // It answers JSON to protobuf.
  good: json(200, {}),
  // seen: langfuse/langfuse#8424
  bad: json(401, { message: "Invalid credentials. Confirm that you've configured the correct host." }),
};
const honeycomb: Documented = {
  values: { apiKey: KEY },
  path: '/v1/traces',
  key: ['x-honeycomb-team', KEY],
  good: protobuf(200),
  // seen, of a missing dataset: honeycombio/happy-o11ydays#1
  bad: json(401, { message: "missing 'x-honeycomb-dataset' header" }),
};
const newRelic: Documented = {
  values: { licenseKey: KEY },
  path: '/v1/traces',
  key: ['api-key', KEY],
  good: protobuf(200),
  bad: denied(403),
};
const langsmith: Documented = {
  values: { apiKey: KEY, project: 'shop' },
  path: '/otel/v1/traces',
  key: ['x-api-key', KEY],
  headers: { 'langsmith-project': 'shop' },
  good: protobuf(200),
  bad: denied(401),
};
const open: Documented = { values: {}, path: '/v1/traces', good: protobuf(200) };

const backends: Readonly<Record<string, Documented>> = {
  jaeger: open,
  'otel-collector': open,
  'langfuse-eu': langfuse,
  'langfuse-us': langfuse,
  'langfuse-jp': langfuse,
  'langfuse-hipaa': langfuse,
  'langfuse-self-hosted': langfuse,
  'grafana-cloud': {
    values: { url: 'https://otlp-gateway-zone.grafana.net/otlp', instanceId: '123456', token: KEY },
    path: '/otlp/v1/traces',
    key: ['authorization', basic('123456')],
    good: protobuf(200),
    bad: denied(401),
  },
  phoenix: {
    values: { url: 'https://app.phoenix.arize.com/s/shop', apiKey: KEY, project: 'shop' },
    path: '/s/shop/v1/traces',
    key: ['authorization', `Bearer ${KEY}`],
    headers: { 'x-project-name': 'shop' },
    good: protobuf(200),
    bad: { status: 401, headers: { 'content-type': 'text/plain' }, body: 'Invalid token' },
  },
  'honeycomb-us': honeycomb,
  'honeycomb-eu': honeycomb,
  datadog: {
    values: { apiKey: KEY },
    path: '/v1/traces',
    key: ['dd-api-key', KEY],
    headers: { 'dd-otlp-source': 'llmobs' },
    good: protobuf(202),
    bad: json(403, { errors: ['Forbidden'] }),
  },
  'new-relic-us': newRelic,
  'new-relic-eu': newRelic,
  'langsmith-us': langsmith,
  'langsmith-eu': langsmith,
  mlflow: {
    values: { experimentId: '7' },
    path: '/v1/traces',
    // No key: the experiment is what it cannot do without.
    key: ['x-mlflow-experiment-id', '7'],
    good: protobuf(200),
    bad: json(422, { detail: [{ type: 'missing', loc: ['header', 'x-mlflow-experiment-id'] }] }),
  },
  'signoz-cloud': {
    values: { ingestionKey: KEY },
    path: '/v1/traces',
    key: ['signoz-ingestion-key', KEY],
    good: protobuf(200),
    bad: denied(401),
  },
  'signoz-self-hosted': open,
  dash0: {
    values: { url: 'https://ingress.eu-west-1.aws.dash0.com', token: KEY, dataset: 'shop' },
    path: '/v1/traces',
    key: ['authorization', `Bearer ${KEY}`],
    headers: { 'dash0-dataset': 'shop' },
    good: protobuf(200),
    bad: denied(401),
  },
};

let server: LoopbackBackend;
beforeEach(async () => {
  server = await startBackend();
});
afterEach(async () => {
  await server.stop();
});

/** The server as the backend documents itself: path, key, headers and content type are looked at. */
function playing({ path, key, headers = {}, good, bad = { status: 401 } }: Documented) {
  return (request: RecordedRequest): Answer => {
    if (request.method !== 'POST' || request.path !== path) return { status: 404 };
    if (request.headers['content-type'] !== 'application/x-protobuf') return { status: 415 };
    if (key !== undefined && request.headers[key[0]] !== key[1]) return bad;
    const wanted = Object.entries(headers).every(([name, value]) => request.headers[name] === value);
    return wanted ? good : { status: 400 };
  };
}

/** Posts with the preset's URL, its scheme and host replaced by the server's, and its headers. */
async function send(name: string, values: Documented['values']): Promise<Outcome> {
  const preset = presetNamed(name);
  const filled = preset && fillPreset(preset, values);
  if (filled?.status !== 'ok') throw new Error(`${name}: ${filled?.status ?? 'is not there'}`);
  const { pathname, search } = new URL(filled.tracesUrl);
  const client = await openClient(server.url);
  try {
    return await post(
      {
        url: `${server.url}${pathname}${search}`,
        headers: filled.headers,
        // An empty ExportTraceServiceRequest is valid OTLP.
        body: new Uint8Array(),
        encoding: preset?.protocol === 'http/json' ? 'json' : 'protobuf',
        compression: 'none',
        timeoutMs: 20_000,
      },
      client,
    );
  } finally {
    client.close();
  }
}

test('every preset is tried', () => {
  expect(Object.keys(backends).sort()).toEqual(presets.map(({ name }) => name).sort());
});

describe.each(Object.entries(backends))('%s', (name, documented) => {
  test('a request with the right key is taken', async () => {
    server.answer(playing(documented));
    expect(await send(name, documented.values)).toEqual({ status: 'accepted' });
    expect(server.requests).toHaveLength(1);
  });

  test.skipIf(documented.key === undefined)('a wrong key is refused, and no text repeats it', async () => {
    server.answer(playing(documented));
    const secrets = presetNamed(name)?.parameters.filter(({ secret }) => secret) ?? [];
    const wrong = secrets[0]?.name ?? 'experimentId';
    const outcome = await send(name, { ...documented.values, [wrong]: 'wr0ng-key' });
    expect(outcome).toMatchObject({ status: 'refused', httpStatus: documented.bad?.status });
    expect(JSON.stringify(outcome)).not.toContain('wr0ng-key');
  });
});
