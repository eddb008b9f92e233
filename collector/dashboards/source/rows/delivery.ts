// How Turnspan itself gets on: what waits, how old it is, what a backend did not take.
// Always: this comes with a session's metrics. An exporter that cannot deliver to this very backend is silent here; the others
// of its destinations are told, and what waited is told once it arrives.
import { counters, gauges } from '../metrics.ts';
import { bars, lines, stat, table, type PanelMaker } from '../panels.ts';
import { countOf, latest, risen, sinceLast } from '../promql.ts';

const { dropped, refused } = counters;
const { lag, outbox } = gauges;
const WAY = ['turnspan_destination', 'turnspan_signal'] as const;
const NAME = '{{turnspan_destination}}, {{turnspan_signal}}';

/** Numbers, graphs by destination and signal, and each installation. */
export function deliveryPanels(): PanelMaker[] {
  return [
    stat(
      { title: 'Installations', unit: 'short', description: 'How many have sent something in the range.' },
      countOf(outbox, '$__range', ['job', 'instance']),
    ),
    stat(
      {
        title: 'Waiting',
        unit: 'short',
        description: 'Requests that waited when each installation last said so, all together.',
      },
      latest(outbox, '$__range', 'sum'),
    ),
    stat(
      {
        title: 'Longest lag',
        unit: 's',
        description: 'Age of the oldest request that waited when its installation last said so.',
      },
      latest(lag, '$__range', 'max'),
    ),
    stat(
      {
        title: 'Dropped',
        unit: 'short',
        description:
          'Spans, points and log records that a backend did not take although it took their request. They are lost.',
      },
      risen(dropped, '$__range'),
    ),
    stat(
      {
        title: 'Refused',
        unit: 'short',
        description: 'Requests that a backend refused for good. They wait for `turnspan retry`.',
      },
      risen(refused, '$__range'),
    ),
    lines(
      {
        title: 'Outbox',
        unit: 'short',
        description: 'Requests that wait to be sent, by destination and signal, all installations together.',
      },
      [[latest(outbox, '$__interval', 'sum', WAY), NAME]],
    ),
    lines(
      {
        title: 'Lag',
        unit: 's',
        description: 'Age of the oldest request that waits: the worst installation.',
      },
      [[latest(lag, '$__interval', 'max', WAY), NAME]],
    ),
    bars(
      {
        title: 'Dropped by destination',
        unit: 'short',
        description: 'Items that were lost, by destination and signal.',
      },
      [[risen(dropped, '$__interval', { by: WAY }), NAME]],
    ),
    bars(
      {
        title: 'Refused by destination',
        unit: 'short',
        description: 'Requests set aside, by destination and signal.',
      },
      [[risen(refused, '$__interval', { by: WAY }), NAME]],
    ),
    table(
      {
        title: 'Installations',
        unit: 'short',
        description:
          'When each was last heard of in the range, and what waited then. Its id is a hash; `turnspan doctor` does not need it.',
      },
      { job: 'Service', instance: 'Installation' },
      [
        { title: 'Silent for', unit: 's', expr: sinceLast(outbox, '$__range', ['job', 'instance']) },
        { title: 'Waiting', unit: 'short', expr: latest(outbox, '$__range', 'sum', ['job', 'instance']) },
        { title: 'Lag', unit: 's', expr: latest(lag, '$__range', 'max', ['job', 'instance']) },
      ],
    ),
  ];
}
