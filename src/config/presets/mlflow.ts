// MLflow 3.6 or newer with an SQL store (seen running with 3.17): OTLP over HTTP with protobuf, traces alone, and the
// experiment in a header. A server with MLflow's own login was not tried: its password has no place here.
import { present } from './headers.ts';
import type { Preset } from './preset.ts';
import { addressOf, withoutSlash } from './self-hosted.ts';

export const mlflow: Preset = {
  name: 'mlflow',
  title: 'MLflow',
  endpoint: { kind: 'base', url: '{url}' },
  protocol: 'http/protobuf',
  parameters: [
    addressOf('MLFLOW_TRACKING_URI', 'http://localhost:5000', 'where the MLflow server is'),
    {
      name: 'experimentId',
      variable: 'MLFLOW_EXPERIMENT_ID',
      secret: false,
      required: false,
      default: '0',
      hint: 'in MLflow: the number behind /experiments/ in the address of the experiment; 0 is "Default"',
    },
  ],
  headers: ({ experimentId }) => present({ 'x-mlflow-experiment-id': experimentId }),
  signals: ['traces'],
  traceUrl: ({ url = '', experimentId = '0' }, traceId) =>
    `${withoutSlash(url)}/#/experiments/${experimentId}/traces?selectedEvaluationId=tr-${traceId}`,
};
