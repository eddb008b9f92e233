// In: a folder. Out: the repository that it lies in: its remote, branch and head commit, as the files of `.git` say.
// Always: git is never run, because a repository's own configuration can make git run anything; nothing is waited for (a pipe is
// no file here) and no file larger than a few megabytes is read; a remote loses user, password, query and fragment. What cannot
// be read is not known, and never an error.
import { closeSync, constants, fstatSync, openSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

/** What is known of a repository. */
export interface GitRepository {
  /** The remote `origin`, else the first one, as a https URL; absent where it is a folder or there is none. */
  readonly url?: string | undefined;
  /** All of the remote's path but its last part. */
  readonly owner?: string | undefined;
  readonly name?: string | undefined;
  /** `github`, `gitlab` or `bitbucket`, where the host says so. */
  readonly provider?: string | undefined;
  /** Absent where the head is detached. */
  readonly branch?: string | undefined;
  /** Absent before the first commit. */
  readonly commit?: string | undefined;
  readonly isWorktree: boolean;
}

/** The repository of `folder` or of the nearest folder above it; `undefined` where there is none. */
export function readGitRepository(folder: string): GitRepository | undefined {
  const place = findGit(resolve(folder));
  if (place === undefined) return undefined;
  const head = readSmall(join(place.git, 'HEAD'))?.trim();
  if (head === undefined) return undefined;
  const ref = /^ref: (refs\/[^\s]+)$/.exec(head)?.[1];
  const remote = remoteOf(readSmall(join(place.common, 'config')) ?? '');
  return {
    ...(remote === undefined ? {} : (plainRemote(remote) ?? {})),
    branch: ref?.replace(/^refs\/heads\//, ''),
    commit: ref === undefined ? hashIn(head) : commitOf(ref, place),
    isWorktree: place.git !== place.common,
  };
}

/** `git` has the head of this checkout, `common` what all checkouts share. */
interface Place {
  readonly git: string;
  readonly common: string;
}

/** No checkout lies deeper below its root. */
const MOST_LEVELS = 64;

function findGit(folder: string): Place | undefined {
  for (let at = folder, level = 0; level < MOST_LEVELS; at = dirname(at), level++) {
    const found = gitIn(at);
    if (found !== undefined) return found;
    if (dirname(at) === at) return undefined;
  }
  return undefined;
}

function gitIn(folder: string): Place | undefined {
  const path = join(folder, '.git');
  if (isFolder(path)) return { git: path, common: path };
  // A worktree or a submodule: a file that says where it is.
  const named = /^gitdir: (.+)$/m.exec(readSmall(path) ?? '')?.[1]?.trim();
  if (named === undefined) return undefined;
  const git = resolve(folder, named);
  const common = readSmall(join(git, 'commondir'))?.trim();
  return { git, common: common === undefined || common === '' ? git : resolve(git, common) };
}

/** A ref has a file of its own, or a line among the packed ones. */
function commitOf(ref: string, { git, common }: Place): string | undefined {
  if (ref.split('/').includes('..')) return undefined;
  const own = hashIn(readSmall(join(git, ref))) ?? hashIn(readSmall(join(common, ref)));
  if (own !== undefined) return own;
  const packed = readSmall(join(common, 'packed-refs')) ?? '';
  return hashIn(packed.split('\n').find((line) => line.trimEnd().endsWith(` ${ref}`)));
}

/** SHA-1 or SHA-256. */
function hashIn(text: string | undefined): string | undefined {
  return /^([0-9a-f]{64}|[0-9a-f]{40})(?=\s|$)/.exec(text ?? '')?.[1];
}

/** `url` of the section `[remote "origin"]`, else of the first remote. What the file includes is not followed. */
function remoteOf(config: string): string | undefined {
  const urls = new Map<string, string>();
  let remote: string | undefined;
  for (const line of config.split('\n')) {
    if (/^\s*\[/.test(line)) remote = /^\s*\[\s*remote\s+"((?:[^"\\]|\\.)*)"\s*\]/i.exec(line)?.[1];
    const url = /^\s*url\s*=\s*(.*?)\s*$/i.exec(line)?.[1]?.replace(/^"(.*)"$/, '$1');
    if (remote !== undefined && url !== undefined && url !== '' && !urls.has(remote)) urls.set(remote, url);
  }
  return urls.get('origin') ?? [...urls.values()][0];
}

type Remote = Pick<GitRepository, 'url' | 'owner' | 'name' | 'provider'>;

/** A URL of any of git's protocols, or `git@host:path`, as the page that a person would open. */
function plainRemote(remote: string): Remote | undefined {
  const { host, path } = partsOf(remote) ?? {};
  if (host === undefined || path === undefined) return undefined;
  const parts = path
    .replace(/\/+$/, '')
    .replace(/\.git$/, '')
    .split('/')
    .filter((part) => part !== '');
  const name = parts.at(-1);
  if (name === undefined) return undefined;
  const owner = parts.slice(0, -1).join('/');
  return {
    url: `https://${host}/${parts.join('/')}`,
    ...(owner === '' ? {} : { owner }),
    name,
    provider: PROVIDERS.find((provider) => host.split('.').includes(provider)),
  };
}

const PROVIDERS = ['github', 'gitlab', 'bitbucket'];

function partsOf(remote: string): { readonly host: string; readonly path: string } | undefined {
  const isUrl = /^(https?|ssh|git|git\+ssh):\/\//i.test(remote);
  if (isUrl) {
    // As https, because a URL of another scheme is taken apart differently.
    const url = URL.canParse(remote) ? new URL(remote.replace(/^[a-z+]+:/i, 'https:')) : undefined;
    if (url === undefined || url.hostname === '') return undefined;
    // The port of ssh is not that of a page.
    return { host: /^https?:/i.test(remote) ? url.host : url.hostname, path: url.pathname };
  }
  // `C:\…` and `C:/…` are folders.
  const short = /^(?:[^@/\s]+@)?([\w.-]{2,}):(?!\/\/)([^\s?#]+)$/.exec(remote);
  return short?.[1] === undefined || short[2] === undefined ? undefined : { host: short[1], path: short[2] };
}

function isFolder(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
  } catch {
    return false;
  }
}

/** Packed refs of a large repository are the largest of all. */
const MOST_BYTES = 4 * 1024 * 1024;

function readSmall(path: string): string | undefined {
  let fd: number | undefined;
  try {
    // The types say that it is there, on Windows it is not; it keeps the opening of a pipe from waiting.
    fd = openSync(path, constants.O_RDONLY | ((constants.O_NONBLOCK as number | undefined) ?? 0));
    const stat = fstatSync(fd);
    return stat.isFile() && stat.size <= MOST_BYTES ? readFileSync(fd, 'utf8') : undefined;
  } catch {
    return undefined;
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}
