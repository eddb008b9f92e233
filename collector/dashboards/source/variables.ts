// The variables on top of a dashboard: the data source, and a filter for each label that its metrics can have.
// Always: "All" is every value and none, so that a label which nobody switched on filters nothing away.
import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import {
  CustomVariableBuilder,
  DatasourceVariableBuilder,
  QueryVariableBuilder,
  VariableRefresh,
  VariableSort,
  type VariableModel,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { counters, gauges, type LabelOf, type Metric } from './metrics.ts';

/** The data source that panels and variables ask. */
export const DATA_SOURCE = { type: 'prometheus', uid: '${datasource}' };

/** Of dashboards about sessions. */
export const sessionVariables: readonly Builder<VariableModel>[] = [
  dataSource(),
  filter('service', 'Service', counters.turns, 'job', 'The resource’s `service.name`.'),
  filter(
    'project',
    'Project',
    counters.turns,
    'turnspan_project',
    'There where `metrics.attributes` in Turnspan’s configuration has `project`.',
  ),
  filter(
    'user',
    'User',
    counters.turns,
    'user_id',
    'There where `metrics.attributes` in Turnspan’s configuration has `user`.',
  ),
  filter(
    'model',
    'Model',
    counters.generations,
    'gen_ai_response_model',
    'Filters what is counted by model: cost, tokens, generations, context. Turns and tool calls have no model.',
  ),
  horizon(),
];

/** Of dashboards about the exporter. */
export const exporterVariables: readonly Builder<VariableModel>[] = [
  dataSource(),
  filter('service', 'Service', gauges.outbox, 'job', 'The resource’s `service.name`.'),
  filter(
    'destination',
    'Destination',
    gauges.outbox,
    'turnspan_destination',
    'The id of a destination, as `turnspan status` shows it.',
  ),
  horizon(),
];

function dataSource(): Builder<VariableModel> {
  return new DatasourceVariableBuilder('datasource')
    .label('Data source')
    .description('A Prometheus, or what speaks its language.')
    .type('prometheus');
}

function filter<Label extends string>(
  name: string,
  label: string,
  metric: Metric<Label>,
  values: LabelOf<Label>,
  description: string,
): Builder<VariableModel> {
  const query = `label_values(${metric.name}, ${values})`;
  return new QueryVariableBuilder(name)
    .label(label)
    .description(description)
    .datasource(DATA_SOURCE)
    .query({ query, refId: `variable-${name}` })
    .definition(query)
    .refresh(VariableRefresh.OnTimeRangeChanged)
    .sort(VariableSort.AlphabeticalAsc)
    .multi(true)
    .includeAll(true)
    .allValue('.*')
    .current({ selected: true, text: ['All'], value: ['$__all'] });
}

/** Turnspan forgets a series after 30 days without anything new: what is older need not be looked for. */
function horizon(): Builder<VariableModel> {
  const values = ['1h', '1d', '7d', '30d'];
  return new CustomVariableBuilder('horizon')
    .label('Look back')
    .description(
      'How far before a window the last value of a counter is looked for. 30d is right where Turnspan’s metrics are pushed; where something scrapes them every few seconds, 1h is enough and much faster.',
    )
    .values(values.join(','))
    .options(values.map((value) => ({ selected: value === '30d', text: value, value })))
    .current({ selected: true, text: '30d', value: '30d' });
}
