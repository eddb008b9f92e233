// What was worked on: sessions, turns, lines, commits, and who.
import { counters } from '../metrics.ts';
import { bars, table, type Column, type PanelMaker } from '../panels.ts';
import { risen } from '../promql.ts';

const { commits, compactions, cost, lines, pullRequests, sessions, subagents, turns } = counters;

/** Over time, and in tables by user and by project. */
export function activityPanels(): PanelMaker[] {
  return [
    bars(
      {
        title: 'Turns',
        unit: 'short',
        description: 'Turns that closed, by how: `lost` ones were never closed by the client.',
      },
      [[risen(turns, '$__interval', { by: ['turnspan_turn_status'] }), '{{turnspan_turn_status}}']],
    ),
    bars({ title: 'Sessions', unit: 'short', description: 'Sessions that began, fresh ones and forks.' }, [
      [risen(sessions, '$__interval', { by: ['turnspan_session_start'] }), '{{turnspan_session_start}}'],
    ]),
    bars(
      {
        title: 'Lines',
        unit: 'short',
        description: 'Lines that successful edits added and removed, by their patches.',
      },
      [[risen(lines, '$__interval', { by: ['turnspan_line_change'] }), '{{turnspan_line_change}}']],
    ),
    bars(
      {
        title: 'Commits and pull requests',
        unit: 'short',
        description:
          'Successful `git commit` and created pull requests. Prometheus has neither before the first.',
      },
      [
        [risen(commits, '$__interval'), 'commits'],
        [risen(pullRequests, '$__interval'), 'pull requests'],
      ],
    ),
    bars({ title: 'Subagents', unit: 'short', description: 'Runs of subagents that ended, by type.' }, [
      [risen(subagents, '$__interval', { by: ['gen_ai_agent_name'] }), '{{gen_ai_agent_name}}'],
    ]),
    bars(
      {
        title: 'Compactions',
        unit: 'short',
        description: 'Times that a conversation was summarised: by hand, or because its context was full.',
      },
      [
        [
          risen(compactions, '$__interval', { by: ['turnspan_compaction_trigger'] }),
          '{{turnspan_compaction_trigger}}',
        ],
      ],
    ),
    who('Users', 'user', { user_id: 'User' }),
    who('Projects', 'project', { turnspan_project: 'Project' }),
  ];
}

function who(
  title: string,
  setting: string,
  key: { readonly user_id: string } | { readonly turnspan_project: string },
): PanelMaker {
  const by = 'user_id' in key ? (['user_id'] as const) : (['turnspan_project'] as const);
  const columns: readonly Column[] = [
    { title: 'Cost', unit: 'currencyUSD', expr: risen(cost, '$__range', { by }) },
    { title: 'Sessions', unit: 'short', expr: risen(sessions, '$__range', { by }) },
    { title: 'Turns', unit: 'short', expr: risen(turns, '$__range', { by }) },
    { title: 'Lines', unit: 'short', expr: risen(lines, '$__range', { by }) },
    { title: 'Commits', unit: 'short', expr: risen(commits, '$__range', { by }) },
  ];
  return table(
    {
      title,
      unit: 'short',
      description: `Of the whole range. One row where \`metrics.attributes\` has no \`${setting}\`.`,
    },
    key,
    columns,
  );
}
