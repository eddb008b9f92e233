// `turnspan status`: what is installed where, where sessions go, and what waits.
import { homedir } from 'node:os';
import { parseArgs } from 'node:util';
import { placesOf } from '../install/places.ts';
import { version } from '../version.ts';
import type { Command } from './command.ts';
import { readStatus } from './status-report.ts';
import { statusText } from './status-text.ts';
import { fileErrorText } from './tell-refusal.ts';

export const statusCommand: Command = {
  name: 'status',
  summary: 'Show what is installed, where sessions go, and what waits',
  usage: [
    'Usage: turnspan status [--json]',
    '',
    '  --json  print one JSON object (docs/commands.md)',
    '',
    'Ends with 1 where there is something to look at.',
  ].join('\n'),
  run: (args) => {
    const { values } = parseArgs({
      args: [...args],
      options: { json: { type: 'boolean', default: false } },
    });
    const now = Date.now();
    try {
      const status = readStatus(placesOf(homedir(), process.env, version), process.env, process.cwd(), now);
      console.log(values.json ? JSON.stringify(status) : statusText(status, now));
      return Promise.resolve(status.findings.length > 0 ? 1 : 0);
    } catch (error) {
      console.error(`turnspan status: ${fileErrorText(error)}`);
      return Promise.resolve(2);
    }
  },
};
