// New Relic: the account's license key in a header of its own; it recommends HTTP with protobuf.
// Attribute values may have 4,095 characters. A request may have 1 MB (10^6 bytes): documented for its other ingest APIs, for
// OTLP not verified. The address of a trace needs the account's own ids: not known.
// Its counts are delta sums; a cumulative sum becomes a gauge, or a type that not every account has.
import { present } from './headers.ts';
import type { Preset, PresetParameter } from './preset.ts';

const LICENSE_KEY: PresetParameter = {
  name: 'licenseKey',
  variable: 'NEW_RELIC_LICENSE_KEY',
  secret: true,
  required: true,
  hint: 'in New Relic: your name, API Keys, a key of type INGEST - LICENSE',
};

function newRelic(region: string, title: string, url: string): Preset {
  return {
    name: `new-relic-${region}`,
    title,
    endpoint: { kind: 'base', url },
    protocol: 'http/protobuf',
    parameters: [LICENSE_KEY],
    headers: ({ licenseKey }) => present({ 'api-key': licenseKey }),
    signals: ['traces', 'metrics', 'logs'],
    temporality: 'delta',
    limits: { requestBytes: 1_000_000, valueLength: 4095 },
  };
}

export const newRelicPresets: readonly Preset[] = [
  newRelic('us', 'New Relic (US)', 'https://otlp.nr-data.net'),
  newRelic('eu', 'New Relic (EU)', 'https://otlp.eu01.nr-data.net'),
];
