// In: who asks, from where. Out: what every check looks at, each thing read once.
// Always: nothing is sent before a check asks for the probes, and each destination is probed once.
import { existsSync } from 'node:fs';
import { findClients, oldestVersion, type FoundClient } from '../install/client-versions.ts';
import type { Places } from '../install/places.ts';
import type { Version } from '../install/version-order.ts';
import { lastClient, type LastClient } from './last-client.ts';
import { USUAL_FOLDERS } from './plugin-node.ts';
import { probe, type Probe } from './probe/probe.ts';
import type { ReadSessionCost } from './session-cost.ts';
import { registeredHooks, type RegisteredHook } from './registered-hooks.ts';
import { readSettingsFiles, type SettingsFile } from './settings-files.ts';
import { whereToSend, type WhereToSend } from './where-to-send.ts';
import type { Destination } from '../config/destination.ts';

export interface DoctorRequest {
  readonly places: Places;
  /** Of the shell. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** The administrator's folder; this system's where absent. */
  readonly managedFolder?: string | undefined;
  /** Milliseconds since 1970; the clock's where absent. */
  readonly now?: number | undefined;
  /** Less is a finding; 100 MiB where absent. */
  readonly leastFreeBytes?: number | undefined;
  /** A hook that takes longer is a finding; 50 where absent. */
  readonly slowHookMs?: number | undefined;
  /** Whether the worker can read the environment that a client was started with; where absent, as this system has it. */
  readonly readsClients?: boolean | undefined;
  /** Where the plugin looks for Node after the search path; this system's folders where absent. */
  readonly usualFolders?: readonly string[] | undefined;
  /** Reads what a session cost; nothing is compared where absent. */
  readonly readCost?: ReadSessionCost | undefined;
}

export interface ProbedDestination {
  readonly destination: Destination;
  readonly probe: Probe;
}

export interface DoctorContext {
  readonly places: Places;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly now: number;
  readonly leastFreeBytes: number;
  readonly slowHookMs: number;
  readonly readsClients: boolean;
  readonly usualFolders: readonly string[];
  readonly settings: readonly SettingsFile[];
  /** Our entries in them. */
  readonly hooks: readonly RegisteredHook[];
  readonly clients: readonly FoundClient[];
  readonly oldest: Version;
  readonly client: LastClient | undefined;
  readonly where: WhereToSend;
  readonly readCost: ReadSessionCost | undefined;
  /** What each destination answers to an empty request. */
  probes(): Promise<readonly ProbedDestination[]>;
}

export async function openContext(request: DoctorRequest): Promise<DoctorContext> {
  const { places, env, cwd, managedFolder } = request;
  const { home, state } = places;
  const settings = readSettingsFiles({ home, cwd, configDir: env['CLAUDE_CONFIG_DIR'], managedFolder });
  const clients = await findClients({ home, path: env['PATH'] ?? '' });
  const client = lastClient(state);
  const where = whereToSend({ state, home, cwd, env, client, managedFolder });
  let probes: Promise<readonly ProbedDestination[]> | undefined;
  return {
    places,
    env,
    cwd,
    now: request.now ?? Date.now(),
    leastFreeBytes: request.leastFreeBytes ?? 100 * 1024 * 1024,
    slowHookMs: request.slowHookMs ?? 50,
    readsClients: request.readsClients ?? existsSync('/proc/self/environ'),
    usualFolders: request.usualFolders ?? USUAL_FOLDERS,
    settings,
    hooks: registeredHooks(settings),
    clients,
    oldest: oldestVersion(clients),
    client,
    where,
    readCost: request.readCost,
    probes: () =>
      (probes ??= Promise.all(
        where.destinations.map(async (destination) => ({ destination, probe: await probe(destination) })),
      )),
  };
}
