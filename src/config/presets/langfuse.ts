// Langfuse: one cloud a region, or self-hosted (3.22 or newer). Basic auth of the project's two keys.
// `x-langfuse-ingestion-version: 4` makes traces visible at once, without it up to ten minutes pass; a higher number is
// answered with 400. Its `/v1/metrics` takes metrics and throws them away, `/v1/logs` does not exist: traces alone.
// The limit of a request is not documented. Its code warns of spans over 9.5 MB: a generation has its messages in four texts
// (the base's two and the dialect's), of at most three bytes a character as a rule.
import { basicAuth } from './headers.ts';
import type { Preset, PresetParameter } from './preset.ts';
import { addressOf, withoutSlash } from './self-hosted.ts';

const WHERE = 'in Langfuse: the project, Settings, API Keys';

const KEYS: readonly PresetParameter[] = [
  {
    name: 'publicKey',
    variable: 'LANGFUSE_PUBLIC_KEY',
    secret: false,
    required: true,
    hint: `${WHERE} (pk-lf-…)`,
  },
  {
    name: 'secretKey',
    variable: 'LANGFUSE_SECRET_KEY',
    secret: true,
    required: true,
    hint: `${WHERE} (sk-lf-…)`,
  },
  {
    name: 'projectId',
    variable: 'LANGFUSE_PROJECT_ID',
    secret: false,
    required: false,
    hint: 'in Langfuse: the part behind /project/ in the address of its pages; only to give the address of a trace',
  },
];

const SELF_HOSTED = addressOf(
  'LANGFUSE_BASE_URL',
  'http://localhost:3000',
  'where your Langfuse is, without /api/public/otel',
);

/** `host` without a slash at its end, or `{url}`. */
function langfuse(place: string, title: string, host: string): Preset {
  return {
    name: `langfuse-${place}`,
    title,
    endpoint: { kind: 'base', url: `${host}/api/public/otel` },
    protocol: 'http/protobuf',
    parameters: host === '{url}' ? [SELF_HOSTED, ...KEYS] : KEYS,
    headers: ({ publicKey = '', secretKey = '' }) => ({
      authorization: basicAuth(publicKey, secretKey),
      'x-langfuse-ingestion-version': '4',
    }),
    signals: ['traces'],
    dialect: 'langfuse',
    limits: { valueLength: 500_000 },
    traceUrl: ({ url = '', projectId }, traceId) =>
      projectId === undefined
        ? undefined
        : `${host === '{url}' ? withoutSlash(url) : host}/project/${projectId}/traces/${traceId}`,
  };
}

export const langfusePresets: readonly Preset[] = [
  langfuse('eu', 'Langfuse Cloud (EU)', 'https://cloud.langfuse.com'),
  langfuse('us', 'Langfuse Cloud (US)', 'https://us.cloud.langfuse.com'),
  langfuse('jp', 'Langfuse Cloud (Japan)', 'https://jp.cloud.langfuse.com'),
  langfuse('hipaa', 'Langfuse Cloud (HIPAA)', 'https://hipaa.cloud.langfuse.com'),
  langfuse('self-hosted', 'Langfuse, self-hosted', '{url}'),
];
