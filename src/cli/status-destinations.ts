// In: where Turnspan lives, the environment of the shell. Out: where the sessions of a Claude Code that is started from
// here are sent, or why they are not.
// Always: shows no secret: of an address neither password nor query, of headers nothing.
import { shownUrl } from '../config/choice.ts';
import type { Places } from '../install/places.ts';
import { configHere } from './config.ts';

export interface ShownDestination {
  readonly name: string;
  readonly url: string;
  readonly transport: string;
  readonly content: string;
  /** Who named the address: a variable and who set it, a file, or `default`. */
  readonly from: string;
  /** The same of the content level. */
  readonly contentFrom: string;
}

export interface ShownDestinations {
  readonly destinations: readonly ShownDestination[];
  /** Why nothing is sent: switched off, or unusable until someone repairs it. */
  readonly none?: { readonly isWanted: boolean; readonly why: string };
}

/** The one place where `status` asks the configuration. */
export function shownDestinations(
  places: Places,
  env: Readonly<Record<string, string | undefined>>,
  folder: string,
): ShownDestinations {
  const resolution = configHere(places, env, folder);
  if (resolution.status !== 'send') {
    const why = inShell(resolution.why);
    return { destinations: [], none: { isWanted: resolution.status === 'disabled', why } };
  }
  const { destinations, choices } = resolution;
  const fromOf = (name: string, setting: string): string =>
    inShell(
      choices.find((one) => one.destination === name && one.setting === setting)?.from ??
        choices.find((one) => one.destination === undefined && one.setting === setting)?.from ??
        'default',
    );
  return {
    destinations: destinations.map(({ name, url, transport, content }) => ({
      name,
      url: shownUrl(url),
      transport,
      content,
      from: fromOf(name, 'endpoint'),
      contentFrom: fromOf(name, 'content'),
    })),
  };
}

/** It is the shell that a client would be started from. */
function inShell(text: string): string {
  return text.replaceAll("the client's environment", 'this shell');
}
