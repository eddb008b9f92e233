// In: a client (process id and start time). Out: its variables, also when it is gone but was seen once.
// Always: what is kept is what CLIENT_VARIABLES and the user's config file name, in `clients/PID-STARTTIME.json`, mode 0600 (endpoints and
// headers are secrets), until the client is gone and a day has passed. A crash leaves the file whole or not at all.
// No zod here: the worker calls this before it loads anything heavy, because a headless client is gone soon.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { isTemporary, sweepTemporary, writeAtomic } from '../platform/atomic-file.ts';
import { parseIdentity } from '../platform/process-identity.ts';
import { identifySelf, liveness, readEnvironment } from '../platform/processes.ts';
import type { ProcessIdentity } from '../platform/processes.ts';
import { secretNames } from './secret-names.ts';
import { userConfigFileOf } from './user-config-place.ts';
import { CLIENT_VARIABLES } from './variables.ts';

/** The Claude Code process that a ticket names. Without a start time (no `/proc`) nothing can be read of it. */
export interface Client {
  readonly pid: number;
  /** Clock ticks after boot, decimal digits. */
  readonly startTime?: string;
}

/**
 * The variables that the client was started with. Reads them of the running process and remembers them; of a client
 * that is gone it gives what was remembered. Undefined when neither is there. `dir` is the installation's folder.
 * `secrets` are the names that the user's config file takes secrets from, beside `CLIENT_VARIABLES`.
 * A disk that takes no file is no error here: then only this client's later tickets suffer.
 */
export function clientVariables(
  dir: string,
  client: Client,
  secrets: readonly string[] = secretNames(userConfigFileOf(dir, homedir())),
): ReadonlyMap<string, string> | undefined {
  const path = fileOf(dir, client);
  if (path === undefined) return undefined;
  const names = [...CLIENT_VARIABLES, ...secrets];
  const variables = readEnvironment(client.pid, names, client.startTime);
  if (variables === undefined) return readRemembered(path)?.variables;
  try {
    remember(path, client, variables);
  } catch {
    // Full or read-only: the values are at hand all the same.
  }
  return variables;
}

/**
 * Removes what was remembered of clients that are gone. Called after the inbox is empty: a ticket that still waits may
 * need it. `now` is in milliseconds since 1970.
 */
export function forgetClients(dir: string, now: number): void {
  const folder = folderOf(dir);
  for (const name of listNames(folder)) {
    const path = join(folder, name);
    const age = now - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? now);
    if (age > DAY_MS && mayForget(path, age)) rmSync(path, { force: true });
  }
  if (existsSync(folder)) sweepTemporary(folder, now);
}

const DAY_MS = 24 * 60 * 60_000;
/** A client of another pid namespace cannot be asked; if it is alive, its next ticket has it remembered again. */
const UNKNOWN_MS = 30 * DAY_MS;

interface Remembered {
  readonly identity: ProcessIdentity;
  readonly variables: ReadonlyMap<string, string>;
}

function remember(path: string, client: Client, variables: ReadonlyMap<string, string>): void {
  const identity: ProcessIdentity = { ...identifySelf(), ...client };
  const text = `${JSON.stringify({ version: 1, identity, variables: Object.fromEntries(variables) })}\n`;
  if (readText(path) === text) return;
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  writeAtomic(path, text);
}

function mayForget(path: string, age: number): boolean {
  const identity = readRemembered(path)?.identity;
  if (identity === undefined) return true;
  const life = liveness(identity);
  return life === 'dead' || (life === 'unknown' && age > UNKNOWN_MS);
}

function readRemembered(path: string): Remembered | undefined {
  try {
    const value: unknown = JSON.parse(readText(path) ?? '');
    if (!isRecord(value) || value['version'] !== 1 || !isRecord(value['variables'])) return undefined;
    const identity = parseIdentity(value['identity']);
    const texts = Object.entries(value['variables']).filter(
      (entry): entry is [string, string] => typeof entry[1] === 'string',
    );
    return identity && { identity, variables: new Map(texts) };
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function folderOf(dir: string): string {
  return join(dir, 'clients');
}

/** Undefined for what cannot name a process; a ticket's text never becomes a path. */
function fileOf(dir: string, { pid, startTime }: Client): string | undefined {
  if (!Number.isSafeInteger(pid) || !/^\d{1,20}$/.test(startTime ?? '')) return undefined;
  return join(folderOf(dir), `${pid}-${startTime}.json`);
}

function listNames(folder: string): string[] {
  try {
    return readdirSync(folder).filter((name) => !isTemporary(name));
  } catch {
    return []; // No client was seen yet.
  }
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
