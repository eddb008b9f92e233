// `turnspan install`: script and worker into a folder of the user's, our hooks into Claude Code's settings.
import { homedir } from 'node:os';
import { parseArgs } from 'node:util';
import { findClients, oldestVersion } from '../install/client-versions.ts';
import {
  carryOutInstall,
  placeForGood,
  planInstall,
  wantedHooks,
  type InstallRequest,
} from '../install/install.ts';
import { placesOf } from '../install/places.ts';
import { hooksBlock } from '../install/register-hooks.ts';
import { openInstallation } from '../state/installation.ts';
import { version } from '../version.ts';
import { ask } from './ask.ts';
import type { Command } from './command.ts';
import { destinationOf } from './install-destination.ts';
import { clientsText, doneText, planText, printedText } from './install-text.ts';
import { settingsOfScope } from './settings-scope.ts';
import { fileErrorText, refusalText } from './tell-refusal.ts';

export const installCommand: Command = {
  name: 'install',
  summary: "Put Turnspan's hooks into Claude Code's settings",
  usage: [
    'Usage: turnspan install [--endpoint URL | --preset NAME] [--header NAME=VALUE]… [--content none|full]',
    '                        [--scope user|project|local] [--yes] [--dry-run] [--print]',
    '',
    '  --endpoint URL  send traces to this OTLP endpoint, always (default: OTEL_EXPORTER_OTLP_ENDPOINT of Claude Code,',
    '                  else http://localhost:4318)',
    '  --preset NAME   send them to this backend, with the keys that this shell has (docs/backends.md): jaeger, langfuse-eu, …',
    '  --header N=V    a header of every request to it; more than once for several',
    '  --content LEVEL none (default): numbers, ids and names; full: prompts and answers too',
    '  --scope SCOPE   user: your settings, for all projects (default); project, local: those of the current folder',
    '  --yes           do not ask',
    '  --dry-run       show what would change, and change nothing',
    '  --print         print the hooks for a settings file that you manage by hand; script and worker are put in place',
  ].join('\n'),
  run: async (args) => {
    const { values } = parseArgs({
      args: [...args],
      options: {
        endpoint: { type: 'string' },
        preset: { type: 'string' },
        header: { type: 'string', multiple: true },
        content: { type: 'string' },
        scope: { type: 'string', default: 'user' },
        yes: { type: 'boolean', default: false },
        'dry-run': { type: 'boolean', default: false },
        print: { type: 'boolean', default: false },
      },
    });
    const destination = destinationOf(values, process.env);
    const places = placesOf(homedir(), process.env, version);
    const settings = settingsOfScope(values.scope, places.home, process.env);
    const clients = await findClients({ home: places.home, path: process.env['PATH'] ?? '' });
    const request: InstallRequest = {
      places,
      settings,
      node: process.execPath,
      oldest: oldestVersion(clients),
      ...(destination === undefined ? {} : { destination }),
    };
    if (wantedHooks(request).size === 0) {
      console.error(
        `turnspan install: Claude Code ${request.oldest} has no hooks that tell when a turn ends: update it (1.0.38 has).`,
      );
      return 1;
    }
    try {
      return values.print
        ? printHooks(request, values['dry-run'])
        : await install(request, { yes: values.yes, dryRun: values['dry-run'], about: clientsText(clients) });
    } catch (error) {
      console.error(`turnspan install: ${fileErrorText(error)}`);
      return 1;
    }
  },
};

interface Manner {
  readonly yes: boolean;
  readonly dryRun: boolean;
  /** What is known of the clients. */
  readonly about: string;
}

async function install(request: InstallRequest, { yes, dryRun, about }: Manner): Promise<number> {
  const plan = planInstall(request);
  if (plan.status === 'refused') {
    console.error(`turnspan install: ${refusalText(plan, 'nothing was changed')}`);
    return 1;
  }
  if (dryRun || !yes) console.log(planText(plan, about, dryRun));
  if (dryRun) return 0;
  const answer = yes ? 'yes' : await ask('Install?');
  if (answer === 'nobody-there') {
    console.error('turnspan install: there is no terminal to ask at: add --yes. Nothing was changed.');
    return 2;
  }
  if (answer === 'no') {
    console.log('Nothing was changed.');
    return 1;
  }
  place(request);
  const done = carryOutInstall(plan, Date.now());
  if (done.status === 'refused') {
    console.error(`turnspan install: ${refusalText(done, 'its hooks are not registered')}`);
    return 1;
  }
  console.log(doneText(plan, about, done.backup));
  return 0;
}

function printHooks(request: InstallRequest, dryRun: boolean): number {
  if (!dryRun) place(request);
  console.log(JSON.stringify({ hooks: hooksBlock(wantedHooks(request)) }, null, 2));
  console.error(printedText(request, dryRun));
  return 0;
}

function place(request: InstallRequest): void {
  openInstallation(request.places.state, Date.now());
  placeForGood(request, import.meta.dirname, process.env['PATH'] ?? '');
}
