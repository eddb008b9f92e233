// In: environment variables, and a signal. Out: where it goes and how, or why that cannot be told.
// Always: pure; the signal's own variable goes before the one for all signals, setting by setting. Two choices of our own
// stand beside the specification's: gzip unless the user says `none` (spans full of JSON shrink about tenfold, and every
// backend we know takes it), and no fallback for an endpoint that cannot be read (nothing must go where nobody sent it).
import { isAbsolute } from 'node:path';
import { bestOf, parseBestOf } from './best-of.ts';
import type { Best, ValueParser, Warn } from './best-of.ts';
import { shownUrl } from './choice.ts';
import type { Choice } from './choice.ts';
import type { ContentOf } from './content-switch.ts';
import { CONSOLE, destinationId, TEMPORALITIES } from './destination.ts';
import type { Compression, Destination, Encoding, Temporality, TlsFiles } from './destination.ts';
import type { Signal } from './signal.ts';
import { grpcTarget, urlAsGiven, urlOfBase } from './endpoint.ts';
import { readHeaders } from './headers.ts';
import { exporterVariable, otlpVariables, TEMPORALITY_VARIABLE } from './variables.ts';
import type { OtlpSetting } from './variables.ts';

export type SignalSettings =
  | {
      readonly status: 'send';
      readonly destination: Destination;
      /** Where each of its settings came from; `from` is a variable. */
      readonly choices: readonly Choice[];
    }
  /** `why` names the variable and the remedy. */
  | { readonly status: 'unusable'; readonly variable: string; readonly why: string };

type Variables = ReadonlyMap<string, string>;

const DEFAULT_TIMEOUT_MS = 10_000;
const LONGEST_TIMEOUT_MS = 2 ** 31 - 1; // More, and a timer of Node fires at once.

/** The destination of the OTLP exporter's variables. */
export function readOtlpSignal(
  signal: Signal,
  variables: Variables,
  contentOf: ContentOf,
  warn: Warn,
): SignalSettings {
  const best = <T extends string | number>(
    setting: OtlpSetting,
    parser: ValueParser<T>,
    fallback: NoInfer<T>,
  ): Best<T> => bestOf<T>(variables, otlpVariables(setting, signal), parser, fallback, warn);
  const protocol = best('PROTOCOL', PROTOCOL, 'http/protobuf');
  const isGrpc = protocol.value === 'grpc';
  const endpoint = isGrpc ? readGrpcTarget(variables, signal) : readEndpoint(variables, signal);
  if (endpoint.status === 'bad') {
    const { variable, problem } = endpoint;
    return { status: 'unusable', variable, why: `${variable} ${problem}` };
  }
  const encoding: Encoding = protocol.value === 'http/json' ? 'json' : 'protobuf';
  const timeout = best('TIMEOUT', TIMEOUT, DEFAULT_TIMEOUT_MS);
  const compression = best('COMPRESSION', COMPRESSION, 'gzip');
  const content = contentOf(signal);
  const temporality =
    signal === 'metrics'
      ? bestOf<Temporality>(variables, [TEMPORALITY_VARIABLE], TEMPORALITY, 'cumulative', warn)
      : undefined;
  const destination: Destination = {
    name: 'environment',
    id: destinationId(endpoint.url, isGrpc ? 'grpc' : encoding, signal),
    signal,
    transport: isGrpc ? 'grpc' : 'http',
    url: endpoint.url,
    headers: readHeaders(variables, signal, warn),
    timeoutMs: timeout.value,
    compression: compression.value,
    encoding,
    tls: readTls(variables, signal, warn),
    content: content.value,
    ...(temporality === undefined ? {} : { temporality: temporality.value }),
  };
  const choice = choiceOf(destination);
  const address = shownUrl(endpoint.url);
  const isSet = variables.has(endpoint.variable);
  const headers = otlpVariables('HEADERS', signal).find((name) => variables.has(name)) ?? '';
  const choices = [
    choice('endpoint', isSet ? { value: address, variable: endpoint.variable } : { value: address }),
    choice('protocol', protocol),
    ...Object.keys(destination.headers).map((name) =>
      choice(`headers.${name}`, { value: '(set)', variable: headers }),
    ),
    temporality === undefined
      ? choice('content', { value: content.value, variable: content.by })
      : choice('temporality', temporality),
    choice('timeoutMs', timeout),
    choice('compression', compression),
  ];
  return { status: 'send', destination, choices };
}

