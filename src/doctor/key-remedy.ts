// In: a destination whose backend refuses the key. Out: where the user finds a good one, and where to write it.
// Always: names variables, keys of the config file and pages of the backend; shows no value.
import { presetNamed } from '../config/presets/list.ts';
import type { PresetParameter } from '../config/presets/preset.ts';
import { readUserConfig, type UserDestination, type UserValue } from '../config/user-config.ts';

export interface KeyRemedy {
  readonly remedy: string;
  readonly detail?: string;
}

/** `name`: of the destination in the config file. Undefined where no preset says what its key is. */
export function keyRemedy(name: string, configFile: string): KeyRemedy | undefined {
  const config = readUserConfig(configFile);
  const entry = config.status === 'read' ? config.content.destinations[name] : undefined;
  const preset = presetNamed(entry?.preset ?? '');
  const key = preset?.parameters.find(({ secret }) => secret);
  if (entry === undefined || preset === undefined || key === undefined) return undefined;
  return {
    remedy: `Take a key from ${preset.title} (${key.hint}), and ${placeOf(name, preset.name, key, entry)}`,
    detail: 'A key of another region, project or account is refused too, and so is one that may not write.',
  };
}

function placeOf(
  name: string,
  preset: string,
  key: PresetParameter,
  { parameters }: UserDestination,
): string {
  const given: UserValue | undefined = parameters?.[key.name];
  if (typeof given === 'string') {
    return `export it as ${key.variable} and run \`turnspan install --preset ${preset}\` again (it stands as "${key.name}" in the parameters of the destination ${name} in config.json)`;
  }
  if (given !== undefined && 'command' in given) {
    return `have the command of "${key.name}" print it (parameters of the destination ${name} in config.json)`;
  }
  return `export it as ${given?.env ?? key.variable} where Claude Code is started`;
}
