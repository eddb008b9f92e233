// In: a bundle of dist/ and its arguments. Out: how long its process took and the most memory that it ever had.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

export interface ChildOptions {
  readonly env?: NodeJS.ProcessEnv;
}

/** Not this machine's environment: `NODE_EXTRA_CA_CERTS` alone adds tens of milliseconds to each start. */
const CLEAN = { PATH: process.env['PATH'], HOME: process.env['HOME'] };

/** The bundles lie beside the bench's own. */
export function bundle(name: string): string {
  return join(import.meta.dirname, `${name}.cjs`);
}

/** Runs a process to its end; its wall time in milliseconds. Throws when it does not end with 0. */
export async function runChild(args: readonly string[], { env = CLEAN }: ChildOptions = {}): Promise<number> {
  const before = process.hrtime.bigint();
  const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'ignore', 'inherit'] });
  await endOf(child, args);
  return Number(process.hrtime.bigint() - before) / 1e6;
}

/**
 * Runs a process to its end; the peak of its resident memory in MB. A module that is loaded before its program tells the
 * number at the very end: VmHWM, which is of the program alone, where `getrusage` would also count what the process was
 * before it became this program.
 */
export async function peakOf(
  folder: string,
  args: readonly string[],
  { env = CLEAN }: ChildOptions = {},
): Promise<number> {
  const probe = join(folder, 'probe.cjs');
  writeFileSync(probe, PROBE);
  const child = spawn(process.execPath, ['--require', probe, ...args], {
    env,
    stdio: ['ignore', 'ignore', 'inherit', 'pipe'],
  });
  const told = child.stdio[3];
  if (told === null || told === undefined || !('read' in told))
    throw new Error('the child has no pipe to tell its memory');
  const [kilobytes] = await Promise.all([text(told), endOf(child, args)]);
  return Number(kilobytes) / 1024;
}

const PROBE = `
const { readFileSync, writeSync } = require('node:fs');
const status = () => { try { return readFileSync('/proc/self/status', 'latin1'); } catch { return ''; } };
process.on('exit', () => {
  writeSync(3, /^VmHWM:\\s+(\\d+) kB$/m.exec(status())?.[1] ?? String(process.resourceUsage().maxRSS));
});
`;

async function endOf(child: ReturnType<typeof spawn>, args: readonly string[]): Promise<void> {
  const [code] = (await once(child, 'exit')) as [number | null]; // what Node passes to `exit`
  if (code !== 0) throw new Error(`node ${args.join(' ')} ended with ${code ?? 'a signal'}`);
}
