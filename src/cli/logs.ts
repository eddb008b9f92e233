// `turnspan logs`: what the worker did, as it wrote it down.
import { homedir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import * as z from 'zod';
import { placesOf } from '../install/places.ts';
import { parseLogLine, readLog } from '../platform/log.ts';
import { version } from '../version.ts';
import { UsageError, type Command } from './command.ts';
import { followLog } from './logs-follow.ts';
import { fileErrorText } from './tell-refusal.ts';

/** One line of `turnspan logs --json`. */
export const logLineSchema = z.union([
  z.strictObject({
    time: z.iso.datetime(),
    level: z.enum(['info', 'warn', 'error']),
    event: z.string(),
    /** All values are texts. */
    fields: z.record(z.string(), z.string()),
  }),
  /** A line that is torn, or was written by someone else. */
  z.strictObject({ unreadable: z.string() }),
]);

export const logsCommand: Command = {
  name: 'logs',
  summary: 'Show what the worker did',
  usage: [
    'Usage: turnspan logs [--lines N] [--follow] [--json]',
    '',
    '  --lines N  the last N lines (default 50)',
    '  --follow   go on with what is written from now on, until Ctrl+C',
    '  --json     one JSON object a line (docs/commands.md)',
  ].join('\n'),
  run: async (args) => {
    const { values } = parseArgs({
      args: [...args],
      options: {
        lines: { type: 'string', default: '50' },
        follow: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
      },
    });
    if (!/^\d{1,9}$/.test(values.lines)) {
      throw new UsageError(`--lines is "${values.lines}": write a number, for example 50`);
    }
    const path = join(placesOf(homedir(), process.env, version).state, 'worker.log');
    const show = (line: string): void => {
      process.stdout.write(`${values.json ? asJson(line) : withoutControls(line)}\n`);
    };
    // Who reads may stop reading (`| head`).
    process.stdout.on('error', () => process.exit());
    try {
      if (values.follow) return await followLog(path, Number(values.lines), show);
      const lines = readLog(path);
      if (lines.length === 0) console.error(`Nothing was logged yet: ${path} is written when a worker runs.`);
      for (const line of lines.slice(Math.max(0, lines.length - Number(values.lines)))) show(line);
      return 0;
    } catch (error) {
      console.error(`turnspan logs: ${fileErrorText(error)}`);
      return 2;
    }
  },
};

function asJson(line: string): string {
  const one: z.infer<typeof logLineSchema> = parseLogLine(line) ?? { unreadable: line };
  return JSON.stringify(one);
}

/** Only a damaged file has them; a terminal would do what they say. */
function withoutControls(line: string): string {
  return line.replace(/(?!\t)\p{Cc}/gu, '\uFFFD');
}
