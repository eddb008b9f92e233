// In: the path of a settings file. Out: its text as an editor sees it; and, later, the new text in its place.
// Always: links are followed and stay; mode and owner stay; the file is whole at every moment, and is not replaced when someone
// else has written it in the meantime. A file that its owner has made read-only is not written.
import {
  accessSync,
  chmodSync,
  chownSync,
  constants,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
} from 'node:fs';
import type { Stats } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { writeAtomic } from '../platform/atomic-file.ts';
import { errorCode } from '../platform/reason.ts';

export interface SettingsOnDisk {
  readonly status: 'read';
  /** The file itself, where the path is a link. */
  readonly target: string;
  /** Empty for a file that does not exist. */
  readonly text: string;
  /** The byte order mark, or nothing: it is no part of the text. */
  readonly mark: string;
  /** Absent: there is no file. */
  readonly stats?: Stats;
}

/** `why` is a sentence without its subject: `is a folder`. */
export interface Unwritable {
  readonly status: 'refused';
  readonly why: string;
}

export function readSettings(path: string): SettingsOnDisk | Unwritable {
  try {
    const target = followLinks(path);
    const stats = statSync(target, { throwIfNoEntry: false });
    if (stats === undefined) return { status: 'read', target, text: '', mark: '' };
    if (!stats.isFile()) return refused(stats.isDirectory() ? 'is a folder' : 'is no file');
    const bytes = readFileSync(target);
    const whole = bytes.toString('utf8');
    if (!Buffer.from(whole).equals(bytes)) return refused('is not UTF-8');
    const mark = whole.startsWith('\uFEFF') ? '\uFEFF' : '';
    return { status: 'read', target, text: whole.slice(mark.length), mark, stats };
  } catch (error) {
    return refused(wordsFor(error));
  }
}

export type Written =
  /** `madeFolder` is the uppermost folder that had to be made. */
  { readonly status: 'written'; readonly madeFolder?: string } | Unwritable;

/** Why the file could not be replaced, as far as that shows without trying. Mode bits count for root too. */
export function whyUnwritable({ target, stats }: SettingsOnDisk): Unwritable | undefined {
  if (stats !== undefined && (stats.mode & 0o222) === 0) return refused('is read-only');
  try {
    let folder = dirname(target);
    while (!existsSync(folder) && folder !== dirname(folder)) folder = dirname(folder);
    accessSync(folder, constants.W_OK | constants.X_OK);
    if (stats !== undefined) accessSync(target, constants.W_OK);
    return undefined;
  } catch (error) {
    return refused(wordsFor(error));
  }
}

/** Writes `text` in the place of what was read. */
export function writeSettings({ target, mark, stats, text: old }: SettingsOnDisk, text: string): Written {
  try {
    const now = readSettings(target);
    if (now.status === 'refused') return now;
    if (now.text !== old) return refused('was changed by another program just now: try again');
    const madeFolder = mkdirSync(dirname(target), { recursive: true });
    writeAtomic(target, `${mark}${text}`, stats === undefined ? 0o666 : stats.mode & 0o7777);
    if (stats !== undefined) keepOwnerAndMode(target, stats);
    return { status: 'written', ...(madeFolder === undefined ? {} : { madeFolder }) };
  } catch (error) {
    return refused(wordsFor(error));
  }
}

/** Removes a file that we made. */
export function removeSettings({ target }: SettingsOnDisk): Written {
  try {
    rmSync(target, { force: true });
    return { status: 'written' };
  } catch (error) {
    return refused(wordsFor(error));
  }
}

/** Where a chain of links ends, whether something is there or not. */
function followLinks(path: string): string {
  let target = resolve(path);
  for (let links = 0; links < 40; links++) {
    if (lstatSync(target, { throwIfNoEntry: false })?.isSymbolicLink() !== true) return target;
    target = resolve(dirname(target), readlinkSync(target));
  }
  throw Object.assign(new Error('too many links'), { code: 'ELOOP' });
}

/** The mode of a new file went through the umask, and its owner is whoever runs this (sudo). */
function keepOwnerAndMode(target: string, { uid, gid, mode }: Stats): void {
  const now = statSync(target);
  if (now.uid !== uid || now.gid !== gid) {
    try {
      chownSync(target, uid, gid);
    } catch {
      // Only root may give a file away; then it is ours, as after any editor.
    }
  }
  chmodSync(target, mode & 0o7777);
}

function refused(why: string): Unwritable {
  return { status: 'refused', why };
}

function wordsFor(error: unknown): string {
  const code = errorCode(error);
  if (code === undefined) throw error;
  return WORDS[code] ?? `cannot be read or written (${code})`;
}

const WORDS: Readonly<Record<string, string>> = {
  ELOOP: 'is a link that leads back to itself',
  EACCES: 'or its folder may not be read or written by you',
  EPERM: 'or its folder may not be read or written by you',
  EROFS: 'lies on a disk that cannot be written',
  ENOSPC: 'cannot be written: the disk is full',
  ENOTDIR: 'lies below something that is no folder',
};
