// Asks the JSON API. Always: only this server is asked.
import type { GroupView, StatsView, TraceView, TurnView } from '../../query/views.ts';

export async function fetchStats(): Promise<StatsView> {
  return (await get('/api/stats')) as StatsView;
}

export async function fetchGroups(): Promise<{ sessions: GroupView[]; services: GroupView[] }> {
  return (await get('/api/sessions')) as { sessions: GroupView[]; services: GroupView[] };
}

export async function fetchTurns(kind: 'session' | 'service', id: string): Promise<TurnView[]> {
  const name = encodeURIComponent(id);
  const path = kind === 'session' ? `/api/sessions/${name}/turns` : `/api/services/${name}/traces`;
  return ((await get(path)) as { turns: TurnView[] } | null)?.turns ?? [];
}

/** `null` when no span of the trace has come. */
export async function fetchTrace(traceId: string): Promise<TraceView | null> {
  return (await get(`/api/traces/${encodeURIComponent(traceId)}`)) as TraceView | null;
}

/** The answer's value; `null` for 404. Rejects when the collector does not answer. */
async function get(path: string): Promise<unknown> {
  const response = await fetch(path);
  if (response.status === 404) return null;
  if (!response.ok) throw new Error(`${path}: ${response.status}`);
  return response.json();
}
