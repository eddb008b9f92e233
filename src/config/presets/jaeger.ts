// Jaeger v2, as `jaeger` starts without a configuration: OTLP on 4318, its pages on 16686 (seen running; see docs/backends.md).
// It keeps traces alone, and is built on the OpenTelemetry Collector, whose limit of a request it shares.
import { COLLECTOR_REQUEST_BYTES } from './otel-collector.ts';
import type { Preset } from './preset.ts';
import { addressOf, withoutSlash } from './self-hosted.ts';

export const jaeger: Preset = {
  name: 'jaeger',
  title: 'Jaeger',
  endpoint: { kind: 'base', url: '{url}' },
  protocol: 'http/protobuf',
  parameters: [
    addressOf('JAEGER_OTLP_ENDPOINT', 'http://localhost:4318', "where Jaeger's OTLP/HTTP receiver listens"),
    {
      name: 'ui',
      variable: 'JAEGER_UI_URL',
      secret: false,
      required: false,
      default: 'http://localhost:16686',
      hint: 'where its pages are, to give the address of a trace',
    },
  ],
  headers: () => ({}),
  signals: ['traces'],
  limits: { requestBytes: COLLECTOR_REQUEST_BYTES },
  traceUrl: ({ ui }, traceId) => (ui === undefined ? undefined : `${withoutSlash(ui)}/trace/${traceId}`),
};
