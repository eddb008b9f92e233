// In: environment variables, whoever set them. Out: where traces go and how, or why they do not.
// Always: pure; the rules are those of the OpenTelemetry specification ("OTLP Exporter Configuration"), with two
// choices of our own: gzip unless the user says `none` (spans full of JSON shrink about tenfold, and every backend we
// know takes it), and no fallback for an endpoint that cannot be read (spans must not go where nobody sent them).
import { isAbsolute } from 'node:path';
import { bestOf, parseBestOf } from './best-of.ts';
import type { Best, ValueParser, Warn } from './best-of.ts';
import { shownUrl } from './choice.ts';
import type { Choice } from './choice.ts';
import { destinationId } from './destination.ts';
import type { Compression, ContentLevel, Destination, Encoding, TlsFiles } from './destination.ts';
import { grpcTarget, tracesUrlAsGiven, tracesUrlOfBase } from './endpoint.ts';
import { readHeaders } from './headers.ts';
import { readResource } from './resource.ts';
import type { ResourceSettings } from './resource.ts';
import { exporterNames, isOtelTrue, isSwitchedOff } from './switches.ts';
import { otlpVariables } from './variables.ts';
import type { ConfigWarning, OtlpSetting } from './variables.ts';

export type OtlpSettings = { readonly warnings: readonly ConfigWarning[] } & (
  | {
      readonly status: 'send';
      readonly destination: Destination;
      readonly resource: ResourceSettings;
      /** Where each of its settings came from; `from` is a variable. */
      readonly choices: readonly Choice[];
      /** What `TURNSPAN_CONTENT` says. */
      readonly level?: ContentLevel | undefined;
    }
  /** The user wants no traces. `why` names the variable. */
  | { readonly status: 'disabled'; readonly variable: string; readonly why: string }
  /** The user wants traces, but where cannot be told. `why` names the variable and the remedy. */
  | { readonly status: 'unusable'; readonly variable: string; readonly why: string }
);

type Variables = ReadonlyMap<string, string>;

const DEFAULT_TIMEOUT_MS = 10_000;
const LONGEST_TIMEOUT_MS = 2 ** 31 - 1; // More, and a timer of Node fires at once.

/** Reads the variables that `DESTINATION_VARIABLES` names; a variable set to nothing counts as not set. */
export function readOtlpEnvironment(given: Variables): OtlpSettings {
  const variables = new Map([...given].filter(([, value]) => value.trim() !== ''));
  const warnings: ConfigWarning[] = [];
  const warn: Warn = (variable, message) => warnings.push({ variable, message });
  const off = whyDisabled(variables, warn);
  if (off !== undefined) return { status: 'disabled', ...off, warnings };

  const best = <T extends string | number>(
    setting: OtlpSetting,
    parser: ValueParser<T>,
    fallback: NoInfer<T>,
  ): Best<T> => bestOf<T>(variables, otlpVariables(setting), parser, fallback, warn);
  const told = best('PROTOCOL', PROTOCOL, 'http/protobuf');
  const protocol = told.value;
  const endpoint = protocol === 'grpc' ? readGrpcTarget(variables) : readEndpoint(variables);
  if (endpoint.status === 'bad') {
    const { variable, problem } = endpoint;
    return { status: 'unusable', variable, why: `${variable} ${problem}`, warnings };
  }

  const encoding: Encoding = protocol === 'http/json' ? 'json' : 'protobuf';
  const timeout = best('TIMEOUT', TIMEOUT, DEFAULT_TIMEOUT_MS);
  const compression = best('COMPRESSION', COMPRESSION, 'gzip');
  const content = bestOf<ContentLevel | undefined>(variables, ['TURNSPAN_CONTENT'], CONTENT, undefined, warn);
  const destination: Destination = {
    name: 'environment',
    id: destinationId(endpoint.tracesUrl, protocol === 'grpc' ? 'grpc' : encoding),
    transport: protocol === 'grpc' ? 'grpc' : 'http',
    tracesUrl: endpoint.tracesUrl,
    headers: readHeaders(variables, warn),
    timeoutMs: timeout.value,
    compression: compression.value,
    encoding,
    tls: readTls(variables, warn),
    content: content.value ?? 'none',
  };
  const choice = (setting: string, { value, variable }: Best<string | number>): Choice => ({
    setting,
    destination: destination.name,
    shown: String(value),
    from: variable ?? 'default',
  });
  const address = shownUrl(destination.tracesUrl);
  const isSet = variables.has(endpoint.variable);
  const choices = [
    choice('endpoint', isSet ? { value: address, variable: endpoint.variable } : { value: address }),
    choice('protocol', told),
    ...Object.keys(destination.headers).map((name) =>
      choice(`headers.${name}`, { value: '(set)', variable: headersVariable(variables) }),
    ),
    choice('content', { ...content, value: destination.content }),
    choice('timeoutMs', timeout),
    choice('compression', compression),
  ];
  const resource = readResource(variables, warn);
  return { status: 'send', destination, resource, warnings, choices, level: content.value };
}

function headersVariable(variables: Variables): string {
  return otlpVariables('HEADERS').find((name) => variables.has(name)) ?? '';
}

function whyDisabled(variables: Variables, warn: Warn): { variable: string; why: string } | undefined {
  const off = (variable: string, is: string) => ({ variable, why: `${variable} is ${is}` });
  if (isSwitchedOff(variables.get('TURNSPAN_DISABLED') ?? '')) return off('TURNSPAN_DISABLED', 'set');
  if (isOtelTrue(variables.get('OTEL_SDK_DISABLED') ?? '')) return off('OTEL_SDK_DISABLED', 'true');
  const exporters = exporterNames(variables.get('OTEL_TRACES_EXPORTER') ?? 'otlp');
  if (exporters.includes('none')) return off('OTEL_TRACES_EXPORTER', 'none');
  if (!exporters.includes('otlp')) {
    warn(
      'OTEL_TRACES_EXPORTER',
      'names exporters that Turnspan does not have; it sends OTLP (write otlp, or none)',
    );
  }
  return undefined;
}

function readEndpoint(variables: Variables) {
  const [own, base] = otlpVariables('ENDPOINT');
  const asGiven = variables.get(own);
  if (asGiven !== undefined) return { variable: own, ...tracesUrlAsGiven(asGiven) };
  return { variable: base, ...tracesUrlOfBase(variables.get(base) ?? 'http://localhost:4318') };
}

function readGrpcTarget(variables: Variables) {
  const variable =
    otlpVariables('ENDPOINT').find((name) => variables.has(name)) ?? otlpVariables('ENDPOINT')[1];
  return { variable, ...grpcTarget(variables.get(variable) ?? 'http://localhost:4317') };
}

/** Relative paths would be looked for wherever the worker happens to run. */
function readTls(variables: Variables, warn: Warn): TlsFiles | undefined {
  const file = (setting: OtlpSetting): string | undefined =>
    parseBestOf<string | undefined>(variables, otlpVariables(setting), CERTIFICATE_FILE, undefined, warn);
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
const CONTENT = { expected: 'none or full', parse: oneOf<ContentLevel>(['none', 'full']) };
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
