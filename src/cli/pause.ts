// `turnspan pause`: from now on nothing is read and nothing is sent. Hooks go on leaving tickets.
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import * as z from 'zod';
import { placesOf } from '../install/places.ts';
import { beginPause } from '../state/pause.ts';
import { version } from '../version.ts';
import type { Command } from './command.ts';
import { workerLeft } from './status-worker.ts';
import { fileErrorText } from './tell-refusal.ts';

/** What `turnspan pause --json` prints. */
export const pauseSchema = z.strictObject({
  status: z.enum(['paused', 'was-paused', 'not-installed']),
  since: z.iso.datetime().nullable(),
  /** False: one was still at work after some seconds. */
  workerLeft: z.boolean(),
});

export const pauseCommand: Command = {
  name: 'pause',
  summary: 'Read and send nothing until `turnspan resume`',
  usage: [
    'Usage: turnspan pause [--json]',
    '',
    '  --json  print one JSON object (docs/commands.md)',
    '',
    "Claude Code's hooks go on leaving tickets, so nothing is lost: `turnspan resume` sends what came meanwhile,",
    '`turnspan resume --skip` never sends it. `turnspan stop` is the same.',
  ].join('\n'),
  run: async (args) => {
    const { values } = parseArgs({
      args: [...args],
      options: { json: { type: 'boolean', default: false } },
    });
    const { state } = placesOf(homedir(), process.env, version);
    try {
      const done = await pause(state);
      console.log(values.json ? JSON.stringify(done) : pauseText(done));
      return done.status === 'not-installed' || !done.workerLeft ? 1 : 0;
    } catch (error) {
      console.error(`turnspan pause: ${fileErrorText(error)}`);
      return 2;
    }
  },
};

/** The same by the name that others give it. */
export const stopCommand: Command = { ...pauseCommand, name: 'stop', summary: 'The same as `pause`' };

type Paused = z.infer<typeof pauseSchema>;

async function pause(state: string): Promise<Paused> {
  if (!existsSync(join(state, 'installation.json'))) {
    return { status: 'not-installed', since: null, workerLeft: true };
  }
  const { begun, pause: made } = beginPause(state, Date.now());
  const since = new Date(made.since).toISOString();
  // A worker looks for a pause twice a second at least.
  return { status: begun ? 'paused' : 'was-paused', since, workerLeft: await workerLeft(state, PATIENCE_MS) };
}

const PATIENCE_MS = 5000;

function pauseText({ status, since, workerLeft: left }: Paused): string {
  if (status === 'not-installed') {
    return 'Turnspan is not installed, so there is nothing to pause. `turnspan install` sets it up.';
  }
  const first =
    status === 'paused'
      ? 'Paused: nothing is read or sent from now on.'
      : `Was paused already, since ${since ?? ''}: nothing is read or sent.`;
  return [
    first,
    ...(left ? [] : ['Careful: a worker is still at something. `turnspan status` tells when it has left.']),
    'Hooks still leave tickets. `turnspan resume` sends what comes meanwhile, `turnspan resume --skip` never does.',
  ].join('\n');
}
