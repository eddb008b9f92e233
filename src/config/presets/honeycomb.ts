// Honeycomb: one key in a header of its own; a dataset only for metrics and for keys of "Classic" environments (those get
// 401 without one). Traces go to the dataset that is named like the service.
// A span is refused over 2,000 fields or 1 MB, a string over 64 KB is cut; the limit of a whole request is not documented
// where we looked. Ours counts characters: a text that is not ASCII has more bytes, and may still be cut there.
// The address of a trace has the names of team, environment and dataset in it: not known.
import { present } from './headers.ts';
import type { Preset, PresetParameter } from './preset.ts';

const PARAMETERS: readonly PresetParameter[] = [
  {
    name: 'apiKey',
    variable: 'HONEYCOMB_API_KEY',
    secret: true,
    required: true,
    hint: 'in Honeycomb: the environment, API Keys, an ingest key (hcaik_…)',
  },
  {
    name: 'dataset',
    variable: 'HONEYCOMB_DATASET',
    secret: false,
    required: false,
    hint: 'a name of your choice; only for a key of a Classic environment, and for metrics',
  },
];

function honeycomb(region: string, title: string, url: string): Preset {
  return {
    name: `honeycomb-${region}`,
    title,
    endpoint: { kind: 'base', url },
    protocol: 'http/protobuf',
    parameters: PARAMETERS,
    headers: ({ apiKey, dataset }) => present({ 'x-honeycomb-team': apiKey, 'x-honeycomb-dataset': dataset }),
    signals: ['traces', 'metrics', 'logs'],
    limits: { valueLength: 64_000 },
  };
}

export const honeycombPresets: readonly Preset[] = [
  honeycomb('us', 'Honeycomb (US)', 'https://api.honeycomb.io'),
  honeycomb('eu', 'Honeycomb (EU)', 'https://api.eu1.honeycomb.io'),
];
