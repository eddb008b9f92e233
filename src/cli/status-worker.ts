// In: an installation's folder. Out: whether a worker runs, and what would wake one.
import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import { wakeWorker, type Installation } from '../hook/wake-worker.ts';
import { programIn } from '../install/program.ts';
import type { Places } from '../install/places.ts';
import { listIfThere } from '../platform/list-folder.ts';
import { readLockFile } from '../platform/lock-file.ts';
import { liveness } from '../platform/processes.ts';
import { findSettings } from './status-installed.ts';

/** The worker that owns the lock, unless it is proved dead. */
export function runningWorker(dir: string): { readonly pid: number } | undefined {
  const folder = join(dir, 'lock');
  const newest = Math.max(0, ...listIfThere(folder).filter(isNumber).map(Number));
  const state = newest === 0 ? 'gone' : readLockFile(join(folder, String(newest)));
  if (state === 'gone' || state.owner === undefined || liveness(state.owner) === 'dead') return undefined;
  return { pid: state.owner.pid };
}

/** Waits until no worker runs, for `patienceMs` at most. True: none does. */
export async function workerLeft(dir: string, patienceMs: number): Promise<boolean> {
  const until = Date.now() + patienceMs;
  while (runningWorker(dir) !== undefined) {
    if (Date.now() > until) return false;
    await sleep(20);
  }
  return true;
}

/** Starts the installed worker, unless one runs that goes on. False: no program of this installation was found. */
export async function wakeInstalledWorker(places: Places): Promise<boolean> {
  const place = findProgram(places);
  if (place === undefined) return false;
  // A worker that has taken its hint away is leaving. One that came meanwhile would find its lock held, and leave too.
  if (!existsSync(join(places.state, 'worker.alive'))) await workerLeft(places.state, LEAVING_MS);
  wakeWorker(place);
  return true;
}

const LEAVING_MS = 2000;

/** Of several versions the one that the settings name, then this one, then the newest on disk. */
function findProgram(places: Places): Installation | undefined {
  const named = findSettings(places).flatMap(({ scripts }) => scripts.map((script) => dirname(script)));
  const others = listIfThere(places.data).map((name) => join(places.data, name));
  return [...named, places.program, ...others.sort((one, other) => timeOf(other) - timeOf(one))]
    .flatMap((folder) => readPlace(folder) ?? [])
    .find(({ dir, worker }) => resolve(dir) === places.state && existsSync(worker));
}

/** What `install` wrote beside script and worker. */
function readPlace(folder: string): Installation | undefined {
  try {
    const place = placeSchema.parse(JSON.parse(readFileSync(join(folder, 'hook.json'), 'utf8')));
    return { ...place, worker: programIn(folder).worker };
  } catch {
    return undefined;
  }
}

const placeSchema = z.object({ dir: z.string(), node: z.string(), path: z.string(), home: z.string() });

function timeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

function isNumber(name: string): boolean {
  return /^[1-9]\d{0,14}$/.test(name);
}
