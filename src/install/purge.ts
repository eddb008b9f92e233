// In: where Turnspan lives. Out: nothing of it is left but what is not ours.
// Always: only names that Turnspan makes are removed, and a folder only when nothing else is in it; a link is removed and never
// followed; a worker that still runs is asked to end first (killed at any step it leaves nothing torn).
import { existsSync, lstatSync, readFileSync, readdirSync, rmSync, rmdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isTemporary } from '../platform/atomic-file.ts';
import { listIfThere } from '../platform/list-folder.ts';
import { liveness } from '../platform/processes.ts';
import type { Places } from './places.ts';

/** Removes program, state and config file. Gives the folders that hold something else and stay. Throws what the file system throws. */
export async function purge({ data, state, config }: Places): Promise<string[]> {
  await endWorker(state);
  for (const name of isLink(data) ? [] : listIfThere(data)) {
    const folder = join(data, name);
    if (PROGRAM.some((file) => existsSync(join(folder, file)))) removeAll(folder, PROGRAM);
  }
  removeAll(data, []);
  removeAll(state, STATE);
  removeAll(dirname(config), ['config.json']);
  return [data, state, dirname(config)].filter((folder) => existsSync(folder));
}

const PROGRAM = ['hook.sh', 'hook.cjs', 'hook.json', 'worker.cjs', 'worker-program.cjs', 'grpc.cjs'];

/** What lies in an installation's folder: src/README.md, "On disk". */
const STATE = [
  'backups',
  'clients',
  'config-file.json',
  'console.jsonl',
  'inbox',
  'inbox-unreadable',
  'install.json',
  'installation.json',
  'ledger',
  'lock',
  'metrics',
  'outbox',
  'paused',
  'refused',
  'sessions',
  'skipped.json',
  'staging',
  'watch',
  'worker.alive',
  'worker.code',
  'worker.log',
  'worker.log.1',
];

function removeAll(folder: string, names: readonly string[]): void {
  if (isLink(folder)) {
    rmSync(folder);
    return;
  }
  for (const name of listIfThere(folder)) {
    // `rm` of Node does not follow links below a folder either.
    if (names.includes(name) || isTemporary(name))
      rmSync(join(folder, name), { recursive: true, force: true });
  }
  removeFolder(folder);
}

function removeFolder(folder: string): void {
  if (existsSync(folder) && readdirSync(folder).length === 0) rmdirSync(folder);
}

function isLink(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true;
}

/** Only where the system can tell that the process is the worker that the hint names. */
async function endWorker(state: string): Promise<void> {
  const [pid = '', startTime = ''] = readHint(state).trim().split(' ');
  if (!/^\d+$/.test(pid) || !/^\d+$/.test(startTime)) return;
  const worker = { pid: Number(pid), startTime };
  if (!existsSync(`/proc/${pid}`) || liveness(worker) !== 'alive') return;
  process.kill(worker.pid, 'SIGTERM');
  for (let waited = 0; waited < 2000 && liveness(worker) === 'alive'; waited += 50) await sleep(50);
}

function readHint(state: string): string {
  try {
    return readFileSync(join(state, 'worker.alive'), 'utf8');
  } catch {
    return ''; // No worker runs.
  }
}
