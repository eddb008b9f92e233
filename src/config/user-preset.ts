// In: a destination of the user's config file that names a preset. Out: what the preset brings, or what is missing for it.
// Always: a parameter that the file does not give is looked for under the backend's own name for it (`LANGFUSE_SECRET_KEY`).
import { TRACE_ID, type Destination } from './destination.ts';
import type { Signal } from './signal.ts';
import { urlOfBase } from './endpoint.ts';
import { fillPreset } from './presets/fill.ts';
import { presetNamed, presets } from './presets/list.ts';
import type { Preset, PresetValues } from './presets/preset.ts';
import type { UserDestination } from './user-config.ts';
import { FROM_COMMAND, valueOf } from './user-value.ts';
import type { SecretPlaces } from './user-value.ts';

/** What a preset brings into a destination. */
export interface FilledIn {
  readonly protocol: Preset['protocol'];
  /** The address for a signal that it takes. */
  readonly url: (signal: Signal) => string;
  readonly signals: readonly Signal[];
  readonly temporality: Preset['temporality'];
  readonly headers: Readonly<Record<string, string>>;
  readonly limits: Preset['limits'];
  readonly dialect: Preset['dialect'];
  readonly tracePage: Destination['tracePage'];
}

/** What the preset brings; a text says what is wrong, and goes on after the destination's name. */
export function filledPreset(
  { preset: name, parameters = {} }: UserDestination,
  places: SecretPlaces,
): FilledIn | string | undefined {
  if (name === undefined) return undefined;
  const preset = presetNamed(name);
  if (preset === undefined) return `has a preset that does not exist: write one of ${listed(presets)}`;
  const unknown = Object.keys(parameters).find((key) => preset.parameters.every((one) => one.name !== key));
  if (unknown !== undefined)
    return `has a parameter that the preset ${name} does not know: ${unknown} (it knows ${listed(preset.parameters)})`;
  const values = valuesOf(preset, parameters, places);
  if (typeof values === 'string') return values;
  const filled = fillPreset(preset, values);
  switch (filled.status) {
    case 'ok': {
      const { protocol, limits, signals, temporality, dialect } = preset;
      const { headers, tracesUrl, endpoint } = filled;
      const url = (signal: Signal): string => {
        const other = urlOfBase(endpoint.url, signal);
        return signal === 'traces' || protocol === 'grpc' || other.status === 'bad' ? tracesUrl : other.url;
      };
      const tracePage = preset.traceUrl?.(filled.values, TRACE_ID);
      return { protocol, limits, signals, temporality, dialect, tracePage, url, headers };
    }
    case 'missing':
      return `lacks ${filled.parameters.map((one) => `${one.name} (${one.variable}; ${one.hint})`).join(', ')}`;
    case 'bad':
      return `has a parameter ${filled.parameter.name} that ${filled.why}`;
  }
}

function valuesOf(
  preset: Preset,
  parameters: NonNullable<UserDestination['parameters']>,
  places: SecretPlaces,
): PresetValues | string {
  const values: Record<string, string> = {};
  for (const { name, variable } of preset.parameters) {
    const given = parameters[name];
    if (given === undefined) {
      const usual = places.variable(variable);
      if (usual !== undefined) values[name] = usual;
      continue;
    }
    const found = valueOf(given, places);
    if (found.status === 'failed') return `has a parameter ${name} ${found.why}`;
    const isAddress = found.text === FROM_COMMAND && preset.endpoint.url.startsWith(`{${name}}`);
    values[name] = isAddress ? `http://${found.text}` : found.text;
  }
  return values;
}

function listed(all: readonly { readonly name: string }[]): string {
  return all.map(({ name }) => name).join(', ');
}
