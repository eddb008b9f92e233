// In: where the installation lives. Out: a worker that runs, started here unless its hint names a live process.
// Always: the worker gets nothing of the hook's: no stream, no folder, and of the environment only PATH and HOME.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { delimiter, join, parse } from 'node:path';
import { processStat } from './process-stat.ts';

/** Where an installation lives: what `install` writes into hook.json. */
export interface Installation {
  readonly dir: string;
  readonly node: string;
  readonly worker: string;
  readonly path: string;
  readonly home: string;
}

export function wakeWorker(place: Installation): void {
  if (workerLives(place.dir)) return;
  const node = findNode(place);
  if (node === undefined) return;
  const worker = spawn(node, [place.worker, '--dir', place.dir], {
    detached: true,
    windowsHide: true,
    stdio: 'ignore',
    cwd: parse(place.dir).root,
    // Windows knows the home folder by another name, and Node adds there what the system itself needs (SYSTEMROOT, …).
    env: {
      PATH: place.path,
      HOME: place.home,
      ...(process.platform === 'win32' && { USERPROFILE: place.home }),
    },
  });
  // Without a listener, a Node that cannot be started would end this process with a message.
  worker.on('error', () => {});
  worker.unref();
}

/** Without /proc nobody can tell whether the process of the hint is still the same: then a worker is always woken, and its lock decides. */
function workerLives(dir: string): boolean {
  const [pid = '', startTime] = readHint(dir).trim().split(' ');
  const stat = /^\d+$/.test(pid) ? processStat(pid) : undefined;
  return stat !== undefined && stat.startTime === startTime && !/[ZXx]/.test(stat.state);
}

function readHint(dir: string): string {
  try {
    return readFileSync(join(dir, 'worker.alive'), 'latin1');
  } catch {
    return '';
  }
}

function findNode({ node, path }: Installation): string | undefined {
  const name = process.platform === 'win32' ? 'node.exe' : 'node';
  return [node, ...path.split(delimiter).map((folder) => join(folder, name))].find((file) =>
    existsSync(file),
  );
}
