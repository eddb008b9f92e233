// In: a trace that the server has laid out. Out: the waterfall: a row for each span, bars on one time axis.
import type { PlacedSpan, TraceView } from '../../query/views.ts';
import { CATEGORY_NAMES, type Category, categoryOf } from './category.ts';
import { h } from './dom.ts';
import { between, count, duration, plural, time } from './format.ts';

export interface WaterfallState {
  readonly selected: string | null;
  readonly collapsed: ReadonlySet<string>;
}

export interface WaterfallActions {
  select(spanId: string): void;
  toggle(spanId: string): void;
}

/** The heading and the rows of a trace. */
export function renderTrace(trace: TraceView, state: WaterfallState, actions: WaterfallActions): Node[] {
  return [renderHead(trace), renderAxis(trace), renderRows(trace, state, actions)];
}

function renderHead(trace: TraceView): Node {
  const errors = trace.spans.filter(({ statusCode }) => statusCode === 'ERROR').length;
  const root = trace.spans.find(({ attachment }) => attachment === 'root') ?? trace.spans[0];
  const status = root?.attributes['turnspan.turn.status'];
  return h(
    'div',
    { class: 'trace-head' },
    h('h1', {}, root?.name ?? trace.traceId),
    h(
      'p',
      { class: 'facts' },
      [
        ...(typeof status === 'string' ? [status] : []),
        time(trace.startUnixNano),
        between(trace.startUnixNano, trace.endUnixNano),
        plural(trace.spans.length, 'span'),
        ...tokenFacts(trace),
      ].join(' · '),
      errors > 0 ? h('b', { class: 'bad' }, ` · ${plural(errors, 'error')}`) : null,
    ),
    h(
      'p',
      { class: 'legend' },
      ...(Object.keys(CATEGORY_NAMES) as Category[]).map((each) =>
        // the keys of a Record<Category, …>
        h('span', { class: `key ${each}` }, CATEGORY_NAMES[each]),
      ),
      h('span', { class: 'key error' }, 'error'),
      h('span', { class: 'key inferred' }, 'inferred time'),
      h('span', { class: 'mono id' }, trace.traceId),
    ),
  );
}

/** Sums over generations: an agent's own numbers repeat those of its generations. */
function tokenFacts({ spans }: TraceView): string[] {
  const sum = (name: string): number =>
    spans
      .filter((span) => categoryOf(span) === 'chat')
      .map((span) => span.attributes[name])
      .reduce<number>((total, value) => total + (typeof value === 'number' ? value : 0), 0);
  const input = sum('gen_ai.usage.input_tokens');
  const output = sum('gen_ai.usage.output_tokens');
  const cost = sum('gen_ai.usage.cost');
  return [
    ...(input + output === 0 ? [] : [`${count(input)} tokens in, ${count(output)} out`]),
    ...(cost === 0 ? [] : [`$${cost.toFixed(4)}`]),
  ];
}

const TICKS = [0, 1, 2, 3, 4];

function renderAxis({ startUnixNano, endUnixNano }: TraceView): Node {
  const whole = BigInt(endUnixNano) - BigInt(startUnixNano);
  return h(
    'div',
    { class: 'axis', attributes: { 'aria-hidden': 'true' } },
    h('div', {}),
    h(
      'div',
      { class: 'ticks' },
      ...TICKS.map((tick) =>
        h(
          'span',
          { style: { left: `${tick * 25}%` } },
          tick === 0 ? '0' : duration((whole * BigInt(tick)) / 4n),
        ),
      ),
    ),
  );
}

function renderRows(trace: TraceView, state: WaterfallState, actions: WaterfallActions): Node {
  const rows = h('div', {
    class: 'rows',
    attributes: { role: 'tree', 'aria-label': 'Spans' },
    on: {
      keydown: (event) => {
        moveFocus(rows, event);
      },
    },
  });
  const visible = visibleSpans(trace.spans, state.collapsed);
  const tabStop = visible.find(({ spanId }) => spanId === state.selected) ?? visible[0];
  rows.append(...visible.map((span) => renderRow(span, span === tabStop, state, actions)));
  return rows;
}

/** All but what lies under a collapsed span. The spans are in tree order. */
function visibleSpans(spans: readonly PlacedSpan[], collapsed: ReadonlySet<string>): PlacedSpan[] {
  const visible: PlacedSpan[] = [];
  let hiddenBelow = Infinity;
  for (const span of spans) {
    if (span.depth > hiddenBelow) continue;
    hiddenBelow = collapsed.has(span.spanId) ? span.depth : Infinity;
    visible.push(span);
  }
  return visible;
}

