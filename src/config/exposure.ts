// In: the path of the user's config file. Out: what other users of this machine can do with it.
// Always: looks at the file and at its folder, changes nothing, and gives no value of the file. On Windows, where modes say
// nothing, nothing is found.
import { statSync, type Stats } from 'node:fs';
import { dirname } from 'node:path';
import { presetNamed } from './presets/list.ts';
import { readSmallText } from './small-file.ts';

/** What is open: `readable` is told only of a file with a secret in it. */
export interface Exposure {
  readonly what: 'readable' | 'writable' | 'folder-writable';
  /** The file or the folder that is open. */
  readonly path: string;
  /** Goes on after the name of the file. */
  readonly problem: string;
  /** What `chmod` is to be given. */
  readonly mode: string;
}

/** Who can write the file, or put another in its place, chooses where data goes. */
export function exposures(path: string, platform: NodeJS.Platform = process.platform): readonly Exposure[] {
  const file = look(path);
  if (platform === 'win32' || file === undefined) return [];
  const folder = dirname(path);
  const found: Exposure[] = [];
  if ((file.mode & OTHERS_READ) !== 0 && holdsSecret(readSmallText(path) ?? ''))
    found.push({
      what: 'readable',
      path,
      mode: '600',
      problem: 'holds a secret, and other users of this machine can read it',
    });
  if (isWritable(file))
    found.push({
      what: 'writable',
      path,
      mode: '600',
      problem: 'can be changed by other users of this machine, who can choose where data goes',
    });
  if (isWritable(look(folder), STICKY))
    found.push({
      what: 'folder-writable',
      path: folder,
      mode: '700',
      problem:
        'lies in a folder in which other users of this machine can replace it, and choose where data goes',
    });
  return found;
}

const OTHERS_READ = 0o044;
/** In such a folder everybody can remove only what is theirs. */
const STICKY = 0o1000;

function isWritable(stats: Stats | undefined, unless = 0): boolean {
  if (stats === undefined || (stats.mode & unless) !== 0) return false;
  // Where each user has a group of their own, it has the user's number, and files are often open to it.
  const others = stats.gid === stats.uid ? 0o002 : 0o022;
  return (stats.mode & others) !== 0;
}

/** Nothing of what cannot be looked at: who reads the file says so. */
function look(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}

/** Values of headers, and of parameters that a preset calls secret, that stand there in clear; a password or a query in an endpoint. */
function holdsSecret(text: string): boolean {
  const file = parse(text);
  const destinations = isRecord(file) ? file['destinations'] : undefined;
  return Object.values(isRecord(destinations) ? destinations : {}).some((one) => {
    if (!isRecord(one)) return false;
    const { headers, parameters, preset, endpoint } = one;
    const known = typeof preset === 'string' ? presetNamed(preset)?.parameters : undefined;
    const isSecret = (name: string): boolean => known?.find((each) => each.name === name)?.secret ?? true;
    return (
      textsIn(headers).length > 0 ||
      textsIn(parameters).some(isSecret) ||
      (typeof endpoint === 'string' && URL.canParse(endpoint) && /[@?]/.test(endpoint))
    );
  });
}

/** Names of what stands there in clear. */
function textsIn(group: unknown): string[] {
  return Object.entries(isRecord(group) ? group : {}).flatMap(([name, value]) =>
    typeof value === 'string' ? [name] : [],
  );
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
