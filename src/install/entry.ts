// In: where the script (on Windows its Node twin) lies, and an event. Out: the hook that settings.json gets; and whether a
// hook found there is one of ours.
// Always: ours is what has exactly the form that some version of Turnspan writes, with a script in a folder
// `turnspan/VERSION`; whatever a user has changed, wrapped or called similarly is the user's.
import { hookCommand } from './render-hook.ts';
import type { HookEvent } from './events.ts';
import { atLeast, type Version } from './version-order.ts';

/** What stands in a `hooks` array of settings.json. */
export interface HookHandler {
  readonly type: 'command';
  readonly command: string;
  readonly args?: readonly string[];
  /** Seconds. */
  readonly timeout: number;
}

/** What an entry names. All are absolute paths. */
export interface EntryTarget {
  readonly script: string;
  readonly twin: string;
  readonly node: string;
}

/** The hook for `event`, in a form that clients from `oldest` on understand. */
export function hookHandler(
  { script, twin, node }: EntryTarget,
  { timeout }: HookEvent,
  oldest: Version,
  platform: NodeJS.Platform = process.platform,
): HookHandler {
  if (platform !== 'win32') return { type: 'command', command: hookCommand(script), timeout };
  // NOT RUN ON WINDOWS YET. An older client ignores `args` and would start a bare Node, which takes the event for a program.
  if (atLeast(oldest, EXEC_FORM_SINCE))
    return { type: 'command', command: node, args: ['-e', LOAD, twin], timeout };
  return { type: 'command', command: windowsCommand(node, twin), timeout };
}

/** The script or twin of a hook in settings.json, when the hook is ours. */
export function scriptOf(handler: unknown): string | undefined {
  if (typeof handler !== 'object' || handler === null || !('command' in handler)) return undefined;
  const { command } = handler;
  if (typeof command !== 'string') return undefined;
  const args: unknown = 'args' in handler ? handler.args : undefined;
  const script = args === undefined ? scriptOfCommand(command) : scriptOfArguments(args);
  return script !== undefined && OUR_PLACE.test(script) ? script : undefined;
}

/** Exec form: no shell, and a path needs no quotes. */
const EXEC_FORM_SINCE: Version = '2.1.139';
/** Silent where the twin is missing. No double quote, `$` or `%`: it must survive a shell of whatever kind. */
const LOAD = 'try{require(process.argv[1])}catch{}';
const OUR_PLACE = /[/\\]turnspan[/\\][^/\\]+[/\\]hook\.(sh|cjs)$/;

/** Forward slashes: Git Bash would take a backslash away. */
function windowsCommand(node: string, twin: string): string {
  const [program, file] = [node, twin].map((path) => path.replaceAll('\\', '/'));
  return `"${program ?? ''}" -e "${LOAD}" "${file ?? ''}"`;
}

function scriptOfCommand(command: string): string | undefined {
  const [, quoted] = /^\[ -r '(.+)' \] && \. '\1'; exit 0$/s.exec(command) ?? [];
  const script = quoted?.replaceAll("'\\''", "'");
  if (script !== undefined && hookCommand(script) === command) return script;
  const [, node = '', twin] = /^"([^"]+)" -e "[^"]+" "([^"]+)"$/.exec(command) ?? [];
  return twin !== undefined && windowsCommand(node, twin) === command ? twin : undefined;
}

function scriptOfArguments(args: unknown): string | undefined {
  if (!Array.isArray(args)) return undefined;
  const [flag, load, twin] = args as readonly unknown[]; // `isArray` gives `any[]`.
  return args.length === 3 && flag === '-e' && load === LOAD && typeof twin === 'string' ? twin : undefined;
}
