// `turnspan doctor`: why does something not arrive, and what mends it?
import { homedir } from 'node:os';
import { parseArgs } from 'node:util';
import { allChecks } from '../doctor/all-checks.ts';
import { openContext } from '../doctor/context.ts';
import { exitCodeOf, reportText } from '../doctor/report.ts';
import { runChecks } from '../doctor/run-checks.ts';
import { placesOf } from '../install/places.ts';
import { readSessionCost } from '../session-cost.ts';
import { version } from '../version.ts';
import type { Command } from './command.ts';
import { fileErrorText } from './tell-refusal.ts';

export const doctorCommand: Command = {
  name: 'doctor',
  summary: 'Look why something does not arrive, and say what mends it',
  usage: [
    'Usage: turnspan doctor [--json]',
    '',
    '  --json  the report as JSON (docs/doctor.md)',
    '',
    'Looks at the settings of Claude Code that count in the current folder, at the hooks, the worker and what waits, and asks',
    'each destination with an empty request. Changes nothing. Exit code: 0 nothing found, 1 findings, 2 it could not run.',
  ].join('\n'),
  run: async (args) => {
    const { values } = parseArgs({ args: [...args], options: { json: { type: 'boolean', default: false } } });
    try {
      const places = placesOf(homedir(), process.env, version);
      const context = await openContext({
        places,
        env: process.env,
        cwd: process.cwd(),
        readCost: readSessionCost,
      });
      const report = await runChecks(allChecks, context, version);
      console.log(values.json ? JSON.stringify(report, null, 2) : reportText(report));
      return exitCodeOf(report);
    } catch (error) {
      console.error(`turnspan doctor: ${fileErrorText(error)}`);
      return 2;
    }
  },
};
