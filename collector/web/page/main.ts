// The page: what it shows follows from the address (route.ts) and from what the server has; it looks again every second
// while it is visible, and draws again only what has changed.
import type { TraceView } from '../../query/views.ts';
import { renderSpan } from './detail.ts';
import { byId, h } from './dom.ts';
import { fetchGroups, fetchStats, fetchTrace, fetchTurns } from './fetch.ts';
import { plural } from './format.ts';
import { type Group, renderList } from './list.ts';
import { readRoute, routeTo } from './route.ts';
import { renderTrace } from './waterfall.ts';

const LOOK_AGAIN_MS = 1_000;

const list = byId('list');
const main = byId('trace');
const panel = byId('span');

let revision = '';
let groups: Group[] = [];
let trace: TraceView | null = null;
/** The trace id that `trace` answers; `null` there means that none of its spans has come. */
let loaded: string | null = null;
/** What is drawn, as JSON: what is the same is not drawn again, so that nothing moves under the reader's hand. */
let drawnList = '';
let drawnTrace = '';
const collapsed = new Set<string>();
/** Groups that were opened or closed by hand, by `kind:id`. The newest one is open unless closed. */
const opened = new Map<string, boolean>();

function drawList(): void {
  keepingFocus(list, () => {
    list.replaceChildren(...renderList(groups, readRoute(location.hash).traceId, { toggle: toggleGroup }));
  });
}

function drawTrace(): void {
  const { traceId, spanId } = readRoute(location.hash);
  const shown = loaded === traceId ? trace : null;
  keepingFocus(main, () => {
    main.replaceChildren(
      ...(shown === null
        ? [h('p', { class: 'hint' }, hint(traceId))]
        : renderTrace(shown, { selected: spanId, collapsed }, { select, toggle })),
    );
  });
  const span = shown?.spans.find((each) => each.spanId === spanId);
  panel.hidden = span === undefined;
  if (span !== undefined) panel.replaceChildren(...renderSpan(span, deselect));
}

function hint(traceId: string | null): string {
  if (traceId === null) return 'Choose a turn.';
  return loaded === traceId ? 'No span of this trace has come.' : 'Loading …';
}

function select(spanId: string): void {
  if (trace !== null) location.hash = routeTo(trace.traceId, spanId);
}

function deselect(): void {
  if (trace !== null) location.hash = routeTo(trace.traceId);
}

function toggle(spanId: string): void {
  if (!collapsed.delete(spanId)) collapsed.add(spanId);
  drawTrace();
}

function toggleGroup(kind: Group['kind'], id: string): void {
  const group = groups.find((each) => each.kind === kind && each.view.id === id);
  opened.set(`${kind}:${id}`, group?.turns === null);
  void guarded(loadList);
}

async function loadList(): Promise<void> {
  const { sessions, services } = await fetchGroups();
  const all = [
    ...sessions.map((view) => ({ kind: 'session' as const, view })),
    ...services.map((view) => ({ kind: 'service' as const, view })),
  ];
  groups = await Promise.all(
    all.map(async ({ kind, view }, place) => {
      const open = opened.get(`${kind}:${view.id}`) ?? place === 0;
      return { kind, view, turns: open ? await fetchTurns(kind, view.id) : null };
    }),
  );
  const text = JSON.stringify(groups);
  if (text !== drawnList) drawList();
  drawnList = text;
}

async function loadTrace(): Promise<void> {
  const { traceId } = readRoute(location.hash);
  const answer = traceId === null ? null : await fetchTrace(traceId);
  // The reader may have gone on meanwhile.
  if (traceId !== readRoute(location.hash).traceId) return;
  const text = JSON.stringify([traceId, answer]);
  [loaded, trace] = [traceId, answer];
  if (text !== drawnTrace) drawTrace();
  drawnTrace = text;
}

async function lookAgain(): Promise<void> {
  const stats = await fetchStats();
  if (stats.revision === revision) return;
  byId('stats').textContent = [
    plural(stats.spans, 'span'),
    plural(stats.metricPoints, 'metric point'),
    plural(stats.logRecords, 'log record'),
    ...(stats.duplicateSpans === 0 ? [] : [plural(stats.duplicateSpans, 'duplicate')]),
  ].join(' · ');
  await Promise.all([loadList(), loadTrace()]);
  // Only now: what failed to load is asked for again.
  revision = stats.revision;
}

/** Runs a load and shows whether the collector answers. */
async function guarded(load: () => Promise<void>): Promise<void> {
  const live = byId('live');
  try {
    await load();
    live.className = 'up';
    live.textContent = 'live';
  } catch {
    live.className = 'down';
    live.textContent = 'the collector does not answer';
  }
}

/** Draws, and gives the focus back to the element that stands for the same thing. */
function keepingFocus(area: HTMLElement, draw: () => void): void {
  const active = document.activeElement;
  const key = active instanceof HTMLElement && area.contains(active) ? active.dataset['key'] : undefined;
  draw();
  if (key === undefined) return;
  area.querySelector<HTMLElement>(`[data-key="${CSS.escape(key)}"]`)?.focus({ preventScroll: true });
}

async function watch(): Promise<void> {
  if (!document.hidden) await guarded(lookAgain);
  setTimeout(() => void watch(), LOOK_AGAIN_MS);
}

window.addEventListener('hashchange', () => {
  drawList();
  drawTrace();
  if (loaded !== readRoute(location.hash).traceId) void guarded(loadTrace);
});
document.addEventListener('keydown', (event) => {
  if (event.key === 'Escape') deselect();
});
drawTrace();
void watch();
