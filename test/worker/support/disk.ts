// What the disk does to the workers of a world, and what they did to it (disk-faults.ts, which each of them loads).
import { buildSync } from 'esbuild';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DiskPlan } from './disk-faults.ts';

/** A call that changed the disk. */
export interface DiskStep {
  /** Nanoseconds; only good for an order. */
  readonly time: bigint;
  readonly pid: string;
  /** The function and its paths: `renameSync FROM > TO`. */
  readonly what: string;
}

let bundle: Uint8Array | undefined;

/** The bundle that a worker loads before its own code. */
export function bundleDiskFaults(): Uint8Array {
  bundle ??= buildSync({
    entryPoints: [join(import.meta.dirname, 'disk-faults.ts')],
    bundle: true,
    write: false,
    platform: 'node',
    format: 'cjs',
  }).outputFiles[0]!.contents;
  return bundle;
}

/** What the disk does to the next workers of a world. */
export function planDisk({ root }: { readonly root: string }, plan: DiskPlan): void {
  writeFileSync(join(root, 'disk-plan.json'), JSON.stringify(plan));
}

/** The steps of all workers that ran under a plan with `trace`. */
export function stepsOf({ root }: { readonly root: string }): DiskStep[] {
  return readFileSync(join(root, 'disk-steps'), 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => {
      const [time = '', pid = '', ...what] = line.split(' ');
      return { time: BigInt(time), pid, what: what.join(' ') };
    });
}
