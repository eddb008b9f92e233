// In: the destinations of the user's config file, and where secrets can be had. Out: destinations to send to.
// Always: one that cannot be used stops all of them, because what is read once is not read again for one that comes later;
// the reason names destination and key, and shows no value. An OTLP variable counts for none of them: it was meant for
// another address.
import type { Choice } from './choice.ts';
import { shownUrl } from './choice.ts';
import { commandOutput } from './command-output.ts';
import type { ContentOf } from './content-switch.ts';
import { destinationId } from './destination.ts';
import type { Destination, DestinationLimits, TlsFiles } from './destination.ts';
import type { Signal } from './signal.ts';
import { grpcTarget, urlOfBase } from './endpoint.ts';
import type { Endpoint } from './endpoint.ts';
import { isHeader } from './headers.ts';
import type { UserConfigContent, UserDestination } from './user-config.ts';
import { filledPreset } from './user-preset.ts';
import type { FilledIn } from './user-preset.ts';
import { valueOf } from './user-value.ts';
import type { SecretPlaces } from './user-value.ts';

export type UserDestinations =
  | {
      readonly status: 'read';
      readonly destinations: readonly Destination[];
      readonly choices: readonly Choice[];
    }
  /** `why` is a sentence. */
  | { readonly status: 'unusable'; readonly why: string };

/** All that take one of the `signals`, one for each of these. `contentOf` knows what the variables say of content. */
export function readUserDestinations(
  content: UserConfigContent,
  signals: readonly Signal[],
  contentOf: ContentOf,
  places: SecretPlaces,
): UserDestinations {
  const destinations: Destination[] = [];
  const choices: Choice[] = [];
  for (const [name, entry] of Object.entries(content.destinations)) {
    const wanted = signals.filter((signal) => (entry.signals ?? TRACES).includes(signal));
    if (wanted.length === 0) continue;
    const made = makeDestinations(name, entry, wanted, contentOf, places);
    if (typeof made === 'string') return unusable(name, made);
    const ids = made.map(({ id }) => id);
    const twin = destinations.find(({ id }) => ids.includes(id));
    if (twin !== undefined) return unusable(name, `has the same address as ${twin.name}: remove one`);
    destinations.push(...made);
    choices.push(...choicesOf(made, entry, contentOf));
  }
  return { status: 'read', destinations, choices };
}

/** Metrics and logs leave where they are asked for. */
const TRACES: readonly Signal[] = ['traces'];

function unusable(name: string, what: string): UserDestinations {
  return { status: 'unusable', why: `the destination ${name} of the config file (config.json) ${what}` };
}

/** The destination for each signal that it takes, or why it cannot be used. */
function makeDestinations(
  name: string,
  entry: UserDestination,
  wanted: readonly Signal[],
  contentOf: ContentOf,
  places: SecretPlaces,
): readonly Destination[] | string {
  const preset = filledPreset(entry, places);
  if (typeof preset === 'string') return preset;
  const own = headersOf(entry, places);
  const protocol = entry.protocol ?? preset?.protocol ?? 'http/protobuf';
  const encoding = protocol === 'http/json' ? 'json' : 'protobuf';
  const made: Destination[] = [];
  for (const signal of wanted.filter((one) => preset?.signals.includes(one) !== false)) {
    const address = addressOf(entry, protocol, signal, preset);
    if (address.status === 'bad') return `has an endpoint that ${address.problem}`;
    if (typeof own === 'string') return own;
    made.push({
      id: destinationId(address.url, protocol === 'grpc' ? 'grpc' : encoding, signal),
      name,
      signal,
      transport: protocol === 'grpc' ? 'grpc' : 'http',
      url: address.url,
      headers: { ...preset?.headers, ...own },
      timeoutMs: entry.timeoutMs ?? 10_000,
      compression: entry.compression ?? 'gzip',
      encoding,
      content: contentOf(signal, entry.content ?? 'unsaid').value,
      tls: tlsOf(entry),
      limits: limitsOf(entry, preset),
      ...(signal === 'traces' ? { dialect: dialectOf(entry, preset), tracePage: pageOf(entry, preset) } : {}),
      ...(signal === 'metrics'
        ? { temporality: entry.temporality ?? preset?.temporality ?? 'cumulative' }
        : {}),
    });
  }
  return made;
}

/** Each limit of the user's goes before the preset's. */
function limitsOf({ limits }: UserDestination, preset: FilledIn | undefined): Destination['limits'] {
  return limits === undefined ? preset?.limits : { ...preset?.limits, ...limits };
}

/** Whoever sends what a preset sends to another address has its pages elsewhere too. */
function pageOf({ endpoint }: UserDestination, preset: FilledIn | undefined): Destination['tracePage'] {
  return endpoint === undefined ? preset?.tracePage : undefined;
}

function dialectOf({ dialect }: UserDestination, preset: FilledIn | undefined): Destination['dialect'] {
  return dialect === 'none' ? undefined : (dialect ?? preset?.dialect);
}

