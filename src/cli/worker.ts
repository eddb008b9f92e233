import { parseArgs } from 'node:util';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileLog } from '../platform/log.ts';
import { runWorker } from '../worker.ts';
import { UsageError, type Command } from './command.ts';

/** The worker in the foreground: what the hook starts in the background. */
export const workerCommand: Command = {
  name: 'worker',
  summary: 'Work off what the hook left and send what waits, then end (the hook starts this by itself)',
  usage: 'Usage: turnspan worker --dir DIR\n\n  --dir DIR  the installation folder',
  run: async (args) => {
    const { values } = parseArgs({ args: [...args], options: { dir: { type: 'string' } } });
    if (values.dir === undefined) throw new UsageError('--dir is missing: name the installation folder');
    const dir = resolve(values.dir);
    await runWorker({ dir, home: homedir(), log: fileLog(join(dir, 'worker.log')) });
    return 0;
  },
};
