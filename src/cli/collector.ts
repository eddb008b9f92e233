import type { Command } from './command.ts';

/** The local collector and viewer; loaded only when it is asked for, with its database. */
export const collectorCommand: Command = {
  name: 'collector',
  summary: 'Run the local collector and look at traces in a browser',
  usage: [
    'Usage: turnspan collector [--port PORT] [--file FILE]',
    '',
    '  --port PORT  where to listen on loopback (default 4318, or the next free port)',
    '  --file FILE  keep everything in this file (default: in memory)',
  ].join('\n'),
  run: async (args) => {
    const { runCollector } = await import('../../collector/run.ts');
    return runCollector(args, {
      out: (text) => process.stdout.write(text),
      err: (text) => process.stderr.write(text),
    });
  },
};
