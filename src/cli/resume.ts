// `turnspan resume`: a pause ends. What came meanwhile is sent, or with --skip never.
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import * as z from 'zod';
import { listTicketFiles } from '../inbox/tickets-folder.ts';
import { placesOf, type Places } from '../install/places.ts';
import { endPause, readPause } from '../state/pause.ts';
import { addSkip, SkipsUnreadable } from '../state/pause-skips.ts';
import { version } from '../version.ts';
import type { Command } from './command.ts';
import { wakeInstalledWorker } from './status-worker.ts';
import { fileErrorText } from './tell-refusal.ts';

/** What `turnspan resume --json` prints. */
export const resumeSchema = z.strictObject({
  status: z.enum(['resumed', 'was-not-paused', 'not-installed']),
  /** The pause that ended. */
  since: z.iso.datetime().nullable(),
  until: z.iso.datetime().nullable(),
  /** True: turns whose prompt was typed in between are never sent. */
  skipped: z.boolean(),
  /** What hooks left meanwhile. */
  tickets: z.int().nonnegative(),
  /** `next-hook`: no installed program was found, so the next hook does it. */
  worker: z.enum(['woken', 'next-hook']).nullable(),
});

export const resumeCommand: Command = {
  name: 'resume',
  summary: 'End a pause and send what came meanwhile',
  usage: [
    'Usage: turnspan resume [--skip] [--json]',
    '',
    '  --skip  turns whose prompt was typed during the pause are never sent',
    '  --json  print one JSON object (docs/commands.md)',
    '',
    '`turnspan continue` is the same.',
  ].join('\n'),
  run: async (args) => {
    const { values } = parseArgs({
      args: [...args],
      options: { skip: { type: 'boolean', default: false }, json: { type: 'boolean', default: false } },
    });
    const places = placesOf(homedir(), process.env, version);
    try {
      const done = await resume(places, values.skip);
      console.log(values.json ? JSON.stringify(done) : resumeText(done));
      return done.status === 'not-installed' ? 1 : 0;
    } catch (error) {
      const why =
        error instanceof SkipsUnreadable ? `${error.message} (in ${places.state})` : fileErrorText(error);
      console.error(`turnspan resume: ${why}`);
      return 2;
    }
  },
};

/** The same by the name that others give it. */
export const continueCommand: Command = {
  ...resumeCommand,
  name: 'continue',
  summary: 'The same as `resume`',
};

type Resumed = z.infer<typeof resumeSchema>;

async function resume(places: Places, skip: boolean): Promise<Resumed> {
  const { state } = places;
  const nothing = { since: null, until: null, skipped: false, tickets: 0, worker: null };
  if (!existsSync(join(state, 'installation.json'))) return { status: 'not-installed', ...nothing };
  const pause = readPause(state);
  if (pause === undefined) return { status: 'was-not-paused', ...nothing };
  // Where the clock was set back meanwhile, what lies between the two counts all the same.
  const [from = 0, to = 0] = [pause.since, Date.now()].sort((one, other) => one - other);
  // First: whatever happens in between, nothing is sent that is to be kept back.
  if (skip) addSkip(state, { from, to });
  const tickets = listTicketFiles(state).length;
  endPause(state);
  const worker = (await wakeInstalledWorker(places)) ? 'woken' : 'next-hook';
  const [since, until] = [from, to].map((time) => new Date(time).toISOString());
  return { status: 'resumed', since: since ?? null, until: until ?? null, skipped: skip, tickets, worker };
}

function resumeText({ status, since, until, skipped, tickets, worker }: Resumed): string {
  switch (status) {
    case 'not-installed':
      return 'Turnspan is not installed, so there is nothing to resume. `turnspan install` sets it up.';
    case 'was-not-paused':
      return 'Turnspan was not paused: nothing to do.';
    case 'resumed':
      return [
        `Resumed; ${tickets} ${tickets === 1 ? 'ticket' : 'tickets'} came since ${since ?? ''}.`,
        skipped
          ? `Turns whose prompt was typed until ${until ?? ''} are never sent; \`turnspan export\` still can.`
          : 'What happened meanwhile is sent now.',
        worker === 'woken'
          ? '`turnspan status` shows how far that is.'
          : "No installed worker was found: the next hook of Claude Code's starts one.",
      ].join('\n');
  }
}
