// In: the environment of the shell that runs `install`. Out: the destination that its OTEL_EXPORTER_OTLP_* name, in the words of
// the config file, and what a person should know of them.
// Always: what is written sends the same to the same place as the variables do; what the config file cannot say is not written.
// Names of headers are told, never their values.
import { shownUrl } from '../config/choice.ts';
import type { Destination } from '../config/destination.ts';
import { urlOfBase } from '../config/endpoint.ts';
import { readOtlpEnvironment } from '../config/otlp-environment.ts';
import type { NewDestination } from '../install/write-destination.ts';
import type { Environment } from './install-parameters.ts';

export interface Shell {
  readonly offer?: ShellOffer;
  /** `TURNSPAN_CONTENT`, where it is set. */
  readonly level?: 'none' | 'full';
  /** Sentences. */
  readonly notes: readonly string[];
}

/** What the shell proposes. */
export interface ShellOffer {
  /** The variable that names the address. */
  readonly variable: string;
  /** The address, without password and query. */
  readonly shown: string;
  /** Names of the headers that go with it. */
  readonly headers: readonly string[];
  /** Absent where only variables can say it. */
  readonly destination?: NewDestination;
}

/** What this shell has to say. */
export function readShell(env: Environment): Shell {
  const entries = Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined);
  const settings = readOtlpEnvironment(new Map(entries), ['traces']);
  const warnings = settings.warnings.map(({ variable, message }) => `${variable} of this shell ${message}.`);
  if (settings.status === 'disabled') {
    return {
      notes: [
        `${settings.why} in this shell: of a Claude Code that is started from it, nothing is sent.`,
        ...warnings,
      ],
    };
  }
  if (settings.status === 'unusable')
    return { notes: [`This shell's ${settings.why}. It is left out.`, ...warnings] };

  const { destinations, level, choices } = settings;
  const destination = destinations.find(({ transport }) => transport !== 'console');
  const from = choices.find(({ setting }) => setting === 'endpoint')?.from ?? 'default';
  const levelNote = `TURNSPAN_CONTENT is ${level ?? ''} in this shell, and goes before what is chosen here.`;
  return {
    ...(level === undefined ? {} : { level }),
    notes: [...(level === undefined ? [] : [levelNote]), ...warnings],
    ...(from === 'default' || destination === undefined ? {} : { offer: offerOf(destination, from, env) }),
  };
}

function offerOf(destination: Destination, variable: string, env: Environment): ShellOffer {
  const { url: tracesUrl, transport, encoding, headers, timeoutMs, compression, tls = {} } = destination;
  const endpoint = transport === 'grpc' ? tracesUrl : baseOf(tracesUrl);
  const protocol = transport === 'grpc' ? 'grpc' : encoding === 'json' ? 'http/json' : undefined;
  const hasHeaders = Object.keys(headers).length > 0;
  const files = Object.fromEntries(Object.entries(tls).filter(([, path]) => path !== undefined));
  const written: NewDestination | undefined =
    endpoint === undefined
      ? undefined
      : {
          endpoint,
          ...(protocol === undefined ? {} : { protocol }),
          ...(hasHeaders ? { headers } : {}),
          ...(timeoutMs === 10_000 ? {} : { timeoutMs }),
          ...(compression === 'gzip' ? {} : { compression }),
          ...files,
          ...(isForTracesAlone(env) ? { signals: ['traces'] } : {}),
        };
  return {
    variable,
    shown: shownUrl(endpoint ?? tracesUrl).replace(/\/$/, ''),
    headers: Object.keys(headers),
    ...(written === undefined ? {} : { destination: written }),
  };
}

/** What was said for traces was not said for metrics and logs, which one destination would send along. */
function isForTracesAlone(env: Environment): boolean {
  return Object.keys(env).some((name) => name.startsWith('OTEL_EXPORTER_OTLP_TRACES_') && env[name] !== '');
}

/** The base URL of which this is the URL of traces; the variable for traces alone may hold one that has none. */
export function baseOf(tracesUrl: string): string | undefined {
  const url = new URL(tracesUrl);
  if (!url.pathname.endsWith(PATH)) return undefined;
  url.pathname = url.pathname.slice(0, -PATH.length);
  const base = url.search === '' && url.pathname === '/' ? url.href.replace(/\/$/, '') : url.href;
  const again = urlOfBase(base, 'traces');
  return again.status === 'ok' && again.url === tracesUrl ? base : undefined;
}

const PATH = '/v1/traces';
