// In: the user's config file. Out: the names of the environment variables that it takes secrets from: `{ "env": "NAME" }`, and
// those of the presets in it.
// Always: a file that cannot be read names none (who sends says what is wrong with it). No zod here: the worker asks
// before it loads anything heavy, because a headless client is gone soon.
import { presetNamed } from './presets/list.ts';
import { readSmallText } from './small-file.ts';

/** The names, each once. */
export function secretNames(configFile: string): readonly string[] {
  try {
    return [...new Set(namesIn(JSON.parse(readSmallText(configFile) ?? '')))];
  } catch {
    return [];
  }
}

function namesIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  const entries = Object.entries(value);
  const [first] = entries;
  const preset =
    'preset' in value && typeof value.preset === 'string' ? presetNamed(value.preset) : undefined;
  const ofPreset = preset?.parameters.map(({ variable }) => variable) ?? [];
  if (entries.length === 1 && first?.[0] === 'env' && typeof first[1] === 'string')
    return VARIABLE_NAME.test(first[1]) ? [first[1]] : [];
  return [...ofPreset, ...entries.flatMap(([, inner]) => namesIn(inner))];
}

const VARIABLE_NAME = /^[A-Za-z_]\w*$/;
