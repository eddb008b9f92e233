// Grafana Cloud: one OTLP gateway a zone, whose address the portal shows. Basic auth of the stack's instance id and an
// access policy token. The variables' names are ours. Its limit of a request is not documented for OTLP; of Tempo
// behind it, 5 MB a trace (docs/backends.md), and 2,048 bytes an attribute (`max_attribute_bytes`, which a stack can have
// raised): what is longer it cuts, and JSON with it. Ours counts characters.
import { basicAuth } from './headers.ts';
import type { Preset } from './preset.ts';

const WHERE = 'in the Grafana Cloud portal: your stack, OpenTelemetry, Configure';

export const grafanaCloud: Preset = {
  name: 'grafana-cloud',
  title: 'Grafana Cloud',
  endpoint: { kind: 'base', url: '{url}' },
  protocol: 'http/protobuf',
  parameters: [
    {
      name: 'url',
      variable: 'GRAFANA_CLOUD_OTLP_ENDPOINT',
      secret: false,
      required: true,
      hint: `${WHERE} (https://otlp-gateway-ZONE.grafana.net/otlp)`,
    },
    {
      name: 'instanceId',
      variable: 'GRAFANA_CLOUD_INSTANCE_ID',
      secret: false,
      required: true,
      hint: `${WHERE} (a number)`,
    },
    {
      name: 'token',
      variable: 'GRAFANA_CLOUD_API_KEY',
      secret: true,
      required: true,
      hint: `${WHERE}: a token of an access policy with traces:write (metrics:write and logs:write for those)`,
    },
  ],
  headers: ({ instanceId = '', token = '' }) => ({ authorization: basicAuth(instanceId, token) }),
  signals: ['traces', 'metrics', 'logs'],
  limits: { valueLength: 2048 },
};
