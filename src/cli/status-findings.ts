// In: what `status` read. Out: what someone should look at, each with its remedy.
// Always: names the thing and the place. A pause and a switch that the user has set are none: they are wanted.
import { join } from 'node:path';
import { exposures } from '../config/exposure.ts';
import { userConfigFileOf } from '../config/user-config-place.ts';
import { shellPath } from '../doctor/shown.ts';
import type { Places } from '../install/places.ts';
import { pauseFile, type Pause } from '../state/pause.ts';
import { readSkips, skipsFile, SkipsUnreadable } from '../state/pause-skips.ts';
import type { ShownDestinations } from './status-destinations.ts';
import { recordProblem, type SettingsFound } from './status-installed.ts';
import type { ShownOutbox } from './status-outbox.ts';
import type { ReadInstallation, Watched } from './status-state.ts';

export interface Finding {
  /** A sentence. */
  readonly what: string;
  readonly remedy: string;
}

export interface Known {
  readonly places: Places;
  readonly installation: ReadInstallation;
  readonly settings: readonly SettingsFound[];
  readonly pause: Pause | undefined;
  readonly shown: ShownDestinations;
  readonly watched: Watched;
  readonly outboxes: readonly ShownOutbox[];
}

export function findings(known: Known): Finding[] {
  return [
    ...ofInstallation(known),
    ...ofFiles(known),
    ...ofConfigFile(known),
    ...ofDestinations(known),
    ...known.outboxes.flatMap((outbox) => ofOutbox(outbox, known.places.state)),
  ];
}

function ofInstallation({ places, installation, settings }: Known): Finding[] {
  const isRegistered = settings.some(({ hooks }) => hooks > 0);
  if (installation.status === 'none' && !isRegistered) {
    return [
      {
        what: 'Turnspan is not installed.',
        remedy: "`turnspan install` puts its hooks into Claude Code's settings.",
      },
    ];
  }
  const lost = settings.flatMap(({ file, problem }) =>
    problem === undefined
      ? []
      : [{ what: `${file} ${problem}.`, remedy: 'Repair that, or run `turnspan install` again.' }],
  );
  if (isRegistered || lost.length > 0) return lost;
  return [
    {
      what: 'No settings file is known to have the hooks of Turnspan.',
      remedy: `\`turnspan install\` puts them in; \`turnspan uninstall --purge\` removes what is left in ${places.state}.`,
    },
  ];
}

function ofFiles({ places, installation, pause, watched }: Known): Finding[] {
  const { state } = places;
  const found: Finding[] = [];
  if (installation.status === 'bad') {
    found.push({
      what: `${join(state, 'installation.json')} cannot be read, and no worker starts without it.`,
      remedy: 'Repair it, or remove it to begin anew from now on.',
    });
  }
  const record = recordProblem(places);
  if (record !== undefined) {
    found.push({
      what: `${join(state, 'install.json')} ${record}: what \`install\` changed is not known.`,
      remedy: 'Run `turnspan install` again; `uninstall` works without it, less exactly.',
    });
  }
  if (pause?.readable === false) {
    found.push({
      what: `${pauseFile(state)} does not say since when: the time of the file counts.`,
      remedy: '`turnspan resume` ends the pause all the same.',
    });
  }
  if (!skipsReadable(state)) {
    found.push({
      what: `${skipsFile(state)} cannot be read, so nothing is sent: it says what is to be kept back.`,
      remedy: 'Repair it, or remove it to send what was skipped.',
    });
  }
  for (const name of watched.unreadable) {
    found.push({
      what: `${join(state, 'sessions', name)} cannot be read.`,
      remedy: 'Nothing to do: the worker sets it aside, and reads that session again from its beginning.',
    });
  }
  return found;
}

function ofConfigFile({ places: { state, home } }: Known): Finding[] {
  const file = userConfigFileOf(state, home);
  return exposures(file).map(({ path, problem, mode }) => ({
    what: `${file} ${problem}.`,
    remedy: `chmod ${mode} ${shellPath(path, home)}`,
  }));
}

function ofDestinations({ places, shown: { none } }: Known): Finding[] {
  if (none === undefined || none.isWanted) return [];
  return [
    {
      what: `Where to send is not known: ${none.why}.`,
      remedy: `The config file is ${places.config}; everything waits until this is repaired.`,
    },
  ];
}

function ofOutbox(
  { id, url, requests, refused, refusedWhy, backoff }: ShownOutbox,
  state: string,
): Finding[] {
  const found: Finding[] = [];
  if (requests > 0 && url === undefined) {
    found.push({
      what: `${join(state, 'outbox', id, 'destination.json')} is missing or unreadable, and ${requests} requests wait for it.`,
      remedy: 'The next hook that sends there writes it again.',
    });
  }
  if (refused > 0) {
    found.push({
      what: `${url ?? id} refused ${refused} ${refused === 1 ? 'request' : 'requests'}${refusedWhy === undefined ? '' : ` (${refusedWhy})`}.`,
      remedy: `Repair address or key (turnspan doctor says which), then: turnspan retry ${id} (they lie in ${join(state, 'refused', id)}, each with the reason beside it)`,
    });
  }
  if (requests > 0 && backoff !== undefined) {
    found.push({
      what: `${url ?? id} takes nothing at the moment (${backoff.why}, ${backoff.failures} times in a row).`,
      remedy: `Does it run? The first hook after ${new Date(backoff.until).toISOString()} tries again.`,
    });
  }
  return found;
}

function skipsReadable(state: string): boolean {
  try {
    readSkips(state);
    return true;
  } catch (error) {
    if (!(error instanceof SkipsUnreadable)) throw error;
    return false;
  }
}
