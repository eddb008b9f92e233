// How much of the input came from the cache, and what was written to it.
import { counters, type LabelOf } from '../metrics.ts';
import { bars, lines, table, type PanelMaker } from '../panels.ts';
import { risen, share, type Window } from '../promql.ts';

const { tokens } = counters;
const WRITES = 'cache_creation.*';

/** Which part of all input was read from the cache. */
export function hitRatio(
  window: Window,
  by: readonly LabelOf<'gen_ai_response_model' | 'turnspan_thread'>[] = [],
): string {
  const of = (type: string) => risen(tokens, window, { by, where: { turnspan_token_type: type } });
  return share(of('cache_read'), of(`input|cache_read|${WRITES}`));
}

/** Over time by model, by thread and project, and the writes. */
export function cachePanels(): PanelMaker[] {
  return [
    lines(
      {
        title: 'Cache hits by model',
        unit: 'percentunit',
        description:
          'Which part of all input tokens was read from the cache, by model. It falls after a pause longer than the cache lives, and after a compaction.',
      },
      [[hitRatio('$__interval', ['gen_ai_response_model']), '{{gen_ai_response_model}}']],
    ),
    bars(
      {
        title: 'Written to the cache',
        unit: 'short',
        description:
          'Tokens that were written to the cache, by how long they stay; the longer ones cost more.',
      },
      [
        [
          risen(tokens, '$__interval', {
            by: ['turnspan_token_type'],
            where: { turnspan_token_type: WRITES },
          }),
          '{{turnspan_token_type}}',
        ],
      ],
    ),
    table(
      {
        title: 'Cache by project and thread',
        unit: 'short',
        description: 'Of the whole range. Projects are there where `metrics.attributes` has `project`.',
      },
      { turnspan_project: 'Project', turnspan_thread: 'Thread' },
      [
        {
          title: 'Read',
          unit: 'short',
          expr: risen(tokens, '$__range', {
            by: ['turnspan_project', 'turnspan_thread'],
            where: { turnspan_token_type: 'cache_read' },
          }),
        },
        {
          title: 'Hits',
          unit: 'percentunit',
          expr: hitRatio('$__range', ['turnspan_project', 'turnspan_thread']),
        },
      ],
    ),
  ];
}
