// In: sessions, services and the turns of those that are open. Out: the list on the left.
import type { GroupView, TurnView } from '../../query/views.ts';
import { h } from './dom.ts';
import { between, count, plural, time } from './format.ts';
import { routeTo } from './route.ts';

export interface Group {
  readonly kind: 'session' | 'service';
  readonly view: GroupView;
  /** `null` while closed. */
  readonly turns: readonly TurnView[] | null;
}

export interface ListActions {
  toggle(kind: Group['kind'], id: string): void;
}

/** The list; `current` is the trace that is shown. */
export function renderList(groups: readonly Group[], current: string | null, actions: ListActions): Node[] {
  if (groups.length === 0) return [emptyList()];
  const sessions = groups.filter(({ kind }) => kind === 'session');
  const services = groups.filter(({ kind }) => kind === 'service');
  return [
    ...section('Sessions', sessions, current, actions),
    ...section('Other services', services, current, actions),
  ];
}

function section(
  title: string,
  groups: readonly Group[],
  current: string | null,
  actions: ListActions,
): Node[] {
  if (groups.length === 0) return [];
  return [h('h2', {}, title), ...groups.map((group) => renderGroup(group, current, actions))];
}

function renderGroup({ kind, view, turns }: Group, current: string | null, actions: ListActions): Node {
  const name = kind === 'session' ? view.id.slice(0, 8) : view.id;
  return h(
    'section',
    { class: 'group' },
    h(
      'button',
      {
        class: 'group-head',
        attributes: {
          'aria-expanded': String(turns !== null),
          'data-key': `${kind}:${view.id}`,
          title: `${view.id} · ${view.serviceName}`,
        },
        on: {
          click: () => {
            actions.toggle(kind, view.id);
          },
        },
      },
      h('span', { class: kind === 'session' ? 'name mono' : 'name' }, name),
      h('span', { class: 'when' }, time(view.startUnixNano)),
      h(
        'span',
        { class: 'facts' },
        [
          plural(view.traces, kind === 'session' ? 'turn' : 'trace'),
          plural(view.spans, 'span'),
          ...(view.inputTokens + view.outputTokens > 0
            ? [`${count(view.inputTokens + view.outputTokens)} tokens`]
            : []),
        ].join(' · '),
        view.errors > 0 ? h('b', { class: 'bad' }, ` · ${plural(view.errors, 'error')}`) : null,
      ),
    ),
    turns === null ? null : h('ol', {}, ...turns.map((turn) => renderTurn(turn, current))),
  );
}

function renderTurn(turn: TurnView, current: string | null): Node {
  const target = routeTo(turn.traceId);
  return h(
    'li',
    {},
    h(
      'a',
      {
        class: `turn ${statusClass(turn)}`,
        attributes: {
          href: target,
          'data-key': `${turn.traceId}:${turn.rootSpanId ?? ''}`,
          ...(turn.traceId === current ? { 'aria-current': 'page' } : {}),
        },
      },
      h('span', { class: 'title' }, turn.title),
      h(
        'span',
        { class: 'facts' },
        [
          ...(turn.number === null || turn.title === `Turn ${turn.number}` ? [] : [`#${turn.number}`]),
          turn.status ?? (turn.rootSpanId === null ? 'root not here yet' : ''),
          between(turn.startUnixNano, turn.endUnixNano),
          plural(turn.spans, 'span'),
        ]
          .filter((fact) => fact !== '')
          .join(' · '),
        turn.errors > 0 ? h('b', { class: 'bad' }, ` · ${plural(turn.errors, 'error')}`) : null,
      ),
    ),
  );
}

function statusClass({ status, rootSpanId }: TurnView): string {
  if (rootSpanId === null) return 'open';
  return status !== null && ['completed', 'failed', 'interrupted', 'lost'].includes(status)
    ? status
    : 'plain';
}

function emptyList(): Node {
  return h(
    'p',
    { class: 'hint' },
    'Nothing has come yet. Send OTLP over HTTP to ',
    h('code', {}, location.origin),
    ': set ',
    h('code', {}, 'OTEL_EXPORTER_OTLP_ENDPOINT'),
    ' to it.',
  );
}