/** The user's own endpoint goes before the preset's. */
function addressOf(
  { endpoint }: UserDestination,
  protocol: string,
  signal: Signal,
  preset: FilledIn | undefined,
): Endpoint {
  if (endpoint === undefined) {
    return preset === undefined
      ? { status: 'bad', problem: 'is missing; write one, for example http://localhost:4318, or a preset' }
      : { status: 'ok', url: preset.url(signal) };
  }
  return protocol === 'grpc' ? grpcTarget(endpoint) : urlOfBase(endpoint, signal);
}

function tlsOf({ certificate, clientCertificate, clientKey }: UserDestination): TlsFiles | undefined {
  const tls = { certificate, clientCertificate, clientKey };
  return Object.values(tls).some((path) => path !== undefined) ? tls : undefined;
}

function headersOf(
  { headers = {}, headersCommand }: UserDestination,
  places: SecretPlaces,
): Record<string, string> | string {
  const found: Record<string, string> = {};
  if (headersCommand !== undefined && places.runsCommands) {
    const printed = commandOutput(headersCommand, places.home);
    if (printed.status === 'failed') return `has a headersCommand that ${printed.why}`;
    for (const line of printed.text.split('\n').filter((text) => text.trim() !== '')) {
      const [, name = '', value = ''] = /^([^:]*):(.*)$/.exec(line) ?? [];
      if (!isHeader(name, value.trim()))
        return 'has a headersCommand that prints lines that are no "Name: value"';
      found[name.toLowerCase()] = value.trim();
    }
  }
  for (const [name, given] of Object.entries(headers)) {
    const value = valueOf(given, places);
    if (value.status === 'failed') return `has a header ${name} ${value.why}`;
    if (!isHeader(name, value.text)) return `has a header ${name} with a character that HTTP does not allow`;
    found[name.toLowerCase()] = value.text;
  }
  return found;
}

/** The settings of all its signals have one source; of a second one only what is its own is told. */
function choicesOf(made: readonly Destination[], entry: UserDestination, contentOf: ContentOf): Choice[] {
  const brought: readonly (keyof UserDestination)[] = [
    'endpoint',
    'protocol',
    'headers',
    'temporality',
    'dialect',
    'limits',
  ];
  const usual = (setting: keyof UserDestination): string =>
    entry.preset !== undefined && brought.includes(setting) ? `preset ${entry.preset}` : 'default';
  const [first] = made;
  return made.flatMap((one) => {
    const { name, signal, transport, url, headers, encoding, content, timeoutMs, compression } = one;
    const choice = (setting: keyof UserDestination, shown: string, from?: string): Choice => ({
      setting: signal === 'traces' ? setting : `${signal}.${setting}`,
      destination: name,
      shown,
      from: from ?? (entry[setting] === undefined ? usual(setting) : FILE),
    });
    const { by } = contentOf(signal, entry.content ?? 'unsaid');
    const ofContent = choice('content', content, by === 'file' ? FILE : by);
    const ofSignal = [
      choice('endpoint', shownUrl(url)),
      ...(one.temporality === undefined ? [] : [choice('temporality', one.temporality)]),
    ];
    const { dialect = entry.dialect, limits = {} } = one;
    if (one !== first) return signal === 'metrics' ? ofSignal : [...ofSignal, ofContent];
    return [
      ...ofSignal,
      choice('protocol', transport === 'grpc' ? 'grpc' : `http/${encoding}`),
      ...Object.keys(headers).map((header) => ({
        ...choice('headers', isFromCommand(entry, header) ? FROM_A_COMMAND : '(set)'),
        setting: `headers.${header}`,
      })),
      ...(entry.headersCommand === undefined ? [] : [choice('headersCommand', FROM_A_COMMAND)]),
      ...(signal === 'metrics' ? [] : [ofContent]),
      ...(dialect === undefined || signal !== 'traces' ? [] : [choice('dialect', dialect)]),
      ...LIMITS_OF_SPANS.flatMap((limit) =>
        limits[limit] === undefined
          ? []
          : [
              {
                ...choice('limits', String(limits[limit]), limitFrom(entry, limit)),
                setting: `limits.${limit}`,
              },
            ],
      ),
      choice('timeoutMs', String(timeoutMs)),
      choice('compression', compression),
    ];
  });
}

/** Those that change what of a span arrives. */
const LIMITS_OF_SPANS = ['valueLength', 'spanAgeMs'] as const;

function limitFrom({ preset = '', limits }: UserDestination, limit: keyof DestinationLimits): string {
  return limits?.[limit] === undefined ? `preset ${preset}` : FILE;
}

function isFromCommand({ headers = {} }: UserDestination, name: string): boolean {
  return Object.entries(headers).some(
    ([key, given]) => key.toLowerCase() === name && typeof given === 'object' && 'command' in given,
  );
}

const FROM_A_COMMAND = '(from a command)';
const FILE = 'config.json';
