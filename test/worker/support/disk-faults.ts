// Loaded into a worker before its own code (`--require`). In: `disk-plan.json` beside it. Out: the worker dies, or finds
// the disk full, at the step that the plan names.
// A step is a call that changes what lies on the disk (a kill is no power cut, so fsync is none): they are counted from
// 1, in the order in which the worker makes them.
// Always: without a plan nothing is changed; every step can be written down in `disk-steps`, a line each.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { join } from 'node:path';

export interface DiskPlan {
  /** The worker is killed in place of this step; of a write, half is done. */
  readonly killAt?: number;
  /** From this step on the disk takes nothing more, or half of a write; renames and deletions work. */
  readonly fullFrom?: number;
  /** The last step at which it is full. */
  readonly fullTo?: number;
  /** Write the steps down. */
  readonly trace?: boolean;
  /** Before this step the worker stands still until a shell has run this command. */
  readonly pause?: { readonly at: number; readonly command: string };
}

const plan = readPlan();
const real = { ...fs };
let steps = 0;

watch('renameSync', (from, to) => `${String(from)} > ${String(to)}`);
watch('linkSync', (from, to) => `${String(from)} > ${String(to)}`, 'needs-room');
watch('mkdirSync', (path) => String(path), 'needs-room');
watch('rmSync', (path) => String(path));
watch('unlinkSync', (path) => String(path));
watch('truncateSync', (path) => String(path));
watch('utimesSync', (path) => String(path));
// writeFileSync and appendFileSync come here too.
watch('openSync', (path, flags) => (flags === 'r' ? undefined : String(path)), 'needs-room');
watchWrites();

function readPlan(): DiskPlan {
  try {
    // Written by planDisk.
    return JSON.parse(fs.readFileSync(join(__dirname, 'disk-plan.json'), 'utf8')) as DiskPlan;
  } catch {
    return {};
  }
}

/** Puts a step before a function of node:fs. `describe` gives undefined for a call that changes nothing. */
function watch(
  name:
    | 'renameSync'
    | 'linkSync'
    | 'mkdirSync'
    | 'rmSync'
    | 'unlinkSync'
    | 'truncateSync'
    | 'utimesSync'
    | 'openSync',
  describe: (...args: unknown[]) => string | undefined,
  room?: 'needs-room',
): void {
  // Any of these is called with whatever arguments the worker gives.
  const original = real[name] as (...args: unknown[]) => unknown;
  Object.assign(fs, {
    [name]: (...args: unknown[]): unknown => {
      const what = describe(...args);
      if (what !== undefined) step(`${name} ${what}`, room);
      return original(...args);
    },
  });
}

function watchWrites(): void {
  const original = real.writeSync as (file: number, bytes: Uint8Array, offset?: number) => number;
  Object.assign(fs, {
    writeSync: (file: number, bytes: Uint8Array, offset = 0): number => {
      const half = (): number =>
        original(file, bytes.subarray(0, offset + ((bytes.length - offset) >> 1)), offset);
      step('writeSync the file', 'needs-room', half);
      return original(file, bytes, offset);
    },
  });
}

function step(what: string, room?: 'needs-room', beforeDeath?: () => void): void {
  steps++;
  if (plan.trace === true) {
    const line = `${process.hrtime.bigint()} ${process.pid} ${what}\n`;
    const file = real.openSync(join(__dirname, 'disk-steps'), 'a');
    real.writeSync(file, line);
    real.closeSync(file);
  }
  if (steps === plan.pause?.at) spawnSync('/bin/sh', ['-c', plan.pause.command], { stdio: 'ignore' });
  if (steps === plan.killAt) {
    beforeDeath?.();
    process.kill(process.pid, 'SIGKILL');
  }
  if (room !== undefined && steps >= (plan.fullFrom ?? Infinity) && steps <= (plan.fullTo ?? Infinity)) {
    beforeDeath?.();
    throw Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' });
  }
}
