// The worker's lock: who has it, and is that one alive and at work?
import { join } from 'node:path';
import { listIfThere } from '../../platform/list-folder.ts';
import { readLockFile } from '../../platform/lock-file.ts';
import { liveness } from '../../platform/processes.ts';
import { defineCheck } from '../check.ts';
import { shellPath } from '../shown.ts';

/** The worker renews its sign of life every minute. */
const SILENT_MS = 5 * 60_000;

export const workerCheck = defineCheck({
  name: 'worker',
  holds: 'No worker is stuck, and none was killed',
  findings: {
    'worker-dead':
      'The worker that holds the lock is gone: it was killed, or the machine was. The next hook starts another, which goes on where it was.',
    'worker-stuck':
      'The worker that holds the lock runs, but has given no sign of life for five minutes. None other can start.',
    'worker-elsewhere':
      'The lock is held by a process of another container or namespace. Until it has been silent for five minutes, none is started here.',
  },
  run: ({ places: { home, state }, now }) => {
    const folder = join(state, 'lock');
    const highest = Math.max(
      0,
      ...listIfThere(folder)
        .filter((name) => /^[1-9]\d{0,14}$/.test(name))
        .map(Number),
    );
    const lock = highest === 0 ? 'gone' : readLockFile(join(folder, String(highest)));
    if (lock === 'gone' || lock.free) return [];
    const life = lock.owner === undefined ? 'unknown' : liveness(lock.owner);
    const silent = Math.abs(now - lock.beatAt) > SILENT_MS;
    const run = `turnspan worker --dir ${shellPath(state, home)}`;
    if (life === 'dead' || (life === 'unknown' && silent)) {
      return [
        {
          name: 'worker-dead',
          level: 'warning',
          title: `The worker that holds the lock${named(lock.owner?.pid)} is gone`,
          detail: 'Nothing is lost: the next hook starts another, which goes on where it was.',
          remedy: `Finish a turn in Claude Code, or: ${run}`,
        },
      ];
    }
    if (life === 'unknown') {
      return [
        {
          name: 'worker-elsewhere',
          level: 'warning',
          title: `The lock is held by a worker${named(lock.owner?.pid)} that cannot be seen from here`,
          detail: 'A home folder that containers share: the worker of one sends for all.',
          remedy: 'Nothing, if that container runs; else wait five minutes',
        },
      ];
    }
    if (!silent) return [];
    const pid = lock.owner?.pid;
    return [
      {
        name: 'worker-stuck',
        level: 'error',
        title: `The worker${named(pid)} runs, but has given no sign of life for ${Math.round(Math.abs(now - lock.beatAt) / 60_000)} minutes`,
        detail: 'It may hang on a transcript on a network disk, or be stopped.',
        remedy: `kill ${pid ?? ''}, then finish a turn in Claude Code`,
      },
    ];
  },
});

function named(pid: number | undefined): string {
  return pid === undefined ? '' : ` (process ${pid})`;
}