/** Lines of OTLP/JSON: what `console` among the exporters means. Who knows the installation says in which file. */
export function consoleSignal(
  signal: Signal,
  contentOf: ContentOf,
): Extract<SignalSettings, { status: 'send' }> {
  const content = contentOf(signal);
  const destination: Destination = {
    name: 'console',
    id: destinationId(CONSOLE, 'console', signal),
    signal,
    transport: 'console',
    url: CONSOLE,
    headers: {},
    timeoutMs: DEFAULT_TIMEOUT_MS,
    compression: 'none',
    encoding: 'json',
    content: content.value,
    // Each line stands for itself.
    ...(signal === 'metrics' ? { temporality: 'cumulative' } : {}),
  };
  const choice = choiceOf(destination);
  return {
    status: 'send',
    destination,
    choices: [
      choice('endpoint', { value: 'console', variable: exporterVariable(signal) }),
      choice('content', { value: content.value, variable: content.by }),
    ],
  };
}

/** Of traces a setting has its bare name, of the others the signal's before it. */
function choiceOf({ name, signal }: Destination) {
  return (setting: string, { value, variable }: Best<string | number>): Choice => ({
    setting: signal === 'traces' ? setting : `${signal}.${setting}`,
    destination: name,
    shown: String(value),
    from: variable ?? 'default',
  });
}

function readEndpoint(variables: Variables, signal: Signal) {
  const [own, base] = otlpVariables('ENDPOINT', signal);
  const asGiven = variables.get(own);
  if (asGiven !== undefined) return { variable: own, ...urlAsGiven(asGiven) };
  return { variable: base, ...urlOfBase(variables.get(base) ?? 'http://localhost:4318', signal) };
}

function readGrpcTarget(variables: Variables, signal: Signal) {
  const [own, base] = otlpVariables('ENDPOINT', signal);
  const variable = variables.has(own) ? own : base;
  return { variable, ...grpcTarget(variables.get(variable) ?? 'http://localhost:4317') };
}

/** Relative paths would be looked for wherever the worker happens to run. */
function readTls(variables: Variables, signal: Signal, warn: Warn): TlsFiles | undefined {
  const file = (setting: OtlpSetting): string | undefined =>
    parseBestOf<string | undefined>(
      variables,
      otlpVariables(setting, signal),
      CERTIFICATE_FILE,
      undefined,
      warn,
    );
  const tls = {
    certificate: file('CERTIFICATE'),
    clientCertificate: file('CLIENT_CERTIFICATE'),
    clientKey: file('CLIENT_KEY'),
  };
  return Object.values(tls).some((path) => path !== undefined) ? tls : undefined;
}

const PROTOCOL = {
  expected: 'http/protobuf, http/json or grpc',
  parse: oneOf(['http/protobuf', 'http/json', 'grpc']),
};
const COMPRESSION = { expected: 'gzip or none', parse: oneOf<Compression>(['gzip', 'none']) };
const TEMPORALITY = { expected: 'cumulative, delta or lowmemory', parse: oneOf(TEMPORALITIES) };
const CERTIFICATE_FILE = {
  expected: 'the absolute path of a file',
  parse: (text: string): string | undefined => (isAbsolute(text) ? text : undefined),
};
const TIMEOUT = {
  expected: `a number of milliseconds from 1 to ${LONGEST_TIMEOUT_MS}`,
  parse: (text: string): number | undefined => {
    const value = Math.ceil(Number(text));
    return value >= 1 && value <= LONGEST_TIMEOUT_MS ? value : undefined;
  },
};

function oneOf<const T extends string>(words: readonly T[]): (text: string) => T | undefined {
  return (text) => words.find((word) => word === text.toLowerCase());
}
