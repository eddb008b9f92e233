// In: a search path, the home. Out: the Node that the plugin puts the program in place with.
// Always: looks where `turnspan_find_node` of hooks/turnspan.sh looks, in its order; a test holds the two together.
import { isAbsolute, join } from 'node:path';
import { isProgram } from './node.ts';

/** Where the script looks after the client's search path; `~` is the home. */
export const USUAL_FOLDERS: readonly string[] = [
  '/usr/local/bin',
  '/opt/homebrew/bin',
  '~/.volta/bin',
  '/usr/bin',
  '/bin',
  '/run/current-system/sw/bin',
];

/** The first `node` in an absolute folder that is none of a package. */
export function pluginNode(search: string, home: string, usual: readonly string[]): string | undefined {
  return [...search.split(':'), ...usual.map((folder) => folder.replace(/^~/, () => home))]
    .filter((folder) => isAbsolute(folder) && !/\/node_modules(\/|$)/.test(folder))
    .map((folder) => join(folder, 'node'))
    .find(isProgram);
}
