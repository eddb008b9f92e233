// `turnspan install` without arguments at a terminal: a few questions, the plan, one confirmation, a test trace.
// Always: until the confirmation nothing is changed; whoever leaves before it is told so, and the exit code is 1.
// Everything can be said by options too (docs/commands.md).
import { SIGNALS, type Signal } from '../config/signal.ts';
import { readUserConfig } from '../config/user-config.ts';
import type { NewDestination } from '../install/write-destination.ts';
import { readPause } from '../state/pause.ts';
import { version } from '../version.ts';
import { destinationOf } from './install-destination.ts';
import { parametersOfShell, parametersToAsk } from './install-parameters.ts';
import { begin, end, say } from './install-prompts.ts';
import {
  askContent,
  askEndpoint,
  askParameters,
  askPreset,
  askScope,
  askSignals,
  askToInstall,
  askWhere,
  LOCAL,
} from './install-questions.ts';
import { readShell, type Shell } from './install-shell.ts';
import { carryOut, placesHere, planFor, requestFor, settingsFor } from './install-steps.ts';
import { namesOf, pauseText, planText, wizardDoneText } from './install-text.ts';
import { testCommand } from './test-trace.ts';

/** Gives the exit code: 0 also where the test trace did not arrive, because Turnspan is installed then. */
export async function installByWizard(): Promise<number> {
  const { config, state } = placesHere();
  const file = readUserConfig(config);
  if (file.status === 'bad') return fail(`${file.why} (${config}); nothing was changed.`);
  await begin(`Turnspan ${version}. Enter takes what is marked; Esc leaves, and nothing is changed.`);
  const shell = readShell(process.env);
  for (const note of shell.notes) await say(note);

  const destination = await askDestination(namesOf(file.content), shell);
  if (destination === undefined) return leave();
  const scope = await askScope();
  if (scope === undefined) return leave();

  const requested = await requestFor(settingsFor(scope), destination.is);
  if (typeof requested === 'string') return fail(requested);
  const plan = planFor(requested.request);
  if (typeof plan === 'string') return fail(plan);
  await say(planText(plan, requested.about, false));
  if ((await askToInstall()) !== true) return leave();

  const done = carryOut(plan);
  if (typeof done === 'string') return fail(done);
  await end(wizardDoneText(plan, done.backup));
  console.log('The test trace:');
  const taken = await testCommand.run([]);
  if (taken !== 0) console.log(NOT_TAKEN);
  console.log(NEXT);
  const pause = readPause(state);
  if (pause !== undefined) console.log(pauseText(pause));
  return 0;
}

const NOT_TAKEN = [
  '',
  'The test trace did not arrive. Turnspan is installed all the same.',
  '`turnspan doctor` says what to mend; `turnspan test` tries again.',
  'No backend yet? `turnspan collector` is one, with a page to look at.',
].join('\n');

const NEXT = ['', 'Now finish a turn in Claude Code, then look into your backend.'].join('\n');

/** `is`: what goes into the config file; absent where that stays as it is. */
interface Chosen {
  readonly is?: NewDestination;
}

async function askDestination(names: readonly string[], shell: Shell): Promise<Chosen | undefined> {
  if (names.length > 1) {
    await say(`The traces go to ${names.join(', ')}, as config.json says; several are changed there.`);
    return {};
  }
  const where = await askWhere(names[0], shell.offer);
  switch (where) {
    case undefined:
      return undefined;
    case 'as-it-is':
      return {};
    case 'variables':
      return leftToVariables();
    case 'shell':
      return shell.offer?.destination === undefined
        ? leftToVariables()
        : withWhat(shell.offer.destination, shell);
    case 'this-machine':
      return withWhat({ endpoint: LOCAL }, shell);
    case 'preset':
      return askBackend(shell);
    case 'other': {
      const endpoint = await askEndpoint();
      return endpoint && withWhat(endpoint, shell);
    }
  }
}

async function leftToVariables(): Promise<Chosen> {
  await say('What may leave this machine is TURNSPAN_CONTENT, none without it.');
  return {};
}

/** How much of a turn leaves, and as which of the signals that the backend takes. */
async function withWhat(
  destination: NewDestination,
  { level }: Shell,
  taken: readonly Signal[] = SIGNALS,
): Promise<Chosen | undefined> {
  const content = await askContent(level);
  if (content === undefined) return undefined;
  // What the shell's variables say is for traces alone stays so.
  if (taken.length === 1 || destination.signals !== undefined) return { is: { ...destination, content } };
  const signals = await askSignals(taken);
  if (signals === undefined) return undefined;
  return { is: { ...destination, content, ...(signals.length === 1 ? {} : { signals: [...signals] }) } };
}

async function askBackend(shell: Shell): Promise<Chosen | undefined> {
  const preset = await askPreset();
  if (preset === undefined) return undefined;
  const there = parametersOfShell(preset, process.env).map(({ variable }) => variable);
  if (there.length > 0) await say(`Taken from this shell: ${there.join(', ')}`);
  const answers = await askParameters(preset, parametersToAsk(preset, process.env));
  if (answers === undefined) return undefined;
  const destination = destinationOf({ preset: preset.name }, { ...process.env, ...answers });
  return destination && withWhat(destination, shell, preset.signals);
}

async function leave(): Promise<number> {
  await end('Nothing was changed.');
  return 1;
}

function fail(message: string): number {
  console.error(`turnspan install: ${message}`);
  return 1;
}
