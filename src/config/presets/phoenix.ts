// Arize Phoenix: self-hosted on 6006, or a space of its cloud. It takes protobuf alone (415 for anything else) and traces
// alone. Without a key where authentication is off, as it is by default on one's own machine.
import { present } from './headers.ts';
import type { Preset } from './preset.ts';
import { addressOf, withoutSlash } from './self-hosted.ts';

export const phoenix: Preset = {
  name: 'phoenix',
  title: 'Arize Phoenix',
  endpoint: { kind: 'base', url: '{url}' },
  protocol: 'http/protobuf',
  parameters: [
    addressOf(
      'PHOENIX_COLLECTOR_ENDPOINT',
      'http://localhost:6006',
      'where Phoenix is; of its cloud the address of your space (https://app.phoenix.arize.com/s/SPACE)',
    ),
    {
      name: 'apiKey',
      variable: 'PHOENIX_API_KEY',
      secret: true,
      required: false,
      hint: 'in Phoenix: Settings, API Keys; only where authentication is on',
    },
    {
      name: 'project',
      variable: 'PHOENIX_PROJECT_NAME',
      secret: false,
      required: false,
      hint: 'the project that the traces go to; "default" without it',
    },
  ],
  headers: ({ apiKey, project }) =>
    present({
      authorization: apiKey === undefined ? undefined : `Bearer ${apiKey}`,
      'x-project-name': project,
    }),
  signals: ['traces'],
  dialect: 'openinference',
  traceUrl: ({ url }, traceId) =>
    url === undefined ? undefined : `${withoutSlash(url)}/redirects/traces/${traceId}`,
};
