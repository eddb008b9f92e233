// Which tools were called, how they ended, how long they took.
import { counters, histograms } from '../metrics.ts';
import { bars, lines, stat, table, type PanelMaker } from '../panels.ts';
import { quantile, risen, share } from '../promql.ts';

const { toolCalls } = counters;
const { toolDuration } = histograms;
const BY_TOOL = ['gen_ai_tool_name'] as const;
const FAILED = { turnspan_tool_outcome: 'failed' };

/** Calls, failures and durations. */
export function toolPanels(): PanelMaker[] {
  return [
    stat(
      { title: 'Tool calls', unit: 'short', description: 'Calls of tools that ended in the range, however.' },
      risen(toolCalls, '$__range'),
    ),
    stat(
      {
        title: 'Failed',
        unit: 'short',
        description: 'Calls that gave back an error. Denied and interrupted ones are not in it.',
      },
      risen(toolCalls, '$__range', { where: FAILED }),
    ),
    stat(
      {
        title: 'Failed, of all',
        unit: 'percentunit',
        description: 'Which part of the calls gave back an error.',
      },
      share(risen(toolCalls, '$__range', { where: FAILED }), risen(toolCalls, '$__range')),
      'no calls',
    ),
    stat(
      {
        title: 'Denied',
        unit: 'short',
        description: 'Calls that the user, a rule or a hook did not permit.',
      },
      risen(toolCalls, '$__range', { where: { turnspan_tool_outcome: 'denied' } }),
    ),
    bars(
      { title: 'Calls by tool', unit: 'short', description: 'Of an MCP server: all its tools together.' },
      [[risen(toolCalls, '$__interval', { by: BY_TOOL }), '{{gen_ai_tool_name}}']],
    ),
    bars({ title: 'Calls by outcome', unit: 'short', description: 'How the calls of each step ended.' }, [
      [risen(toolCalls, '$__interval', { by: ['turnspan_tool_outcome'] }), '{{turnspan_tool_outcome}}'],
    ]),
    table(
      {
        title: 'Tools',
        unit: 'short',
        description:
          'Of the whole range. A duration is from the call to its result, with the wait for a permission.',
      },
      { gen_ai_tool_name: 'Tool' },
      [
        { title: 'Calls', unit: 'short', expr: risen(toolCalls, '$__range', { by: BY_TOOL }) },
        {
          title: 'Failed',
          unit: 'short',
          expr: risen(toolCalls, '$__range', { by: BY_TOOL, where: FAILED }),
        },
        {
          title: 'Failed, of all',
          unit: 'percentunit',
          expr: share(
            risen(toolCalls, '$__range', { by: BY_TOOL, where: FAILED }),
            risen(toolCalls, '$__range', { by: BY_TOOL }),
          ),
        },
        { title: 'Half below', unit: 's', expr: quantile(0.5, toolDuration, '$__range', { by: BY_TOOL }) },
        { title: '95% below', unit: 's', expr: quantile(0.95, toolDuration, '$__range', { by: BY_TOOL }) },
      ],
    ),
    lines(
      {
        title: 'Failed calls by tool',
        unit: 'percentunit',
        description: 'Which part of the calls of each step gave back an error.',
      },
      [
        [
          share(
            risen(toolCalls, '$__interval', { by: BY_TOOL, where: FAILED }),
            risen(toolCalls, '$__interval', { by: BY_TOOL }),
          ),
          '{{gen_ai_tool_name}}',
        ],
      ],
    ),
  ];
}
