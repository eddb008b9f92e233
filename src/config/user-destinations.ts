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
import { isHeader } from './headers.ts';
import type { UserConfigContent, UserDestination, UserValue } from './user-config.ts';

export interface SecretPlaces {
  /** A variable of the client's environment, of the user's settings or the administrator's. */
  readonly variable: (name: string) => string | undefined;
  /** Of the user who runs commands. */
  readonly home: string;
}

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
  if (entry.endpoint === undefined) return 'names no endpoint: write one, for example http://localhost:4318';
  const protocol = entry.protocol ?? 'http/protobuf';
  const address = protocol === 'grpc' ? grpcTarget(entry.endpoint) : tracesUrlOfBase(entry.endpoint);
  if (address.status === 'bad') return `has an endpoint that ${address.problem}`;
  const headers = headersOf(entry, places);
  if (typeof headers === 'string') return headers;
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
    limits: entry.limits,
  };
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

type Found =
  { readonly status: 'ok'; readonly text: string } | { readonly status: 'failed'; readonly why: string };

/** A value from where the user says that it is. */
function valueOf(given: UserValue, { variable, home }: SecretPlaces): Found {
  if (typeof given === 'string') return { status: 'ok', text: given };
  if ('command' in given) {
    const printed = commandOutput(given.command, home);
    return printed.status === 'ok'
      ? { status: 'ok', text: printed.text.trim() }
      : { status: 'failed', why: `whose command ${printed.why}` };
  }
  const text = variable(given.env);
  return text === undefined
    ? {
        status: 'failed',
        why: `from ${given.env}, which neither Claude Code's environment nor your settings have`,
      }
    : { status: 'ok', text };
}

function choicesOf(
  { name, transport, tracesUrl, headers, encoding, content, timeoutMs, compression }: Destination,
  entry: UserDestination,
  level: ContentLevel | undefined,
): Choice[] {
  const choice = (setting: keyof UserDestination, shown: string, from?: string): Choice => ({
    setting,
    destination: name,
    shown,
    from: from ?? (entry[setting] === undefined ? 'default' : FILE),
  });
  return [
    choice('endpoint', shownUrl(tracesUrl)),
    choice('protocol', transport === 'grpc' ? 'grpc' : `http/${encoding}`),
    ...Object.keys(headers).map((header) => ({
      ...choice('headers', '(set)', FILE),
      setting: `headers.${header}`,
    })),
    choice('content', content, level === undefined ? undefined : 'TURNSPAN_CONTENT'),
    choice('timeoutMs', String(timeoutMs)),
    choice('compression', compression),
  ];
}

const FILE = 'config.json';
