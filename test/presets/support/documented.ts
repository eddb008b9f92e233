// Each preset as a user sets it up, and its backend as that documents itself (docs/backends.md): where it is, what it looks at,
// what it answers. `seen`: an answer that is quoted from a report; of the others only the status is documented, and
// the body is OTLP's usual form (`google.rpc.Status`).

/** One answer of a backend. */
export interface BackendAnswer {
  readonly status: number;
  readonly type?: string;
  readonly body?: string;
}

/** A preset, and the backend at its other end. */
export interface DocumentedBackend {
  readonly preset: string;
  /** What the user exports before `install`; `KEY` is the secret, `LOOPBACK` the address of a server on this machine. */
  readonly variables: Readonly<Record<string, string>>;
  /** The host of a cloud, reached through the proxy; without it the backend is on loopback and is reached directly. */
  readonly host?: string;
  readonly path: string;
  /** Headers that it wants as they are here; a wrong one is answered with `bad`. */
  readonly headers: Readonly<Record<string, string>>;
  readonly good: BackendAnswer;
  /** To a wrong key. Without it the backend has none. */
  readonly bad?: BackendAnswer;
  /** The variable that the key is in. */
  readonly keyVariable?: string;
}

export const KEY = 's3cret-key';
export const LOOPBACK = 'http://LOOPBACK';

const protobuf = (status: number): BackendAnswer => ({ status, type: 'application/x-protobuf' });
const json = (status: number, body: unknown): BackendAnswer => ({
  status,
  type: 'application/json',
  body: JSON.stringify(body),
});
const denied = (status: 401 | 403): BackendAnswer =>
  json(status, { code: status === 401 ? 16 : 7, message: 'the key is not known' });
const basic = (name: string): string => `Basic ${Buffer.from(`${name}:${KEY}`).toString('base64')}`;

const open = (preset: string, variable: string): DocumentedBackend => ({
  preset,
  variables: { [variable]: LOOPBACK },
  path: '/v1/traces',
  headers: {},
  good: protobuf(200),
});

const langfuse = (place: string, where: Partial<DocumentedBackend>): DocumentedBackend => ({
  preset: `langfuse-${place}`,
  path: '/api/public/otel/v1/traces',
  headers: { authorization: basic('pk-lf-1'), 'x-langfuse-ingestion-version': '4' },
  // It answers JSON to protobuf.
  good: json(200, {}),
  // seen: langfuse/langfuse#8424
  bad: json(401, { message: "Invalid credentials. Confirm that you've configured the correct host." }),
  keyVariable: 'LANGFUSE_SECRET_KEY',
  ...where,
  variables: { LANGFUSE_PUBLIC_KEY: 'pk-lf-1', LANGFUSE_SECRET_KEY: KEY, ...where.variables },
});

const honeycomb = (region: string, host: string): DocumentedBackend => ({
  preset: `honeycomb-${region}`,
  variables: { HONEYCOMB_API_KEY: KEY },
  host,
  path: '/v1/traces',
  headers: { 'x-honeycomb-team': KEY },
  good: protobuf(200),
  bad: denied(401),
  keyVariable: 'HONEYCOMB_API_KEY',
});

const newRelic = (region: string, host: string): DocumentedBackend => ({
  preset: `new-relic-${region}`,
  variables: { NEW_RELIC_LICENSE_KEY: KEY },
  host,
  path: '/v1/traces',
  headers: { 'api-key': KEY },
  good: protobuf(200),
  bad: denied(403),
  keyVariable: 'NEW_RELIC_LICENSE_KEY',
});

const langsmith = (region: string, host: string): DocumentedBackend => ({
  preset: `langsmith-${region}`,
  variables: { LANGSMITH_API_KEY: KEY, LANGSMITH_PROJECT: 'shop' },
  host,
  path: '/otel/v1/traces',
  headers: { 'x-api-key': KEY, 'langsmith-project': 'shop' },
  good: protobuf(200),
  bad: denied(401),
  keyVariable: 'LANGSMITH_API_KEY',
});

