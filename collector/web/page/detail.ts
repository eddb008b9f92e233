// In: a span. Out: everything that is known of it: times, status, content, attributes, events, links, origin.
import type { Json, JsonObject } from '../../model.ts';
import type { PlacedSpan } from '../../query/views.ts';
import { CATEGORY_NAMES, categoryOf } from './category.ts';
import { CONTENT_ATTRIBUTES, isJsonText, renderContent } from './content.ts';
import { h } from './dom.ts';
import { between, exactTime } from './format.ts';
import { routeTo } from './route.ts';

/** The panel of a span; `close` hides it. */
export function renderSpan(span: PlacedSpan, close: () => void): Node[] {
  const category = categoryOf(span);
  return [
    h(
      'div',
      { class: `span-head ${category}${span.statusCode === 'ERROR' ? ' error' : ''}` },
      h('button', { class: 'close', attributes: { 'aria-label': 'Close' }, on: { click: close } }, '×'),
      h('h2', {}, h('span', { class: 'dot' }), span.name),
      h(
        'p',
        { class: 'facts' },
        [
          CATEGORY_NAMES[category],
          span.kind,
          between(span.startUnixNano, span.endUnixNano),
          span.serviceName,
        ].join(' · '),
      ),
      span.statusCode === 'UNSET'
        ? null
        : h(
            'p',
            { class: 'status' },
            [span.statusCode, span.statusMessage].filter((text) => text !== '').join(': '),
          ),
    ),
    ...contentOf(span),
    ...block('Attributes', table(plainAttributes(span.attributes))),
    ...eventsOf(span),
    ...linksOf(span),
    ...block('Span', table(factsOf(span))),
    folded('Resource', table(span.resource)),
    folded('Scope', table({ name: span.scopeName, version: span.scopeVersion, ...span.scopeAttributes })),
  ];
}

function contentOf({ attributes }: PlacedSpan): Node[] {
  return CONTENT_ATTRIBUTES.flatMap((name) => {
    const value = attributes[name];
    return value === undefined ? [] : block(name, renderContent(value));
  });
}

function plainAttributes(attributes: JsonObject): JsonObject {
  const entries = Object.entries(attributes).filter(([name]) => !CONTENT_ATTRIBUTES.includes(name));
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

function eventsOf(span: PlacedSpan): Node[] {
  if (span.events.length === 0) return [];
  return [
    h('h3', {}, 'Events'),
    ...span.events.map((event) =>
      h(
        'div',
        { class: 'event' },
        h('p', {}, h('b', {}, event.name), ` +${between(span.startUnixNano, event.timeUnixNano)}`),
        table(event.attributes),
      ),
    ),
  ];
}

function linksOf({ links }: PlacedSpan): Node[] {
  if (links.length === 0) return [];
  return [
    h('h3', {}, 'Links'),
    ...links.map((link) =>
      h(
        'div',
        { class: 'event' },
        h(
          'p',
          {},
          h(
            'a',
            { class: 'mono', attributes: { href: routeTo(link.traceId, link.spanId) } },
            `${link.traceId} / ${link.spanId}`,
          ),
        ),
        table(link.attributes),
      ),
    ),
  ];
}

function factsOf(span: PlacedSpan): JsonObject {
  return {
    'trace id': span.traceId,
    'span id': span.spanId,
    'parent span id': span.parentSpanId ?? 'none',
    start: exactTime(span.startUnixNano) + (span.startInferred ? ' (inferred)' : ''),
    end: exactTime(span.endUnixNano) + (span.endInferred ? ' (inferred)' : ''),
    ...(span.traceState === '' ? {} : { 'trace state': span.traceState }),
  };
}

function table(values: JsonObject): Node | null {
  const entries = Object.entries(values);
  if (entries.length === 0) return null;
  return h(
    'table',
    {},
    h(
      'tbody',
      {},
      ...entries.map(([name, value]) => h('tr', {}, h('th', {}, name), h('td', {}, cell(value)))),
    ),
  );
}

function cell(value: Json): Node | string {
  if (isJsonText(value)) return renderContent(value);
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function block(title: string, content: Node | null): Node[] {
  return content === null ? [] : [h('h3', {}, title), content];
}

function folded(title: string, content: Node | null): Node {
  return h('details', {}, h('summary', {}, title), content);
}
