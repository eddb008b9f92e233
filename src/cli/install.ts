// `turnspan install`: script and worker into a folder of the user's, our hooks into Claude Code's settings.
// Without arguments at a terminal it asks (install-wizard.ts); else options say everything.
import { parseArgs } from 'node:util';
import { presetNamed } from '../config/presets/list.ts';
import { wantedHooks, type InstallRequest } from '../install/install.ts';
import { hooksBlock } from '../install/register-hooks.ts';
import { readPause } from '../state/pause.ts';
import { ask, isPersonThere } from './ask.ts';
import { UsageError, type Command } from './command.ts';
import { destinationOf } from './install-destination.ts';
import { missingParameters, type Environment } from './install-parameters.ts';
import { askParameters } from './install-questions.ts';
import { carryOut, place, placesHere, planFor, requestFor, settingsFor } from './install-steps.ts';
import { installReport, refusedReport } from './install-report.ts';
import { doneText, placedText, planText, printedText } from './install-text.ts';
import { installByWizard } from './install-wizard.ts';
import { fileErrorText } from './tell-refusal.ts';

export const installCommand: Command = {
  name: 'install',
  summary: "Put Turnspan's hooks into Claude Code's settings",
  usage: [
    'Usage: turnspan install',
    '       turnspan install [--endpoint URL] [--preset NAME] [--protocol P] [--header NAME=VALUE]… [--content none|full]',
    '                        [--signals LIST] [--scope user|project|local] [--yes] [--dry-run] [--json] [--print]',
    '       turnspan install --place',
    '',
    'Without options, at a terminal, it asks; whoever leaves (Esc, Ctrl+C) has changed nothing.',
    '',
    '  --endpoint URL  send traces to this OTLP endpoint, always (default: OTEL_EXPORTER_OTLP_ENDPOINT of Claude Code,',
    '                  else http://localhost:4318)',
    '  --preset NAME   send them to this backend, with the keys that this shell has (docs/backends.md): jaeger, langfuse-eu, …;',
    '                  with --endpoint, what the preset sends goes there',
    '  --protocol P    http/protobuf (default), http/json or grpc',
    '  --header N=V    a header of every request to it; more than once for several',
    '  --content LEVEL none (default): numbers, ids and names; full: prompts and answers too',
    '  --signals LIST  what it gets: traces (default), metrics, logs, separated by commas',
    '  --scope SCOPE   user: your settings, for all projects (default); project, local: those of the current folder',
    '  --yes           do not ask',
    '  --dry-run       show what would change, and change nothing',
    '  --json          print one JSON object (docs/commands.md); with --yes or --dry-run',
    '  --print         print the hooks for a settings file that you manage by hand; script and worker are put in place',
    '  --place         put script and worker in place, and nothing else: no client is asked, no settings file is touched',
  ].join('\n'),
  run: async (args) => {
    const values = parse(args);
    if (values.place && args.length > 1) throw new UsageError('--place goes alone');
    if (values.json && (values.print || !(values.yes || values.dryRun)))
      throw new UsageError('--json asks nothing: it goes with --yes or --dry-run, and not with --print');
    try {
      if (values.place) return placeOnly();
      if (args.length === 0 && isPersonThere()) return await installByWizard();
      return await installByOptions(values);
    } catch (error) {
      if (error instanceof UsageError) throw error;
      return fail(fileErrorText(error));
    }
  },
};

function parse(args: readonly string[]) {
  const { values } = parseArgs({
    args: [...args],
    options: {
      endpoint: { type: 'string' },
      preset: { type: 'string' },
      protocol: { type: 'string' },
      header: { type: 'string', multiple: true },
      content: { type: 'string' },
      signals: { type: 'string' },
      scope: { type: 'string', default: 'user' },
      yes: { type: 'boolean', default: false },
      'dry-run': { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      print: { type: 'boolean', default: false },
      place: { type: 'boolean', default: false },
    },
  });
  return { ...values, dryRun: values['dry-run'] };
}

type Options = ReturnType<typeof parse>;

async function installByOptions(options: Options): Promise<number> {
  const settings = settingsFor(options.scope);
  const env = await withMissingKeys(options, process.env);
  if (env === undefined) return nothingChanged();
  const requested = await requestFor(settings, destinationOf(options, env));
  const refuse = (why: string): number => {
    if (options.json) console.log(JSON.stringify(refusedReport(settings, why)));
    return fail(why);
  };
  if (typeof requested === 'string') return refuse(requested);
  const { request, about } = requested;
  if (options.print) return printHooks(request, options.dryRun);

  const plan = planFor(request);
  if (typeof plan === 'string') return refuse(plan);
  const pause = readPause(request.places.state);
  if (options.json && options.dryRun) {
    console.log(JSON.stringify(installReport('dry-run', plan, undefined, pause)));
    return 0;
  }
  if (options.dryRun || !options.yes) console.log(planText(plan, about, options.dryRun));
  if (options.dryRun) return 0;
  const answer = options.yes ? 'yes' : await ask('Install?');
  if (answer === 'nobody-there') {
    console.error('turnspan install: there is no terminal to ask at: add --yes. Nothing was changed.');
    return 2;
  }
  if (answer === 'no') return nothingChanged();
  const done = carryOut(plan);
  if (typeof done === 'string') return refuse(done);
  const said = options.json
    ? JSON.stringify(installReport('installed', plan, done.backup, pause))
    : doneText(plan, about, done.backup, pause);
  console.log(said);
  return 0;
}

/** With the keys of the preset that the shell does not have, where a person can be asked for them. Undefined: the person has left. */
async function withMissingKeys(options: Options, env: Environment): Promise<Environment | undefined> {
  const preset = options.preset === undefined ? undefined : presetNamed(options.preset);
  const isAsked = isPersonThere() && !options.yes && !options.dryRun && !options.print;
  if (preset === undefined || !isAsked) return env;
  const missing = missingParameters(preset, env);
  const answers = missing.length === 0 ? {} : await askParameters(preset, missing);
  return answers && { ...env, ...answers };
}

function printHooks(request: InstallRequest, dryRun: boolean): number {
  if (!dryRun) place(request);
  console.log(JSON.stringify({ hooks: hooksBlock(wantedHooks(request)) }, null, 2));
  console.error(printedText(request, dryRun));
  return 0;
}

/** What the plugin needs: it has hooks of its own. */
function placeOnly(): number {
  const places = placesHere();
  place({ places, node: process.execPath });
  console.log(placedText(places));
  return 0;
}

function nothingChanged(): number {
  console.log('Nothing was changed.');
  return 1;
}

function fail(message: string): number {
  console.error(`turnspan install: ${message}`);
  return 1;
}
