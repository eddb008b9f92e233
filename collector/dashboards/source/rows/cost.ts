// What was spent, and on what.
import { counters } from '../metrics.ts';
import { bars, ranking, stat, table, type PanelMaker } from '../panels.ts';
import { risen } from '../promql.ts';

const { cost, generations, sessions, turns, unknownCost } = counters;

/** Over time, by model, thread, project and user; and what has no price. */
export function costPanels(): PanelMaker[] {
  return [
    bars(
      {
        title: 'Cost by model',
        unit: 'currencyUSD',
        description: 'What the generations of each step cost, by the model that answered.',
      },
      [[risen(cost, '$__interval', { by: ['gen_ai_response_model'] }), '{{gen_ai_response_model}}']],
    ),
    bars(
      {
        title: 'Cost by thread',
        unit: 'currencyUSD',
        description: 'What the conversation itself cost (`main`), and what its subagents did.',
      },
      [[risen(cost, '$__interval', { by: ['turnspan_thread'] }), '{{turnspan_thread}}']],
    ),
    ranking(
      {
        title: 'Cost by project',
        unit: 'currencyUSD',
        description:
          'Of the whole range. Projects are there where `metrics.attributes` has `project`; else it is one bar without a name.',
      },
      [risen(cost, '$__range', { by: ['turnspan_project'] }), '{{turnspan_project}}'],
    ),
    ranking(
      {
        title: 'Cost by user',
        unit: 'currencyUSD',
        description:
          'Of the whole range. Users are there where `metrics.attributes` has `user`; else it is one bar without a name.',
      },
      [risen(cost, '$__range', { by: ['user_id'] }), '{{user_id}}'],
    ),
    table(
      {
        title: 'Models',
        unit: 'short',
        description: 'What each model cost in the range, and how often it answered.',
      },
      { gen_ai_response_model: 'Model' },
      [
        {
          title: 'Cost',
          unit: 'currencyUSD',
          expr: risen(cost, '$__range', { by: ['gen_ai_response_model'] }),
        },
        {
          title: 'Generations',
          unit: 'short',
          expr: risen(generations, '$__range', { by: ['gen_ai_response_model'] }),
        },
        {
          title: 'Without a price',
          unit: 'short',
          expr: risen(unknownCost, '$__range', { by: ['gen_ai_response_model'] }),
        },
      ],
    ),
    stat(
      {
        title: 'Cost of a turn',
        unit: 'currencyUSD',
        description: 'The mean of the range. With a filter by model: what that model cost, by all turns.',
      },
      `${risen(cost, '$__range')} / (${risen(turns, '$__range')} > 0)`,
      'no turns',
    ),
    stat(
      {
        title: 'Cost of a session',
        unit: 'currencyUSD',
        description: 'The mean of the range: its cost by the sessions that began in it.',
      },
      `${risen(cost, '$__range')} / (${risen(sessions, '$__range')} > 0)`,
      'no sessions',
    ),
    stat(
      {
        title: 'Without a price',
        unit: 'short',
        description:
          'Generations that the cost leaves out: a model that no price list has, or no recorded tokens. `prices` in Turnspan’s configuration adds a price.',
      },
      risen(unknownCost, '$__range'),
    ),
  ];
}
