// In: the rules by folder of the user's config file, and the folders that a session may belong to. Out: whether anything of it
// is sent, and to which destinations.
// Always: pure; in doubt, less leaves the machine: where a session has more than one folder, each must be allowed.
import { isAbsolute, join, relative } from 'node:path';
import type { UserConfigContent } from './user-config.ts';

export type FolderVerdict =
  | { readonly status: 'on'; readonly destinations?: readonly string[] | undefined }
  /** `why` goes on after "the config file (config.json)". */
  | { readonly status: 'off'; readonly why: string };

/** Decides for a session whose folders are `dirs`. */
export function folderVerdict(
  { folders = {}, projects = 'all' }: Pick<UserConfigContent, 'folders' | 'projects'>,
  dirs: readonly string[],
  home: string,
): FolderVerdict {
  const optIn = projects === 'opt-in';
  if (dirs.length === 0) return optIn ? { status: 'off', why: NOT_OPTED_IN } : { status: 'on' };
  let destinations: readonly string[] | undefined;
  for (const dir of dirs) {
    const rule = ruleOf(folders, dir, home);
    if (!(rule?.export ?? !optIn))
      return { status: 'off', why: rule === undefined ? NOT_OPTED_IN : SWITCHED_OFF };
    destinations ??= rule?.destinations;
  }
  return { status: 'on', destinations };
}

const NOT_OPTED_IN = 'says opt-in for projects, and no folder rule switches this one on';
const SWITCHED_OFF = 'switches this folder off';

/** The longest folder that is `dir` or above it. */
function ruleOf(folders: NonNullable<UserConfigContent['folders']>, dir: string, home: string) {
  const [longest] = Object.entries(folders)
    .map(([folder, rule]) => ({ folder: folder.replace(/^~(?=$|[/\\])/, () => home), rule }))
    .filter(({ folder }) => isWithin(dir, folder))
    .sort((one, other) => other.folder.length - one.folder.length);
  // One that only names destinations switches on, as one that says so.
  return longest && { ...longest.rule, export: longest.rule.export ?? true };
}

function isWithin(dir: string, folder: string): boolean {
  const way = relative(join(folder), dir);
  return way === '' || (!way.startsWith('..') && !isAbsolute(way));
}
