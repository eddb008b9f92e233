// In: a preset, and the shell's environment. Out: which of its parameters a person has to be asked for, and whether an answer can be used.
// Always: pure; what is told of an answer never shows it.
import { fillPreset, placesIn } from '../config/presets/fill.ts';
import type { Preset, PresetParameter } from '../config/presets/preset.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** Those that the shell has; the others are asked for. */
export function parametersOfShell({ parameters }: Preset, env: Environment): readonly PresetParameter[] {
  return parameters.filter(({ variable }) => isIn(env, variable));
}

/** Those that the shell does not have, without those that only serve to give the address of a trace. */
export function parametersToAsk(preset: Preset, env: Environment): readonly PresetParameter[] {
  return preset.parameters.filter((one) => !isIn(env, one.variable) && isSent(preset, one));
}

/** Those of them without which nothing can be sent. */
export function missingParameters(preset: Preset, env: Environment): readonly PresetParameter[] {
  return parametersToAsk(preset, env).filter((one) => one.required && one.default === undefined);
}

/** What is wrong with the answer, as a sentence; undefined where it can be used. */
export function whyUnusable(preset: Preset, parameter: PresetParameter, answer: string): string | undefined {
  if (answer.trim() === '') {
    return parameter.required && parameter.default === undefined ? 'This one is needed.' : undefined;
  }
  const others = Object.fromEntries(preset.parameters.map((one) => [one.name, usableValue(preset, one)]));
  const filled = fillPreset(preset, { ...others, [parameter.name]: answer });
  return filled.status === 'bad' && filled.parameter.name === parameter.name
    ? `It ${filled.why}.`
    : undefined;
}

/** So that nothing is wrong with the others. */
function usableValue({ endpoint }: Preset, { name, default: usual }: PresetParameter): string {
  return usual ?? (endpoint.url.startsWith(`{${name}}`) ? 'http://localhost' : 'x');
}

/** Whether it changes where something is sent, or with which headers. */
function isSent({ endpoint, headers }: Preset, { name }: PresetParameter): boolean {
  const [one, other] = [headers({ [name]: 'one' }), headers({ [name]: 'other' })];
  return placesIn(endpoint.url).includes(name) || JSON.stringify(one) !== JSON.stringify(other);
}

function isIn(env: Environment, variable: string): boolean {
  return (env[variable] ?? '').trim() !== '';
}