const MAX_INDENT = 24;

function renderRow(
  span: PlacedSpan,
  tabStop: boolean,
  state: WaterfallState,
  actions: WaterfallActions,
): Node {
  const select = (): void => {
    actions.select(span.spanId);
  };
  const collapsed = state.collapsed.has(span.spanId);
  return h(
    'div',
    {
      class: `row ${categoryOf(span)}${span.statusCode === 'ERROR' ? ' error' : ''}`,
      attributes: {
        role: 'treeitem',
        tabindex: tabStop ? '0' : '-1',
        'data-key': span.spanId,
        'aria-level': String(span.depth + 1),
        'aria-selected': String(span.spanId === state.selected),
        ...(span.children > 0 ? { 'aria-expanded': String(!collapsed) } : {}),
      },
      on: {
        click: select,
        keydown: (event) => {
          if (event.key === 'Enter' || event.key === ' ') {
            event.preventDefault();
            select();
          } else if (span.children > 0 && event.key === (collapsed ? 'ArrowRight' : 'ArrowLeft')) {
            event.preventDefault();
            actions.toggle(span.spanId);
          }
        },
      },
    },
    h(
      'div',
      { class: 'label', style: { 'padding-left': `${Math.min(span.depth, MAX_INDENT) * 14}px` } },
      renderToggle(span, collapsed, actions),
      h('span', { class: 'dot' }),
      h('span', { class: 'name', attributes: { title: span.name } }, shortName(span)),
      renderAttachment(span),
    ),
    h('div', { class: 'track' }, renderBar(span), renderDuration(span)),
  );
}

/** The name without its operation, which the colour tells already: `execute_tool Bash` is `Bash`. */
function shortName({ name, attributes }: PlacedSpan): string {
  const operation = attributes['gen_ai.operation.name'];
  const short =
    typeof operation === 'string' && name.startsWith(`${operation} `)
      ? name.slice(operation.length + 1)
      : name;
  return short === '' ? '(no name)' : short;
}

function renderToggle(span: PlacedSpan, collapsed: boolean, actions: WaterfallActions): Node {
  if (span.children === 0) return h('span', { class: 'toggle' });
  return h(
    'button',
    {
      class: 'toggle',
      attributes: { tabindex: '-1', 'aria-label': collapsed ? 'Expand' : 'Collapse' },
      on: {
        click: (event) => {
          event.stopPropagation();
          actions.toggle(span.spanId);
        },
      },
    },
    collapsed ? '▸' : '▾',
  );
}

function renderAttachment({ attachment }: PlacedSpan): Node | null {
  if (attachment === 'orphan') {
    return h('span', { class: 'note', attributes: { title: 'Its parent has not come' } }, 'orphan');
  }
  if (attachment === 'cycle') {
    return h('span', { class: 'note', attributes: { title: 'Its ancestors form a ring' } }, 'cycle');
  }
  return null;
}

function renderBar(span: PlacedSpan): Node {
  const inferred = [
    ...(span.startInferred ? ['start inferred'] : []),
    ...(span.endInferred ? ['end inferred'] : []),
  ];
  return h('div', {
    class: `bar${span.startInferred ? ' start-inferred' : ''}${span.endInferred ? ' end-inferred' : ''}`,
    style: { left: percent(span.left), width: percent(span.width) },
    ...(inferred.length === 0 ? {} : { attributes: { title: inferred.join(', ') } }),
  });
}

/** The duration, right of the bar; the rows leave room for it behind the end of the axis. */
function renderDuration({ left, width, startUnixNano, endUnixNano }: PlacedSpan): Node {
  return h(
    'span',
    { class: 'time', style: { left: percent(left + width) } },
    between(startUnixNano, endUnixNano),
  );
}

function percent(fraction: number): string {
  return `${fraction * 100}%`;
}

function moveFocus(rows: HTMLElement, event: KeyboardEvent): void {
  if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
  const row = document.activeElement;
  if (row === null || row.parentElement !== rows) return;
  const next = event.key === 'ArrowDown' ? row.nextElementSibling : row.previousElementSibling;
  event.preventDefault();
  if (next instanceof HTMLElement) next.focus();
}