/** One or more a preset: where it can be on this machine and in a cloud, both. */
export const documentedBackends: readonly DocumentedBackend[] = [
  open('jaeger', 'JAEGER_OTLP_ENDPOINT'),
  open('otel-collector', 'OTELCOL_OTLP_ENDPOINT'),
  langfuse('eu', { host: 'cloud.langfuse.com' }),
  langfuse('us', { host: 'us.cloud.langfuse.com' }),
  langfuse('jp', { host: 'jp.cloud.langfuse.com' }),
  langfuse('hipaa', { host: 'hipaa.cloud.langfuse.com' }),
  langfuse('self-hosted', { variables: { LANGFUSE_BASE_URL: LOOPBACK } }),
  langfuse('self-hosted', {
    host: 'langfuse.corp.example',
    variables: { LANGFUSE_BASE_URL: 'https://langfuse.corp.example/' },
  }),
  {
    preset: 'grafana-cloud',
    variables: {
      GRAFANA_CLOUD_OTLP_ENDPOINT: 'https://otlp-gateway-prod-eu-west-2.grafana.net/otlp',
      GRAFANA_CLOUD_INSTANCE_ID: '123456',
      GRAFANA_CLOUD_API_KEY: KEY,
    },
    host: 'otlp-gateway-prod-eu-west-2.grafana.net',
    path: '/otlp/v1/traces',
    headers: { authorization: basic('123456') },
    good: protobuf(200),
    bad: denied(401),
    keyVariable: 'GRAFANA_CLOUD_API_KEY',
  },
  open('phoenix', 'PHOENIX_COLLECTOR_ENDPOINT'),
  {
    preset: 'phoenix',
    variables: {
      PHOENIX_COLLECTOR_ENDPOINT: 'https://app.phoenix.arize.com/s/shop',
      PHOENIX_API_KEY: KEY,
      PHOENIX_PROJECT_NAME: 'shop',
    },
    host: 'app.phoenix.arize.com',
    path: '/s/shop/v1/traces',
    headers: { authorization: `Bearer ${KEY}`, 'x-project-name': 'shop' },
    good: protobuf(200),
    bad: { status: 401, type: 'text/plain', body: 'Invalid token' },
    keyVariable: 'PHOENIX_API_KEY',
  },
  honeycomb('us', 'api.honeycomb.io'),
  honeycomb('eu', 'api.eu1.honeycomb.io'),
  {
    preset: 'datadog',
    variables: { DD_API_KEY: KEY, DD_SITE: 'datadoghq.eu' },
    host: 'otlp.datadoghq.eu',
    path: '/v1/traces',
    headers: { 'dd-api-key': KEY, 'dd-otlp-source': 'llmobs' },
    good: protobuf(202),
    bad: json(403, { errors: ['Forbidden'] }),
    keyVariable: 'DD_API_KEY',
  },
  newRelic('us', 'otlp.nr-data.net'),
  newRelic('eu', 'otlp.eu01.nr-data.net'),
  langsmith('us', 'api.smith.langchain.com'),
  langsmith('eu', 'eu.api.smith.langchain.com'),
  {
    preset: 'mlflow',
    variables: { MLFLOW_TRACKING_URI: LOOPBACK, MLFLOW_EXPERIMENT_ID: '7' },
    path: '/v1/traces',
    headers: { 'x-mlflow-experiment-id': '7' },
    good: protobuf(200),
  },
  {
    preset: 'signoz-cloud',
    variables: { SIGNOZ_REGION: 'eu', SIGNOZ_INGESTION_KEY: KEY },
    host: 'ingest.eu.signoz.cloud',
    path: '/v1/traces',
    headers: { 'signoz-ingestion-key': KEY },
    good: protobuf(200),
    bad: denied(401),
    keyVariable: 'SIGNOZ_INGESTION_KEY',
  },
  open('signoz-self-hosted', 'SIGNOZ_OTLP_ENDPOINT'),
  {
    preset: 'dash0',
    variables: {
      DASH0_OTLP_ENDPOINT: 'https://ingress.eu-west-1.aws.dash0.com',
      DASH0_AUTH_TOKEN: KEY,
      DASH0_DATASET: 'shop',
    },
    host: 'ingress.eu-west-1.aws.dash0.com',
    path: '/v1/traces',
    headers: { authorization: `Bearer ${KEY}`, 'dash0-dataset': 'shop' },
    good: protobuf(200),
    bad: denied(401),
    keyVariable: 'DASH0_AUTH_TOKEN',
  },
];
