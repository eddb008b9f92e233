// `turnspan uninstall`: our hooks out of Claude Code's settings, and with --purge everything else that is ours.
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { parseArgs } from 'node:util';
import * as z from 'zod';
import { lineDiff } from '../install/line-diff.ts';
import { placesOf, type Places } from '../install/places.ts';
import { purge } from '../install/purge.ts';
import {
  carryOutUninstall,
  otherInstallations,
  planUninstall,
  type UninstallPlan,
} from '../install/uninstall.ts';
import { version } from '../version.ts';
import { ask } from './ask.ts';
import { UsageError, type Command } from './command.ts';
import { settingsOfScope } from './settings-scope.ts';
import { fileErrorText, refusalText } from './tell-refusal.ts';

export const uninstallCommand: Command = {
  name: 'uninstall',
  summary: "Take Turnspan's hooks out of Claude Code's settings",
  usage: [
    'Usage: turnspan uninstall [--scope user|project|local] [--purge] [--yes] [--dry-run] [--json]',
    '',
    '  --scope SCOPE  user: your settings (default); project, local: those of the current folder',
    '  --purge        remove script, worker, config file, backups and all that was remembered, too; what waits to be sent is lost',
    '  --yes          do not ask',
    '  --dry-run      show what would change, and change nothing',
    '  --json         print one JSON object (docs/commands.md); with --yes or --dry-run',
  ].join('\n'),
  run: async (args) => {
    const { values } = parseArgs({
      args: [...args],
      options: {
        scope: { type: 'string', default: 'user' },
        purge: { type: 'boolean', default: false },
        yes: { type: 'boolean', default: false },
        'dry-run': { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
      },
    });
    if (values.json && !values.yes && !values['dry-run'])
      throw new UsageError('--json asks nothing: it goes with --yes or --dry-run');
    const places = placesOf(homedir(), process.env, version);
    const settings = settingsOfScope(values.scope, places.home, process.env);
    try {
      return await uninstall(places, settings, { ...values, dryRun: values['dry-run'] });
    } catch (error) {
      console.error(`turnspan uninstall: ${fileErrorText(error)}`);
      return 1;
    }
  },
};

interface Manner {
  readonly purge: boolean;
  readonly yes: boolean;
  readonly dryRun: boolean;
  readonly json: boolean;
}

/** What `uninstall --json` prints. */
export const uninstallSchema = z.strictObject({
  status: z.enum(['uninstalled', 'dry-run', 'refused']),
  settings: z.string(),
  /** Hooks that were, or would be, taken out. */
  hooks: z.int(),
  /** The settings file as it was, where it was changed. */
  backup: z.string().nullable(),
  /** Other settings files that still have hooks of ours. */
  elsewhere: z.array(z.string()),
  /** Folders and files of ours that are still there. */
  left: z.array(z.string()),
  /** Why nothing was uninstalled. */
  why: z.string().nullable(),
});

async function uninstall(places: Places, settings: string, manner: Manner): Promise<number> {
  const say = (text: string): void => {
    if (!manner.json) console.log(text);
  };
  const report = (more: Partial<z.infer<typeof uninstallSchema>>): void => {
    const usual = {
      status: 'uninstalled',
      settings,
      hooks: 0,
      backup: null,
      elsewhere: [],
      left: [],
      why: null,
    };
    if (manner.json) console.log(JSON.stringify({ ...usual, left: leftOf(places), ...more }));
  };
  const refuse = (why: string): number => {
    report({ status: 'refused', why });
    return fail(why);
  };
  const plan = planUninstall(places, settings);
  if (plan.status === 'refused') return refuse(refusalText(plan, 'nothing was changed'));
  const others = otherInstallations(places).filter((file) => file !== plan.disk.target);
  const told = { hooks: plan.count, elsewhere: others };
  if (manner.purge && others.length > 0) {
    return refuse(
      `${others.join(', ')} still has Turnspan's hooks: uninstall there first (--scope project or local, in that folder).`,
    );
  }
  if (manner.dryRun || !manner.yes) say(planText(plan, manner));
  if (manner.dryRun) {
    report({ ...told, status: 'dry-run' });
    return 0;
  }
  if (plan.count === 0 && !manner.purge) {
    if (manner.yes) say(planText(plan, manner));
    carryOutUninstall(plan, Date.now());
    say(leftText(places, others));
    report(told);
    return 0;
  }
  const answer = manner.yes
    ? 'yes'
    : await ask(manner.purge ? 'Uninstall and remove all of it?' : 'Uninstall?');
  if (answer === 'nobody-there') {
    console.error('turnspan uninstall: there is no terminal to ask at: add --yes. Nothing was changed.');
    return 2;
  }
  if (answer === 'no') {
    say('Nothing was changed.');
    return 1;
  }
  const done = carryOutUninstall(plan, Date.now());
  if (done.status === 'refused') return refuse(refusalText(done, 'its hooks are still registered'));
  if (manner.yes) say(planText(plan, { ...manner, dryRun: false }));
  if (!manner.purge) {
    if (done.backup !== undefined) say(`The file as it was: ${done.backup}`);
    say(leftText(places, others));
    report({ ...told, backup: done.backup ?? null });
    return 0;
  }
  const stays = await purge(places);
  say('Script, worker, config file and all that was remembered are removed.');
  if (stays.length > 0) say(`Something that is not Turnspan's is in ${stays.join(', ')}, so that stays.`);
  report(told);
  return 0;
}

function planText({ settings, count, fileGoes, disk, text }: UninstallPlan, { dryRun }: Manner): string {
  if (count === 0) return `${settings} has no hooks of Turnspan.`;
  const what = `${settings}: ${count} ${count === 1 ? 'hook' : 'hooks'} of Turnspan taken out`;
  const rest = fileGoes ? ', and the file, which was made for them' : '; everything else stays as it is';
  if (!dryRun) return `${what}${rest}.`;
  return [
    `${what}${rest}.`,
    ...lineDiff(disk.text, text),
    '',
    'This was a dry run: nothing was changed.',
  ].join('\n');
}

function leftOf({ data, state, config }: Places): string[] {
  return [data, state, config].filter((path) => existsSync(path));
}

function leftText(places: Places, others: readonly string[]): string {
  const left = leftOf(places);
  const elsewhere = others.map((file) => `${file} still has Turnspan's hooks.\n`).join('');
  if (left.length === 0) return `${elsewhere}Nothing of Turnspan is left.`;
  return `${elsewhere}Left: ${left.join(', ')}. \`turnspan uninstall --purge\` removes that.`;
}

function fail(message: string): number {
  console.error(`turnspan uninstall: ${message}`);
  return 1;
}
