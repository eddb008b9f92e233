// LangSmith: a key, and the project by its name. Traces alone. It waits twelve hours for a span's parent and then drops
// the span; ours sends each root. Whether a key of several workspaces needs a header that names one was not verified:
// take a key of one workspace. The address of a trace has ids of its own: not known.
import { present } from './headers.ts';
import type { Preset, PresetParameter } from './preset.ts';

const PARAMETERS: readonly PresetParameter[] = [
  {
    name: 'apiKey',
    variable: 'LANGSMITH_API_KEY',
    secret: true,
    required: true,
    hint: 'in LangSmith: Settings, API Keys (lsv2_…)',
  },
  {
    name: 'project',
    variable: 'LANGSMITH_PROJECT',
    secret: false,
    required: false,
    hint: 'the project\'s name; "default" without it',
  },
];

function langsmith(region: string, title: string, url: string): Preset {
  return {
    name: `langsmith-${region}`,
    title,
    endpoint: { kind: 'base', url },
    protocol: 'http/protobuf',
    parameters: PARAMETERS,
    headers: ({ apiKey, project }) => present({ 'x-api-key': apiKey, 'langsmith-project': project }),
    signals: ['traces'],
    dialect: 'langsmith',
  };
}

export const langsmithPresets: readonly Preset[] = [
  langsmith('us', 'LangSmith (US)', 'https://api.smith.langchain.com/otel'),
  langsmith('eu', 'LangSmith (EU)', 'https://eu.api.smith.langchain.com/otel'),
];
