// What both ways of `install` do, by options and by questions: from a request to a plan, from a plan to what has happened.
// Always: a plan changes nothing; what cannot be done is told, with what has changed so far.
import { homedir } from 'node:os';
import { findClients, oldestVersion } from '../install/client-versions.ts';
import {
  carryOutInstall,
  placeForGood,
  planInstall,
  wantedHooks,
  type InstallPlan,
  type InstallRequest,
} from '../install/install.ts';
import { placesOf, type Places } from '../install/places.ts';
import type { NewDestination } from '../install/write-destination.ts';
import { openInstallation } from '../state/installation.ts';
import { version } from '../version.ts';
import { clientsText } from './install-text.ts';
import { settingsOfScope } from './settings-scope.ts';
import { refusalText } from './tell-refusal.ts';

/** Where things are for the user of this process. */
export function placesHere(): Places {
  return placesOf(homedir(), process.env, version);
}

export interface Requested {
  readonly request: InstallRequest;
  /** What is known of the clients. */
  readonly about: string;
}

/** Asks all clients of this machine for their version. A text says why there is nothing to install. */
export async function requestFor(
  settings: string,
  destination: NewDestination | undefined,
): Promise<Requested | string> {
  const places = placesHere();
  const clients = await findClients({ home: places.home, path: process.env['PATH'] ?? '' });
  const request: InstallRequest = {
    places,
    settings,
    node: process.execPath,
    oldest: oldestVersion(clients),
    ...(destination === undefined ? {} : { destination }),
  };
  if (wantedHooks(request).size === 0)
    return `Claude Code ${request.oldest} has no hooks that tell when a turn ends: update it (1.0.38 has).`;
  return { request, about: clientsText(clients) };
}

/** The settings file of `--scope`. Throws a UsageError. */
export function settingsFor(scope: string): string {
  return settingsOfScope(scope, placesHere().home, process.env);
}

/** The plan, or why there is none. */
export function planFor(request: InstallRequest): InstallPlan | string {
  const plan = planInstall(request);
  return plan.status === 'refused' ? refusalText(plan, 'nothing was changed') : plan;
}

/** Script and worker in their place, for good. */
export function place(request: Pick<InstallRequest, 'places' | 'node'>): void {
  openInstallation(request.places.state, Date.now());
  // Which events a client knows is nothing to script and worker.
  placeForGood(
    { ...request, settings: '', oldest: oldestVersion([]) },
    import.meta.dirname,
    process.env['PATH'] ?? '',
  );
}

/** Does what the plan says. Gives the backup's path, where one was made, or what has gone wrong. */
export function carryOut(plan: InstallPlan): { readonly backup?: string } | string {
  place(plan.request);
  const done = carryOutInstall(plan, Date.now());
  return done.status === 'refused' ? refusalText(done, 'its hooks are not registered') : done;
}
