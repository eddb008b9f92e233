// How long turns, generations and tools take: what half of them, and 95 of a hundred, stay below.
import { histograms, type LabelOf, type Metric } from '../metrics.ts';
import { lines, table, type PanelMaker, type Series } from '../panels.ts';
import { mean, quantile } from '../promql.ts';

const { operationDuration, toolDuration, turnDuration } = histograms;

/** Over time, and the range in a table. */
export function latencyPanels(): PanelMaker[] {
  return [
    lines(
      {
        title: 'Turns',
        unit: 's',
        description: 'From the prompt to the end of the turn, permissions and tools included.',
      },
      p50AndP95(turnDuration),
    ),
    lines(
      {
        title: 'Generations by model',
        unit: 's',
        description: 'From the request to the end of its answer, by the model that answered.',
      },
      p50AndP95(operationDuration, 'gen_ai_response_model'),
    ),
    lines(
      {
        title: 'Tools',
        unit: 's',
        description: 'From a tool call to its result, all tools together, with the wait for a permission.',
      },
      p50AndP95(toolDuration),
    ),
    table(
      { title: 'Latency by model', unit: 's', description: 'Generations of the whole range.' },
      { gen_ai_response_model: 'Model' },
      [
        { title: 'Mean', unit: 's', expr: mean(operationDuration, '$__range', BY_MODEL) },
        { title: 'Half below', unit: 's', expr: quantile(0.5, operationDuration, '$__range', BY_MODEL) },
        { title: '95% below', unit: 's', expr: quantile(0.95, operationDuration, '$__range', BY_MODEL) },
      ],
    ),
  ];
}

const BY_MODEL = { by: ['gen_ai_response_model'] } as const;

function p50AndP95<Label extends string>(metric: Metric<Label>, by?: LabelOf<Label>): Series[] {
  const query = by === undefined ? {} : { by: [by] };
  const name = by === undefined ? '' : `{{${by}}}, `;
  return [
    [quantile(0.5, metric, '$__interval', query), `${name}half below`],
    [quantile(0.95, metric, '$__interval', query), `${name}95% below`],
  ];
}
