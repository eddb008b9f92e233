// In: the options of `install` that say where to send, and the shell's environment. Out: the destination for the config file.
// Always: what is wrong is told with the option and the remedy, and never with a value that may be a secret. The keys of a
// preset are taken from the shell and written into the file (mode 0600), because hooks may run where the shell is not.
import { urlOfBase } from '../config/endpoint.ts';
import { isHeader } from '../config/headers.ts';
import { fillPreset } from '../config/presets/fill.ts';
import { presetNamed, presets } from '../config/presets/list.ts';
import { SIGNALS, type Signal } from '../config/signal.ts';
import type { NewDestination } from '../install/write-destination.ts';
import { UsageError } from './command.ts';

export interface DestinationOptions {
  readonly endpoint?: string | undefined;
  readonly preset?: string | undefined;
  readonly protocol?: string | undefined;
  readonly header?: readonly string[] | undefined;
  readonly content?: string | undefined;
  readonly signals?: string | undefined;
}

/** With both, what the preset sends goes to the endpoint. Undefined where nothing is said: then variables decide. Throws a UsageError. */
export function destinationOf(
  { endpoint, preset, protocol, header = [], content, signals }: DestinationOptions,
  env: Readonly<Record<string, string | undefined>>,
): NewDestination | undefined {
  if (endpoint === undefined && preset === undefined) {
    if (header.length > 0 || [content, protocol, signals].some((one) => one !== undefined))
      throw new UsageError(
        '--header, --protocol, --content and --signals are for a destination: add --endpoint URL or --preset NAME',
      );
    return undefined;
  }
  if (endpoint !== undefined && urlOfBase(endpoint, 'traces').status === 'bad') {
    throw new UsageError(
      `--endpoint "${endpoint}" is no URL that can be used: write for example http://localhost:4318`,
    );
  }
  return {
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(preset === undefined ? {} : presetOf(preset, env)),
    ...(protocol === undefined ? {} : { protocol: protocolOf(protocol) }),
    ...(header.length === 0 ? {} : { headers: headersOf(header) }),
    ...(content === undefined ? {} : { content: levelOf(content) }),
    ...(signals === undefined ? {} : { signals: signalsOf(signals, preset) }),
  };
}

/** A list separated by commas; of a preset only what its backend takes. */
function signalsOf(list: string, preset: string | undefined): Signal[] {
  const taken = (preset === undefined ? undefined : presetNamed(preset)?.signals) ?? SIGNALS;
  return [...new Set(list.split(',').map((word) => word.trim()))].map((word) => {
    const known = SIGNALS.find((one) => one === word);
    if (known === undefined)
      throw new UsageError(`--signals is "${list}": write ${SIGNALS.join(',')} or some of these`);
    if (taken.includes(known)) return known;
    throw new UsageError(
      `--signals names ${known}, which ${preset ?? ''} does not take: it takes ${taken.join(', ')}`,
    );
  });
}

function presetOf(
  name: string,
  env: Readonly<Record<string, string | undefined>>,
): Pick<NewDestination, 'preset' | 'parameters'> {
  const preset = presetNamed(name);
  if (preset === undefined) {
    const names = presets.map((one) => one.name).join(', ');
    throw new UsageError(`there is no preset "${name}": write one of ${names}`);
  }
  const parameters: Record<string, string> = {};
  for (const { name: parameter, variable } of preset.parameters) {
    const value = env[variable]?.trim();
    if (value) parameters[parameter] = value;
  }
  const filled = fillPreset(preset, parameters);
  switch (filled.status) {
    case 'ok':
      return { preset: name, ...(Object.keys(parameters).length > 0 ? { parameters } : {}) };
    case 'missing': {
      const list = filled.parameters.map(({ variable, hint }) => `  export ${variable}=…   # ${hint}`);
      throw new UsageError(`${preset.title} wants keys that this shell does not have:\n${list.join('\n')}`);
    }
    case 'bad':
      throw new UsageError(`${filled.parameter.variable} ${filled.why}: it is ${filled.parameter.hint}`);
  }
}

/** `name=value`, one each. */
export function headersOf(given: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    given.map((text, place) => {
      const [, name = '', value = ''] = /^([^=]*)=(.*)$/s.exec(text) ?? [];
      if (name !== '' && isHeader(name, value)) return [name, value];
      throw new UsageError(`--header ${place + 1} is no header: write --header name=value`);
    }),
  );
}

function protocolOf(protocol: string): NonNullable<NewDestination['protocol']> {
  const known = PROTOCOLS.find((one) => one === protocol);
  if (known !== undefined) return known;
  throw new UsageError(`--protocol is "${protocol}": write ${PROTOCOLS.join(', ')}`);
}

const PROTOCOLS = ['http/protobuf', 'http/json', 'grpc'] as const;

function levelOf(level: string): 'none' | 'full' {
  if (level === 'none' || level === 'full') return level;
  throw new UsageError(
    level === 'redacted'
      ? '--content redacted: masking does not exist yet; write none or full'
      : `--content is "${level}": write none or full`,
  );
}
