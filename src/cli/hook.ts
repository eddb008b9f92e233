import { parseArgs } from 'node:util';
import { join, resolve } from 'node:path';
import { wakeWorker } from '../hook/wake-worker.ts';
import { writeTicket } from '../hook/write-ticket.ts';
import { UsageError, type Command } from './command.ts';

/** The hook by hand: for trying things out, and where nothing is installed. Installed hooks use the script. */
export const hookCommand: Command = {
  name: 'hook',
  summary: 'Take an event of Claude Code on standard input, as the installed hook does',
  usage: 'Usage: turnspan hook --dir DIR < event.json\n\n  --dir DIR  the installation folder',
  run: (args) => {
    const { values } = parseArgs({ args: [...args], options: { dir: { type: 'string' } } });
    if (values.dir === undefined) throw new UsageError('--dir is missing: name the installation folder');
    const dir = resolve(values.dir);
    writeTicket(join(dir, 'inbox'), process.env);
    wakeWorker({
      dir,
      node: process.execPath,
      worker: join(import.meta.dirname, 'worker.cjs'),
      path: process.env['PATH'] ?? '',
      home: process.env['HOME'] ?? dir,
    });
    return Promise.resolve(0);
  },
};
