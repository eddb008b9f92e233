// SigNoz: its cloud by region with an ingestion key, or self-hosted, where its collector takes OTLP on 4318 without one.
// Where the pages of a self-hosted one are differs by version (8080, before that 3301): only an address that the user gives counts.
import { present } from './headers.ts';
import { COLLECTOR_REQUEST_BYTES } from './otel-collector.ts';
import type { Preset } from './preset.ts';
import { addressOf, withoutSlash } from './self-hosted.ts';

const cloud: Preset = {
  name: 'signoz-cloud',
  title: 'SigNoz Cloud',
  endpoint: { kind: 'base', url: 'https://ingest.{region}.signoz.cloud:443' },
  protocol: 'http/protobuf',
  parameters: [
    {
      name: 'region',
      variable: 'SIGNOZ_REGION',
      secret: false,
      required: false,
      default: 'us',
      hint: 'in SigNoz: Settings, Ingestion Settings (us, eu or in)',
    },
    {
      name: 'ingestionKey',
      variable: 'SIGNOZ_INGESTION_KEY',
      secret: true,
      required: true,
      hint: 'in SigNoz: Settings, Ingestion Settings, New Ingestion Key',
    },
  ],
  headers: ({ ingestionKey }) => present({ 'signoz-ingestion-key': ingestionKey }),
  signals: ['traces', 'metrics', 'logs'],
};

const selfHosted: Preset = {
  name: 'signoz-self-hosted',
  title: 'SigNoz, self-hosted',
  endpoint: { kind: 'base', url: '{url}' },
  protocol: 'http/protobuf',
  parameters: [
    addressOf('SIGNOZ_OTLP_ENDPOINT', 'http://localhost:4318', "where SigNoz' collector takes OTLP/HTTP"),
    {
      name: 'ui',
      variable: 'SIGNOZ_UI_URL',
      secret: false,
      required: false,
      hint: 'where its pages are; only to give the address of a trace',
    },
  ],
  headers: () => ({}),
  signals: ['traces', 'metrics', 'logs'],
  limits: { requestBytes: COLLECTOR_REQUEST_BYTES },
  traceUrl: ({ ui }, traceId) => (ui === undefined ? undefined : `${withoutSlash(ui)}/trace/${traceId}`),
};

export const signozPresets: readonly Preset[] = [cloud, selfHosted];
