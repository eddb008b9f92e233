// The first row: the range in six numbers.
import { counters } from '../metrics.ts';
import { stat, type PanelMaker } from '../panels.ts';
import { risen } from '../promql.ts';
import { hitRatio } from './cache.ts';

/** Cost, tokens, cache, turns, sessions, lines. */
export function glance(): PanelMaker[] {
  return [
    stat(
      {
        title: 'Cost',
        unit: 'currencyUSD',
        description:
          'What the generations of the range cost, by list price and your own. Those without a price are not in it.',
      },
      risen(counters.cost, '$__range'),
    ),
    stat(
      {
        title: 'Tokens',
        unit: 'short',
        description: 'All tokens as the API reported them, those of the cache too.',
      },
      risen(counters.tokens, '$__range'),
    ),
    stat(
      {
        title: 'Cache hits',
        unit: 'percentunit',
        description: 'Which part of all input tokens was read from the cache.',
      },
      hitRatio('$__range'),
      'no input',
    ),
    stat(
      { title: 'Turns', unit: 'short', description: 'Turns that closed, from a prompt to its answer.' },
      risen(counters.turns, '$__range'),
    ),
    stat(
      { title: 'Sessions', unit: 'short', description: 'Sessions that began; resuming one counts nothing.' },
      risen(counters.sessions, '$__range'),
    ),
    stat(
      { title: 'Lines changed', unit: 'short', description: 'Lines that edits added or removed.' },
      risen(counters.lines, '$__range'),
    ),
  ];
}
