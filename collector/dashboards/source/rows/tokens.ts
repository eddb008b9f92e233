// Tokens by what they are, by model and by answer; how full the context was.
import { counters, histograms } from '../metrics.ts';
import { bars, lines, table, type Column, type PanelMaker } from '../panels.ts';
import { mean, quantile, risen } from '../promql.ts';

const { tokens } = counters;
const { contextSize, tokenUsage } = histograms;

/** Over time, in a table by model, and as sizes. */
export function tokenPanels(): PanelMaker[] {
  const of = (title: string, type: string): Column => ({
    title,
    unit: 'short',
    expr: risen(tokens, '$__range', { by: ['gen_ai_response_model'], where: { turnspan_token_type: type } }),
  });
  return [
    bars(
      {
        title: 'Tokens by type',
        unit: 'short',
        description:
          'As the API reported them; no token is in two types. `cache_creation_…` are writes to the cache.',
      },
      [[risen(tokens, '$__interval', { by: ['turnspan_token_type'] }), '{{turnspan_token_type}}']],
    ),
    table(
      {
        title: 'Tokens by model',
        unit: 'short',
        description: 'Of the whole range, by the model that answered.',
      },
      { gen_ai_response_model: 'Model' },
      [
        of('Input', 'input'),
        of('Output', 'output'),
        of('Cache read', 'cache_read'),
        of('Cache written', 'cache_creation.*'),
      ],
    ),
    lines(
      {
        title: 'Context',
        unit: 'short',
        description: 'Input tokens of a generation, cached ones too: how full the context was.',
      },
      [
        [
          quantile(0.5, contextSize, '$__interval', { by: ['turnspan_thread'] }),
          '{{turnspan_thread}}, half below',
        ],
        [
          quantile(0.95, contextSize, '$__interval', { by: ['turnspan_thread'] }),
          '{{turnspan_thread}}, 95% below',
        ],
      ],
    ),
    lines(
      {
        title: 'Tokens of an answer',
        unit: 'short',
        description: 'Output tokens of one API response, by model: the mean, and what 95% stay below.',
      },
      [
        [
          mean(tokenUsage, '$__interval', {
            by: ['gen_ai_response_model'],
            where: { gen_ai_token_type: 'output' },
          }),
          '{{gen_ai_response_model}}, mean',
        ],
        [
          quantile(0.95, tokenUsage, '$__interval', {
            by: ['gen_ai_response_model'],
            where: { gen_ai_token_type: 'output' },
          }),
          '{{gen_ai_response_model}}, 95% below',
        ],
      ],
    ),
  ];
}
