// In: the hook's template and where this installation lives. Out: the finished script, and the entry that Claude Code runs.
// Always: the values are written into the script, because the environment of a hook belongs to the project that is open;
// no value, whatever its characters, can become a command.
import { delimiter, isAbsolute } from 'node:path';
import { writeIfOther } from './write-if-other.ts';

/** Where an installation lives. All are absolute paths; `path` is a search path of them, joined by `:`. */
export interface HookPlace {
  /** The installation's folder, with `inbox/` and `worker.alive`. */
  readonly dir: string;
  /** The Node that runs the worker. If it is gone, the script takes the first `node` on `path`. */
  readonly node: string;
  /** The worker's bundle. */
  readonly worker: string;
  /** Where the script and the worker find commands. */
  readonly path: string;
  /** The user's home folder, as the worker is to see it. */
  readonly home: string;
}

const PLACEHOLDER = /'@turnspan_(dir|node|worker|path|home)@'/g;

/** Fills the place into the text of hook.sh. Throws where the text is not that template or a value cannot be a path. */
export function renderHook(template: string, place: HookPlace): string {
  const values = checked(place);
  const missing = new Set(Object.keys(values));
  // A function, and one pass: neither `$&` nor a placeholder's name inside a value means anything.
  const script = template.replace(PLACEHOLDER, (_, name: keyof HookPlace) => {
    missing.delete(name);
    return shellQuote(values[name]);
  });
  if (missing.size > 0)
    throw new Error(`hook.sh has no place for: ${[...missing].join(', ')}; it is not the hook's template`);
  return script;
}

/** Writes the finished script to `target`, whole or not at all, mode 0755. Throws what `renderHook` and the file system throw. */
export function placeHook(target: string, template: string, place: HookPlace): void {
  writeIfOther(target, renderHook(template, place), 0o755);
}

/** The command of the settings entry. Sourcing saves a shell; where the script is missing, the entry is silent. */
export function hookCommand(script: string): string {
  const file = shellQuote(script);
  return `[ -r ${file} ] && . ${file}; exit 0`;
}

/** Writes the place for the Node twin, which reads `hook.json` beside its own bundle. */
export function placeHookSettings(target: string, place: HookPlace): void {
  writeIfOther(target, `${JSON.stringify(checked(place), null, 2)}\n`, 0o600);
}

/** One word for any POSIX shell: single quotes keep everything but themselves. */
function shellQuote(value: string): string {
  return `'${value.replaceAll("'", "'\\''")}'`;
}

function checked(place: HookPlace): HookPlace {
  const { dir, node, worker, home } = place;
  for (const [name, value] of Object.entries({ dir, node, worker, home })) {
    if (!isAbsolute(value) || value.includes('\0')) {
      throw new Error(`The hook's ${name} must be an absolute path without NUL; give the full path`);
    }
  }
  return { dir, node, worker, path: safeSearchPath(place.path), home };
}

/** Without what is not absolute: an empty or relative part would find commands in the folder of the open project. */
function safeSearchPath(path: string): string {
  const parts = path.split(delimiter).filter((part) => isAbsolute(part) && !part.includes('\0'));
  const system = process.platform === 'win32' ? [] : ['/usr/bin', '/bin'];
  return [...new Set([...parts, ...system])].join(delimiter);
}
