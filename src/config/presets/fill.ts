// In: a preset, and the values that the user has. Out: the URL that traces are posted to and the headers, or what is missing
// or cannot be used.
// Always: what is told names a parameter and where to find it, and never shows a value. No value can move a request to
// another host than the preset's: inside a host's name only letters, digits, dots and dashes are taken.
import { urlAsGiven, urlOfBase } from '../endpoint.ts';
import type { Preset, PresetParameter, PresetValues } from './preset.ts';

export type FilledPreset =
  | {
      readonly status: 'ok';
      /** As `Destination.url`; of gRPC the target's URL. */
      readonly tracesUrl: string;
      /** The same without the path of a signal, as the user may write it into a config file; a traces URL stays one. */
      readonly endpoint: Preset['endpoint'];
      readonly headers: Readonly<Record<string, string>>;
      /** With the defaults in it, for `traceUrl`. */
      readonly values: PresetValues;
    }
  /** `parameters`: all that are required and not there. */
  | { readonly status: 'missing'; readonly parameters: readonly PresetParameter[] }
  /** `why`: a sentence without its subject, which is the parameter. */
  | { readonly status: 'bad'; readonly parameter: PresetParameter; readonly why: string };

/** Fills `given` (by the parameters' names) into the preset. What is empty counts as not given. */
export function fillPreset(preset: Preset, given: PresetValues): FilledPreset {
  const found = new Map<string, string>();
  for (const { name, default: usual } of preset.parameters) {
    const own = Object.hasOwn(given, name) ? given[name]?.trim() : undefined;
    const value = own || usual;
    if (value !== undefined) found.set(name, value);
  }
  const missing = preset.parameters.filter(({ name, required }) => required && !found.has(name));
  if (missing.length > 0) return { status: 'missing', parameters: missing };

  for (const parameter of preset.parameters) {
    const why = whyUnusable(preset, parameter, found.get(parameter.name));
    if (why !== undefined) return { status: 'bad', parameter, why };
  }
  const { kind } = preset.endpoint;
  const url = preset.endpoint.url.replace(PLACE, (_, name: string) => address(found.get(name) ?? ''));
  const filled = kind === 'base' && preset.protocol !== 'grpc' ? urlOfBase(url, 'traces') : urlAsGiven(url);
  const values = Object.fromEntries(found);
  // Each part was looked at above, so this is a fault of the preset.
  if (filled.status === 'bad') throw new Error(`The preset ${preset.name} has an endpoint that is no URL`);
  return {
    status: 'ok',
    tracesUrl: filled.url,
    endpoint: { kind, url },
    headers: preset.headers(values),
    values,
  };
}

/** The names in `{}` of an endpoint's URL. */
export function placesIn(url: string): readonly string[] {
  return [...url.matchAll(PLACE)].map(([, name = '']) => name);
}

const PLACE = /\{(\w+)\}/g;

function whyUnusable(preset: Preset, { name }: PresetParameter, value = ''): string | undefined {
  const { url } = preset.endpoint;
  if (!placesIn(url).includes(name)) {
    // What HTTP does not allow in a header's value; a line break would begin a header of its own.
    return /^[\t\x20-\x7e]*$/.test(value)
      ? undefined
      : 'has a character that HTTP does not allow in a header';
  }
  if (!url.startsWith(`{${name}}`))
    return /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/i.test(value) ? undefined : 'is no part of a host name';
  const parsed = urlOfBase(address(value), 'traces');
  return parsed.status === 'bad' ? parsed.problem : undefined;
}

/** An address as people copy it: with a slash at its end, or with the path of traces already there. */
function address(value: string): string {
  return value.replace(/\/+$/, '').replace(/\/v1\/traces$/, '');
}
