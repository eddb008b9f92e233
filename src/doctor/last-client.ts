// In: an installation's folder. Out: the Claude Code that the worker saw last, and the variables that it was started with.
// Always: only what the worker itself remembers of clients (`CLIENT_VARIABLES`); nothing is written.
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { isTemporary } from '../platform/atomic-file.ts';
import { listIfThere } from '../platform/list-folder.ts';
import { liveness } from '../platform/processes.ts';
import { isRecord } from './settings-files.ts';

export interface LastClient {
  readonly pid: number;
  readonly startTime: string;
  readonly alive: boolean;
  readonly variables: ReadonlyMap<string, string>;
}

/** The client that was seen first most recently; undefined before the first hook. */
export function lastClient(state: string): LastClient | undefined {
  const folder = join(state, 'clients');
  const newest = listIfThere(folder)
    .filter((name) => !isTemporary(name))
    .flatMap((name) => {
      const [, pid, startTime] = /^(\d+)-(\d+)\.json$/.exec(name) ?? [];
      const seenAt = statSync(join(folder, name), { throwIfNoEntry: false })?.mtimeMs;
      if (pid === undefined || startTime === undefined || seenAt === undefined) return [];
      return [{ path: join(folder, name), pid: Number(pid), startTime, seenAt }];
    })
    .sort((one, other) => other.seenAt - one.seenAt)[0];
  if (newest === undefined) return undefined;
  const { path, pid, startTime } = newest;
  const variables = readVariables(path);
  if (variables === undefined) return undefined;
  return { pid, startTime, alive: liveness({ pid, startTime }) === 'alive', variables };
}

function readVariables(path: string): ReadonlyMap<string, string> | undefined {
  try {
    const value: unknown = JSON.parse(readFileSync(path, 'utf8'));
    if (!isRecord(value) || !isRecord(value['variables'])) return undefined;
    return new Map(
      Object.entries(value['variables']).filter(
        (entry): entry is [string, string] => typeof entry[1] === 'string',
      ),
    );
  } catch {
    return undefined;
  }
}
