// In: the destination that `install` was told. Out: the user's config file with one destination, `default`.
// Always: what the user wrote into the file is kept in meaning; a file that is not understood is left alone and told.
import { mkdirSync, realpathSync } from 'node:fs';
import { dirname } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { writeAtomic } from '../platform/atomic-file.ts';
import { readIfThere } from '../platform/if-there.ts';
import { parseUserConfig, type UserDestination } from '../config/user-config.ts';

export type DestinationPlan =
  /** `becomes`: the destination as the file has it in the end. */
  | { readonly status: 'same'; readonly becomes: UserDestination }
  | { readonly status: 'write'; readonly content: string; readonly becomes: UserDestination }
  /** `why` is a sentence without its subject. */
  | { readonly status: 'refused'; readonly why: string };

/** An endpoint, a preset, or both (what the preset sends, at another address), and what belongs to it. */
export type NewDestination = Pick<
  UserDestination,
  | 'endpoint'
  | 'preset'
  | 'parameters'
  | 'protocol'
  | 'headers'
  | 'content'
  | 'timeoutMs'
  | 'compression'
  | 'certificate'
  | 'clientCertificate'
  | 'clientKey'
  | 'signals'
>;

/**
 * What the file at `path` becomes. The old destination goes whole, because its keys were meant for another address; of the same
 * one, what is not said anew stays.
 */
export function planDestination(path: string, destination: NewDestination): DestinationPlan {
  const text = readIfThere(path)?.replace(/^\uFEFF/, '');
  const old =
    text === undefined || text.trim() === ''
      ? { version: 1 as const, destinations: {} }
      : parseUserConfig(text);
  if (typeof old === 'string') return { status: 'refused', why: old };
  const names = Object.keys(old.destinations);
  // The one that is there keeps its name.
  const [name = 'default'] = names;
  if (names.length > 1)
    return { status: 'refused', why: 'names several destinations: change the endpoint there' };
  const before = old.destinations[name];
  const becomes =
    before !== undefined && isSameAddress(before, destination) ? { ...before, ...destination } : destination;
  if (isDeepStrictEqual(before, becomes)) return { status: 'same', becomes };
  const destinations = { ...old.destinations, [name]: becomes };
  return { status: 'write', content: `${JSON.stringify({ ...old, destinations }, null, 2)}\n`, becomes };
}

/** A parameter of a preset may stand in its address. */
function isSameAddress(before: UserDestination, { endpoint, preset, parameters }: NewDestination): boolean {
  return (
    before.endpoint === endpoint &&
    before.preset === preset &&
    (parameters === undefined || isDeepStrictEqual(before.parameters, parameters))
  );
}

/** Writes the file, mode 0600: an endpoint may hold a password. A link stays a link. */
export function writeDestination(path: string, content: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  writeAtomic(resolved(path), content);
}

function resolved(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path; // Not there yet.
  }
}
