// `turnspan uninstall`: our hooks out of Claude Code's settings, and with --purge everything else that is ours.
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { parseArgs } from 'node:util';
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
import type { Command } from './command.ts';
import { settingsOfScope } from './settings-scope.ts';
import { fileErrorText, refusalText } from './tell-refusal.ts';

export const uninstallCommand: Command = {
  name: 'uninstall',
  summary: "Take Turnspan's hooks out of Claude Code's settings",
  usage: [
    'Usage: turnspan uninstall [--scope user|project|local] [--purge] [--yes] [--dry-run]',
    '',
    '  --scope SCOPE  user: your settings (default); project, local: those of the current folder',
    '  --purge        remove script, worker, config file, backups and all that was remembered, too; what waits to be sent is lost',
    '  --yes          do not ask',
    '  --dry-run      show what would change, and change nothing',
  ].join('\n'),
  run: async (args) => {
    const { values } = parseArgs({
      args: [...args],
      options: {
        scope: { type: 'string', default: 'user' },
        purge: { type: 'boolean', default: false },
        yes: { type: 'boolean', default: false },
        'dry-run': { type: 'boolean', default: false },
      },
    });
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
}

async function uninstall(places: Places, settings: string, manner: Manner): Promise<number> {
  const plan = planUninstall(places, settings);
  if (plan.status === 'refused') return fail(refusalText(plan, 'nothing was changed'));
  const others = otherInstallations(places).filter((file) => file !== plan.disk.target);
  if (manner.purge && others.length > 0) {
    return fail(
      `${others.join(', ')} still has Turnspan's hooks: uninstall there first (--scope project or local, in that folder).`,
    );
  }
  if (manner.dryRun || !manner.yes) console.log(planText(plan, manner));
  if (manner.dryRun) return 0;
  if (plan.count === 0 && !manner.purge) {
    if (manner.yes) console.log(planText(plan, manner));
    carryOutUninstall(plan, Date.now());
    console.log(leftText(places, others));
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
    console.log('Nothing was changed.');
    return 1;
  }
  const done = carryOutUninstall(plan, Date.now());
  if (done.status === 'refused') return fail(refusalText(done, 'its hooks are still registered'));
  if (manner.yes) console.log(planText(plan, { ...manner, dryRun: false }));
  if (!manner.purge) {
    if (done.backup !== undefined) console.log(`The file as it was: ${done.backup}`);
    console.log(leftText(places, others));
    return 0;
  }
  const stays = await purge(places);
  console.log('Script, worker, config file and all that was remembered are removed.');
  if (stays.length > 0)
    console.log(`Something that is not Turnspan's is in ${stays.join(', ')}, so that stays.`);
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

function leftText({ data, state, config }: Places, others: readonly string[]): string {
  const left = [data, state, config].filter((path) => existsSync(path));
  const elsewhere = others.map((file) => `${file} still has Turnspan's hooks.\n`).join('');
  if (left.length === 0) return `${elsewhere}Nothing of Turnspan is left.`;
  return `${elsewhere}Left: ${left.join(', ')}. \`turnspan uninstall --purge\` removes that.`;
}

function fail(message: string): number {
  console.error(`turnspan uninstall: ${message}`);
  return 1;
}
