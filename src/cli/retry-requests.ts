// In: where Turnspan lives, the shell, perhaps a destination's name. Out: what was refused is in its outbox again, with the
// address and the keys that count now; later, what became of it.
// Always: a worker may run at the same time. Headers that nobody names any more are not taken away from what waits.
import { setTimeout as sleep } from 'node:timers/promises';
import { shownUrl } from '../config/choice.ts';
import type { Destination, DestinationId } from '../config/destination.ts';
import { readBackoff } from '../delivery/backoff.ts';
import { rememberDestination } from '../delivery/destination-file.ts';
import { outboxDestinations, refusedDestinations } from '../delivery/folders.ts';
import { listPending, listRefused, requeueRefused } from '../delivery/outbox.ts';
import { lastClient } from '../doctor/last-client.ts';
import { whereToSend } from '../doctor/where-to-send.ts';
import type { Places } from '../install/places.ts';
import { shownOutboxes } from './status-outbox.ts';
import { runningWorker, wakeInstalledWorker } from './status-worker.ts';

export interface Requeued {
  readonly id: DestinationId;
  readonly name?: string | undefined;
  readonly url?: string | undefined;
  readonly settings: 'current' | 'remembered';
  readonly requests: number;
}

export type Requeue =
  | {
      readonly status: 'requeued';
      readonly requeued: readonly Requeued[];
      /** Why the configuration could not be asked. */
      readonly problem?: string | undefined;
    }
  /** No destination has that name. */
  | { readonly status: 'unknown'; readonly known: readonly string[] };

/** `wanted`: a name or an id; all without. Throws what the file system throws. */
export function requeue(
  places: Places,
  env: Readonly<Record<string, string | undefined>>,
  cwd: string,
  wanted: string | undefined,
): Requeue {
  const { state, home } = places;
  const { asked, destinations } = whereToSend({ state, home, cwd, env, client: lastClient(state) });
  const refused = refusedDestinations(state).filter((id) => listRefused(state, id).length > 0);
  const nameOf = (id: DestinationId): string | undefined => destinations.find((one) => one.id === id)?.name;
  const isWanted = (id: DestinationId): boolean =>
    wanted === undefined || wanted === id || wanted === nameOf(id);
  const all = [...new Set([...refused, ...outboxDestinations(state), ...destinations.map(({ id }) => id)])];
  if (!all.some(isWanted)) return { status: 'unknown', known: refused.map((id) => nameOf(id) ?? id) };
  const urls = new Map(shownOutboxes(state, Date.now()).map(({ id, url }) => [id, url]));
  const requeued = refused.filter(isWanted).map((id): Requeued => {
    const current = destinations.find((one) => one.id === id);
    // First, because from the first rename on a worker may send.
    if (current !== undefined && saysHeaders(current)) rememberDestination(state, current);
    return {
      id,
      name: current?.name,
      url: current === undefined ? urls.get(id) : shownUrl(current.url),
      settings: current === undefined ? 'remembered' : 'current',
      requests: requeueRefused(state, id),
    };
  });
  const unusable = asked.find(({ resolution }) => resolution.status === 'unusable')?.resolution;
  return {
    status: 'requeued',
    requeued,
    problem: unusable?.status === 'unusable' ? unusable.why : undefined,
  };
}

/** The config file says all that there is. A shell without headers only says that it is another than the client's was. */
function saysHeaders({ name, headers }: Destination): boolean {
  return name !== 'environment' || Object.keys(headers).length > 0;
}

export interface Left {
  readonly waiting: number;
  readonly refused: number;
  readonly refusedWhy: string | null;
}

/** Waits for a worker to send it, for seconds at most. Then: what is left. */
export async function waitUntilSent(
  places: Places,
  requeued: readonly Requeued[],
  isWoken: boolean,
): Promise<(id: DestinationId) => Left> {
  const { state } = places;
  const waits = (): boolean =>
    requeued.some(({ id }) => listPending(state, id).length > 0 && !readBackoff(state, id, Date.now()).holds);
  const until = Date.now() + PATIENCE_MS;
  let seen = false;
  let wokenAgain = false;
  while (isWoken && waits() && Date.now() < until) {
    const runs = runningWorker(state) !== undefined;
    if (seen && !runs) {
      // One that had looked before all this was put back: another looks.
      if (wokenAgain) break;
      wokenAgain = true;
      seen = false;
      await wakeInstalledWorker(places);
    }
    seen ||= runs;
    await sleep(20);
  }
  const left = new Map(shownOutboxes(state, Date.now()).map((one) => [one.id, one]));
  return (id) => {
    const { requests = 0, refused = 0, refusedWhy = null } = left.get(id) ?? {};
    return { waiting: requests, refused, refusedWhy };
  };
}

const PATIENCE_MS = 5000;
