// Dash0: each organization has an address of its region; a token, and a dataset where the token is meant for one (403
// without it). By default it takes spans that ended in the last six hours, and values of 2,048 characters. The address of a
// trace was not verified.
import { present } from './headers.ts';
import type { Preset } from './preset.ts';

export const dash0: Preset = {
  name: 'dash0',
  title: 'Dash0',
  endpoint: { kind: 'base', url: '{url}' },
  protocol: 'http/protobuf',
  parameters: [
    {
      name: 'url',
      variable: 'DASH0_OTLP_ENDPOINT',
      secret: false,
      required: true,
      hint: 'in Dash0: Organization Settings, Endpoints, OTLP/HTTP (https://ingress.REGION.aws.dash0.com)',
    },
    {
      name: 'token',
      variable: 'DASH0_AUTH_TOKEN',
      secret: true,
      required: true,
      hint: 'in Dash0: Organization Settings, Auth Tokens (auth_…), with permission to ingest',
    },
    {
      name: 'dataset',
      variable: 'DASH0_DATASET',
      secret: false,
      required: false,
      hint: 'the dataset that the token is for; "default" without it',
    },
  ],
  headers: ({ token, dataset }) =>
    present({
      authorization: token === undefined ? undefined : `Bearer ${token}`,
      'dash0-dataset': dataset,
    }),
  signals: ['traces', 'metrics', 'logs'],
  limits: { valueLength: 2048, spanAgeMs: 6 * 60 * 60 * 1000 },
};
