// The worker's program, which worker-start.ts runs. In: `--dir DIR`. Out: nothing but what the worker does.
// A headless client is gone soon after its last hook, and its environment with it: so that is read first, before the
// rest of the program is loaded. In a pause that is all: the tickets stay for the worker that `resume` wakes.
import './parse-once.ts';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { clientVariables } from './config/remembered-clients.ts';
import { peekClients } from './inbox/clients.ts';
import { fileLog } from './platform/log.ts';
import { isPaused } from './state/pause.ts';

let worked = false;

/** Did a step of this process bring something forth? */
export function hasWorked(): boolean {
  return worked;
}

const { dir } = parseArgs({ options: { dir: { type: 'string' } }, strict: false }).values;
if (typeof dir === 'string') void main(dir);
else process.exitCode = 2;

async function main(folder: string): Promise<void> {
  const log = fileLog(join(folder, 'worker.log'));
  try {
    for (const client of peekClients(folder)) clientVariables(folder, client);
    if (isPaused(folder)) return;
    const { runWorker } = await import('./worker.ts');
    worked = await runWorker({ dir: folder, home: homedir(), log });
  } catch (error) {
    log.error('worker-failed', { reason: error instanceof Error ? error.name : 'unknown' });
    process.exitCode = 1;
  }
}
