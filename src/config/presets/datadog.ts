// Datadog LLM Observability, by the OTLP intake without an agent: traces alone, its own path and source header (`llmobs`;
// older pages say `datadog`). gRPC is not taken. Metrics have an intake of their own that wants delta and another header,
// so they are left out. For some sites and accounts the intake is a preview that Datadog switches on.
import type { Preset } from './preset.ts';
import { present } from './headers.ts';

export const datadog: Preset = {
  name: 'datadog',
  title: 'Datadog LLM Observability',
  endpoint: { kind: 'traces', url: 'https://otlp.{site}/v1/traces' },
  protocol: 'http/protobuf',
  parameters: [
    {
      name: 'apiKey',
      variable: 'DD_API_KEY',
      secret: true,
      required: true,
      hint: 'in Datadog: Organization Settings, API Keys',
    },
    {
      name: 'site',
      variable: 'DD_SITE',
      secret: false,
      required: false,
      default: 'datadoghq.com',
      hint: 'the part behind "app." in the address of your Datadog (datadoghq.eu, us5.datadoghq.com, …)',
    },
  ],
  headers: ({ apiKey }) => present({ 'dd-api-key': apiKey, 'dd-otlp-source': 'llmobs' }),
  signals: ['traces'],
};
