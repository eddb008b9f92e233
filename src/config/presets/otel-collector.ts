// Any OpenTelemetry Collector, and Turnspan's own local one: OTLP/HTTP on 4318 without a key. Where its data goes from
// there is its own matter, so no address of a trace is known.
import type { Preset } from './preset.ts';
import { addressOf } from './self-hosted.ts';

/** `max_request_body_size` of its HTTP receiver, unless configured otherwise. */
export const COLLECTOR_REQUEST_BYTES = 20 * 1024 * 1024;

export const otelCollector: Preset = {
  name: 'otel-collector',
  title: 'OpenTelemetry Collector',
  endpoint: { kind: 'base', url: '{url}' },
  protocol: 'http/protobuf',
  parameters: [
    addressOf(
      'OTELCOL_OTLP_ENDPOINT',
      'http://localhost:4318',
      "where the collector's OTLP/HTTP receiver listens",
    ),
  ],
  headers: () => ({}),
  signals: ['traces', 'metrics', 'logs'],
  limits: { requestBytes: COLLECTOR_REQUEST_BYTES },
};
