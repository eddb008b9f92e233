// In: the destinations of the user's config file, and where secrets can be had. Out: destinations to send to.
// Always: one that cannot be used stops all of them, because what is read once is not read again for one that comes later;
// the reason names destination and key, and shows no value. An OTLP variable counts for none of them: it was meant for
// another address.
import type { Choice } from './choice.ts';
import { shownUrl } from './choice.ts';
import { commandOutput } from './command-output.ts';
import { destinationId } from './destination.ts';
import type { ContentLevel, Destination, TlsFiles } from './destination.ts';
import { grpcTarget, tracesUrlOfBase } from './endpoint.ts';
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

/** All that take traces. `level` is what `TURNSPAN_CONTENT` says: it counts for each. */
export function readUserDestinations(
  content: UserConfigContent,
  level: ContentLevel | undefined,
  places: SecretPlaces,
): UserDestinations {
  const destinations: Destination[] = [];
  const choices: Choice[] = [];
  for (const [name, entry] of Object.entries(content.destinations)) {
    if (entry.signals?.includes('traces') === false) continue;
    const made = makeDestination(name, entry, level, places);
    if (typeof made === 'string') return unusable(name, made);
    const twin = destinations.find(({ id }) => id === made.id);
    if (twin !== undefined) return unusable(name, `has the same address as ${twin.name}: remove one`);
    destinations.push(made);
    choices.push(...choicesOf(made, entry, level));
  }
  return { status: 'read', destinations, choices };
}

function unusable(name: string, what: string): UserDestinations {
  return { status: 'unusable', why: `the destination ${name} of the config file (config.json) ${what}` };
}

/** The destination, or why it cannot be used. */
function makeDestination(
  name: string,
  entry: UserDestination,
  level: ContentLevel | undefined,
  places: SecretPlaces,
): Destination | string {
  const preset = filledPreset(entry, places);
  if (typeof preset === 'string') return preset;
  const protocol = entry.protocol ?? preset?.protocol ?? 'http/protobuf';
  const address = addressOf(entry, protocol, preset);
  if (address.status === 'bad') return `has an endpoint that ${address.problem}`;
  const own = headersOf(entry, places);
  if (typeof own === 'string') return own;
  const headers = { ...preset?.headers, ...own };
  const encoding = protocol === 'http/json' ? 'json' : 'protobuf';
  return {
    id: destinationId(address.tracesUrl, protocol === 'grpc' ? 'grpc' : encoding),
    name,
    transport: protocol === 'grpc' ? 'grpc' : 'http',
    tracesUrl: address.tracesUrl,
    headers,
    timeoutMs: entry.timeoutMs ?? 10_000,
    compression: entry.compression ?? 'gzip',
    encoding,
    content: level ?? entry.content ?? 'none',
    tls: tlsOf(entry),
    limits: entry.limits ?? preset?.limits,
  };
}

/** The user's own endpoint goes before the preset's. */
function addressOf({ endpoint }: UserDestination, protocol: string, preset: FilledIn | undefined): Endpoint {
  if (endpoint === undefined) {
    return preset === undefined
      ? { status: 'bad', problem: 'is missing; write one, for example http://localhost:4318, or a preset' }
      : { status: 'ok', tracesUrl: preset.tracesUrl };
  }
  return protocol === 'grpc' ? grpcTarget(endpoint) : tracesUrlOfBase(endpoint);
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
  if (headersCommand !== undefined) {
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

function choicesOf(
  { name, transport, tracesUrl, headers, encoding, content, timeoutMs, compression }: Destination,
  entry: UserDestination,
  level: ContentLevel | undefined,
): Choice[] {
  const brought: readonly (keyof UserDestination)[] = ['endpoint', 'protocol', 'headers'];
  const usual = (setting: keyof UserDestination): string =>
    entry.preset !== undefined && brought.includes(setting) ? `preset ${entry.preset}` : 'default';
  const choice = (setting: keyof UserDestination, shown: string, from?: string): Choice => ({
    setting,
    destination: name,
    shown,
    from: from ?? (entry[setting] === undefined ? usual(setting) : FILE),
  });
  return [
    choice('endpoint', shownUrl(tracesUrl)),
    choice('protocol', transport === 'grpc' ? 'grpc' : `http/${encoding}`),
    ...Object.keys(headers).map((header) => ({
      ...choice('headers', '(set)'),
      setting: `headers.${header}`,
    })),
    choice('content', content, level === undefined ? undefined : 'TURNSPAN_CONTENT'),
    choice('timeoutMs', String(timeoutMs)),
    choice('compression', compression),
  ];
}

const FILE = 'config.json';
