// What went wrong: turns, subagents, tool calls, requests.
import { counters } from '../metrics.ts';
import { bars, lines, type PanelMaker } from '../panels.ts';
import { risen, share } from '../promql.ts';

const { errors, retries, subagents, turns } = counters;

/** By type, as a part of the turns, and the requests that were tried again. */
export function errorPanels(): PanelMaker[] {
  return [
    bars(
      {
        title: 'Errors by type',
        unit: 'short',
        description:
          'A failed turn, subagent or tool call, each once: `tool_error`, `agent_error`, or the API’s name.',
      },
      [[risen(errors, '$__interval', { by: ['error_type'] }), '{{error_type}}']],
    ),
    lines(
      {
        title: 'Failed turns',
        unit: 'percentunit',
        description: 'Which part of the turns of each step failed, and which was interrupted.',
      },
      ['failed', 'interrupted'].map((status) => [
        share(
          risen(turns, '$__interval', { where: { turnspan_turn_status: status } }),
          risen(turns, '$__interval'),
        ),
        status,
      ]),
    ),
    bars(
      {
        title: 'Requests tried again',
        unit: 'short',
        description:
          'Requests to the API that failed and were tried again, by HTTP status; empty where none was answered.',
      },
      [
        [
          risen(retries, '$__interval', { by: ['http_response_status_code'] }),
          '{{http_response_status_code}}',
        ],
      ],
    ),
    bars({ title: 'Subagents by outcome', unit: 'short', description: 'How the runs of subagents ended.' }, [
      [risen(subagents, '$__interval', { by: ['turnspan_agent_outcome'] }), '{{turnspan_agent_outcome}}'],
    ]),
  ];
}
