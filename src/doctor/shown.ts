// In: a path, an address, a name. Out: how it is shown to a person.
// Always: of an address neither password nor query, and of its path no part that looks like a key; below home, paths are
// short, and what stands in a command can be pasted into a shell.
import { sep } from 'node:path';
import type { Destination } from '../config/destination.ts';

/** `~/.claude/settings.json` */
export function shownPath(path: string, home: string): string {
  return path === home || path.startsWith(`${home}${sep}`) ? `~${path.slice(home.length)}` : path;
}

/** The same as one word of a POSIX shell. */
export function shellPath(path: string, home: string): string {
  const short = shownPath(path, home);
  return /^~?[\w./@%+-]+$/.test(short) ? short : `'${path.replaceAll("'", "'\\''")}'`;
}

/** Scheme, host and path; a part of the path that is long enough to be a key is `…`. */
export function shownAddress(text: string): string {
  if (!URL.canParse(text)) return 'an address that is no URL';
  const url = new URL(text);
  const path = url.pathname
    .split('/')
    .map((part) => (/^[a-z][a-z0-9._-]{0,15}$/i.test(part) || part === '' ? part : '…'))
    .join('/');
  return `${url.protocol}//${url.host}${path === '/' ? '' : path}`;
}

/** What the user calls it, and where it is. */
export function shownDestination({ name, url }: Pick<Destination, 'name' | 'url'>): string {
  return name === 'environment' ? shownAddress(url) : `${name} (${shownAddress(url)})`;
}

/** The first few of a list. */
export function shownList(words: readonly string[], most = 8): string {
  const more = words.length - most;
  return `${words.slice(0, most).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

/** `1 ticket`, `3 tickets` */
export function counted(count: number, thing: string): string {
  return `${count} ${thing}${count === 1 ? '' : 's'}`;
}
