// In: the path of a GET. Out: what the JSON API answers, as a value; `null` for paths that it does not have.
//   /healthz                      { status }
//   /api/stats                    StatsView
//   /api/sessions                 { sessions: GroupView[], services: GroupView[] }, newest first
//   /api/sessions/:id/turns       { turns: TurnView[] }, in their order
//   /api/services/:name/traces    { turns: TurnView[] }
//   /api/traces/:traceId          TraceView, spans in tree order
import { turnsOf } from '../query/turns.ts';
import type { StatsView } from '../query/views.ts';
import { layOutTrace } from '../query/waterfall.ts';
import type { ReceiverCounts } from '../receiver/receiver.ts';
import type { Store } from '../store/store.ts';

export type ApiAnswer = { readonly status: 200 | 404; readonly value: unknown };
export type Api = (path: string) => Promise<ApiAnswer | null>;

/** The API over a store. `startedAt` makes the revisions of two runs differ. */
export function createApi(store: Store, counts: ReceiverCounts, startedAt: number): Api {
  return async (path) => {
    const [first, second, id, last, ...more] = path.split('/').slice(1).map(decode);
    if (more.length > 0) return null;
    if (first === 'healthz' && second === undefined) return ok({ status: 'ok' });
    if (first !== 'api') return null;
    switch (`${second ?? ''}/${id === undefined ? '' : ':id'}/${last ?? ''}`) {
      case 'stats//':
        return ok(await stats());
      case 'sessions//':
        return ok({ sessions: await store.sessions(), services: await store.services() });
      case 'sessions/:id/turns':
        return turns(turnsOf(await store.sessionTurns(id ?? '')));
      case 'services/:id/traces':
        return turns(turnsOf(await store.serviceTraces(id ?? '')));
      case 'traces/:id/': {
        const traceId = (id ?? '').toLowerCase();
        const trace = layOutTrace(traceId, await store.trace(traceId));
        return trace === null ? missing('no span of this trace has come') : ok(trace);
      }
      default:
        return null;
    }
  };

  async function stats(): Promise<StatsView> {
    return {
      revision: `${startedAt}-${store.writes}`,
      ...(await store.counts()),
      requests: counts.requests,
      refusedRequests: counts.refused,
      rejectedRecords: counts.rejected,
    };
  }
}

function turns(list: ReturnType<typeof turnsOf>): ApiAnswer {
  return list.length === 0 ? missing('nothing of this name has come') : ok({ turns: list });
}

function ok(value: unknown): ApiAnswer {
  return { status: 200, value };
}

function missing(message: string): ApiAnswer {
  return { status: 404, value: { error: message } };
}

/** A path segment as text; one that is no valid escape stays as it is and matches nothing. */
function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
