// In: home, state, the shell's environment, the client that ran last. Out: the destinations that hooks send to, or why there
// are none. The one place where `doctor` and `test` ask the configuration.
// Always: asked as the worker asks, for the Claude Code that runs, and for one that would be started from this shell; a
// shell that names nothing of its own says nothing where a client runs.
import type { Destination } from '../config/destination.ts';
import { resolveDestinations, type Resolution } from '../config/resolve.ts';
import { OTLP_VARIABLES, type ConfigWarning } from '../config/variables.ts';
import type { LastClient } from './last-client.ts';

export interface Asked {
  /** `Claude Code (process 7)`, `Claude Code, started from this shell`. */
  readonly who: string;
  readonly resolution: Resolution;
}

export interface WhereToSend {
  readonly asked: readonly Asked[];
  /** Of all, each once. */
  readonly destinations: readonly Destination[];
  readonly warnings: readonly ConfigWarning[];
}

export interface Asking {
  readonly state: string;
  readonly home: string;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly client?: LastClient | undefined;
  readonly managedFolder?: string | undefined;
}

/** Asks for both. Remembers nothing of this process, and of a client nothing that the worker does not remember. */
export function whereToSend(asking: Asking): WhereToSend {
  const asked = [...askClient(asking), ...askShell(asking)];
  const destinations = asked.flatMap(({ resolution }) => destinationsOf(resolution));
  const warnings = asked.flatMap(({ resolution }) => resolution.warnings);
  return {
    asked,
    destinations: [...new Map(destinations.map((one) => [one.id, one])).values()],
    warnings: [...new Map(warnings.map((one) => [`${one.variable} ${one.message}`, one])).values()],
  };
}

/** The one adapter to how many destinations a resolution has. */
export function destinationsOf(resolution: Resolution): readonly Destination[] {
  return resolution.status === 'send' ? resolution.destinations : [];
}

function askClient({ state, home, cwd, client, managedFolder }: Asking): Asked[] {
  if (client?.alive !== true) return [];
  const { pid, startTime } = client;
  const resolution = resolveDestinations({
    dir: state,
    home,
    client: { pid, startTime },
    hookVariables: new Map(),
    projectDirs: [cwd],
    ...(managedFolder === undefined ? {} : { managedFolder }),
  });
  return [{ who: `Claude Code (process ${pid})`, resolution }];
}

function askShell(asking: Asking): Asked[] {
  const { state, home, cwd, env, client, managedFolder } = asking;
  if (client?.alive === true && !OTLP_VARIABLES.some((name) => env[name] !== undefined)) return [];
  const resolution = resolveDestinations({
    dir: state,
    home,
    environment: env,
    hookVariables: new Map(),
    projectDirs: [cwd],
    ...(managedFolder === undefined ? {} : { managedFolder }),
  });
  return [{ who: 'Claude Code, started from this shell', resolution }];
}
