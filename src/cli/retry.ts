// `turnspan retry`: what backends refused waits again, to be sent now that the user has repaired the cause.
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import * as z from 'zod';
import { placesOf, type Places } from '../install/places.ts';
import { isPaused } from '../state/pause.ts';
import { version } from '../version.ts';
import { UsageError, type Command } from './command.ts';
import { requeue, waitUntilSent, type Requeued } from './retry-requests.ts';
import { wakeInstalledWorker } from './status-worker.ts';
import { fileErrorText } from './tell-refusal.ts';

const count = z.int().nonnegative();

/** What `turnspan retry --json` prints. */
export const retrySchema = z.strictObject({
  status: z.enum(['retried', 'nothing-refused', 'not-installed']),
  destinations: z.array(
    z.strictObject({
      /** Its id. */
      destination: z.string(),
      /** What the config file calls it. */
      name: z.string().nullable(),
      url: z.string().nullable(),
      /** `current`: address and keys as the configuration has them now; `remembered`: as they were, for it names them no more. */
      settings: z.enum(['current', 'remembered']),
      /** Put back into the outbox. */
      requests: count,
      /** In the outbox and among the refused a few seconds later, whatever came before or after. */
      waiting: count,
      refused: count,
      refusedWhy: z.string().nullable(),
    }),
  ),
  /** Why the configuration could not be asked for address and keys. */
  problem: z.string().nullable(),
  /** `next-hook`: no installed program was found, so the next hook does it. `paused`: `turnspan resume` does. */
  worker: z.enum(['woken', 'next-hook', 'paused']).nullable(),
});

export const retryCommand: Command = {
  name: 'retry',
  summary: 'Send again what a backend refused',
  usage: [
    'Usage: turnspan retry [DESTINATION] [--json]',
    '',
    '  DESTINATION  its name in the config file, or its id as `turnspan status` and `turnspan doctor` tell it; all without',
    '  --json       print one JSON object (docs/commands.md)',
    '',
    'Repair address or key first: what is refused again is set aside again. Ends with 1 where something was, or still waits.',
  ].join('\n'),
  run: async (args) => {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: { json: { type: 'boolean', default: false } },
      allowPositionals: true,
    });
    const [wanted, tooMany] = positionals;
    if (tooMany !== undefined) throw new UsageError('one destination at a time, or none for all');
    try {
      const done = await retry(placesOf(homedir(), process.env, version), wanted);
      console.log(values.json ? JSON.stringify(done) : retryText(done));
      const isLeft = done.destinations.some(({ waiting, refused }) => waiting + refused > 0);
      return done.status === 'not-installed' || isLeft ? 1 : 0;
    } catch (error) {
      if (error instanceof UsageError) throw error;
      console.error(`turnspan retry: ${fileErrorText(error)}`);
      return 2;
    }
  },
};

type Retried = z.infer<typeof retrySchema>;

async function retry(places: Places, wanted: string | undefined): Promise<Retried> {
  const { state } = places;
  const nothing = { destinations: [], problem: null, worker: null };
  if (!existsSync(join(state, 'installation.json'))) return { status: 'not-installed', ...nothing };
  const put = requeue(places, process.env, process.cwd(), wanted);
  if (put.status === 'unknown') {
    const known = put.known.length === 0 ? 'none has refused anything' : `there is ${put.known.join(', ')}`;
    throw new UsageError(`no destination is called "${wanted ?? ''}": ${known}`);
  }
  if (put.requeued.length === 0) return { status: 'nothing-refused', ...nothing };
  const worker = isPaused(state) ? 'paused' : (await wakeInstalledWorker(places)) ? 'woken' : 'next-hook';
  const later = await waitUntilSent(places, put.requeued, worker === 'woken');
  const destinations = put.requeued.map((one) => ({ ...shown(one), ...later(one.id) }));
  return { status: 'retried', destinations, problem: put.problem ?? null, worker };
}

function shown({ id, name, url, settings, requests }: Requeued) {
  return { destination: id, name: name ?? null, url: url ?? null, settings, requests };
}

function retryText({ status, destinations, problem, worker }: Retried): string {
  if (status === 'not-installed')
    return 'Turnspan is not installed, so there is nothing to send again. `turnspan install` sets it up.';
  if (status === 'nothing-refused') return 'Nothing is set aside as refused: nothing to do.';
  return [
    ...destinations.flatMap(textOf),
    ...(problem === null
      ? []
      : [`Careful: what counts here is not known, so keys are as they were: ${problem}.`]),
    ...(worker === 'paused' ? ['Export is paused: `turnspan resume` sends them.'] : []),
    ...(worker === 'next-hook'
      ? ["No installed worker was found: the next hook of Claude Code's starts one."]
      : []),
  ].join('\n');
}

function textOf({
  destination,
  name,
  url,
  settings,
  requests,
  waiting,
  refused,
  refusedWhy,
}: Retried['destinations'][number]): string[] {
  const called = `${name ?? destination}${url === null ? '' : ` (${url})`}`;
  const lines = [`${called}: ${plural(requests)} put back.`];
  if (settings === 'remembered')
    lines.push('  The configuration does not name it any more: address and keys are as they were.');
  if (refused > 0)
    lines.push(
      `  ${plural(refused)} refused again${refusedWhy === null ? '' : ` (${refusedWhy})`}: \`turnspan doctor\` tells why.`,
    );
  if (waiting > 0) lines.push(`  ${plural(waiting)} still waiting: \`turnspan status\` tells for what.`);
  if (refused + waiting === 0) lines.push('  All are sent.');
  return lines;
}

function plural(requests: number): string {
  return `${requests} request${requests === 1 ? '' : 's'}`;
}
