// Each destination, asked with an empty request: does it take one, and if not, why?
import type { ProbeOutcome, Probe } from '../probe/probe.ts';
import type { Destination } from '../../config/destination.ts';
import type { Signal } from '../../config/signal.ts';
import { exporterVariable } from '../../config/variables.ts';
import { defineCheck } from '../check.ts';
import type { ProbedDestination } from '../context.ts';
import { keyRemedy } from '../key-remedy.ts';
import type { Level } from '../finding.ts';
import { shownAddress, shownDestination } from '../shown.ts';

export const endpointCheck = defineCheck({
  name: 'endpoint',
  holds: 'Each destination takes an empty request',
  findings: {
    'endpoint-refuses-connections': 'Nobody listens at that host and port.',
    'endpoint-host-unknown': 'The host has no address: a misspelt name, or a network without name service.',
    'endpoint-no-route': 'There is no way to that address from here.',
    'endpoint-times-out': 'Nothing answered in time.',
    'endpoint-tls':
      'The certificate is not trusted, has expired or is for another name, or the handshake failed.',
    'endpoint-tls-file': 'A file with a certificate or a key for this destination cannot be read.',
    'endpoint-speaks-tls': 'The address says http://, and the port speaks TLS.',
    'endpoint-speaks-no-tls': 'The address says https://, and the port does not speak TLS.',
    'endpoint-speaks-grpc': 'The port speaks OTLP over gRPC, and what is sent is OTLP over HTTP.',
    'endpoint-speaks-http': 'The port speaks HTTP, and what is sent is OTLP over gRPC.',
    'endpoint-wrong-path': 'Somebody answers, but takes no traces at that path.',
    'endpoint-no-such-signal':
      'The backend takes no metrics, or no logs: they are given up, and it is asked again after a day.',
    'endpoint-is-a-page': 'A web page answers, not an OTLP receiver.',
    'endpoint-key-refused': 'The backend refuses the key, or wants one (401, 403).',
    'endpoint-redirects': 'The backend sends elsewhere. Redirects are not followed: keys would go along.',
    'endpoint-proxy-unreachable': 'The proxy on the way to it is not there, or does not answer.',
    'endpoint-proxy-refuses':
      'The proxy on the way to it wants a password (407), or does not let requests through.',
    'endpoint-busy': 'The backend says that it cannot take anything now. What waits is sent later.',
    'endpoint-rejects': 'The backend refuses an empty request. It may take others, or refuse all.',
    'endpoint-fails': 'The backend answers with a fault of its own.',
    'endpoint-no-answer': 'The connection broke, or what came is no HTTP.',
  },
  run: async ({ probes, places }) =>
    (await probes()).flatMap((probed) => {
      const { outcome } = probed.probe;
      if (outcome === 'accepted') return [];
      const known = outcome === 'key-refused' ? keyRemedy(probed.destination.name, places.config) : undefined;
      const { name, level, says, detail, remedy } = { ...words(probed)[outcome], ...known };
      return [
        {
          name,
          level,
          title: `${shownDestination(probed.destination)} ${says} (${probed.probe.why})`,
          ...(detail === undefined ? {} : { detail }),
          remedy,
        },
      ];
    }),
});

interface Words {
  readonly name: Name;
  readonly level: Level;
  /** What goes on after the name of the destination. */
  readonly says: string;
  readonly detail?: string;
  readonly remedy: string;
}

type Name =
  | 'endpoint-refuses-connections'
  | 'endpoint-host-unknown'
  | 'endpoint-no-route'
  | 'endpoint-times-out'
  | 'endpoint-tls'
  | 'endpoint-tls-file'
  | 'endpoint-speaks-tls'
  | 'endpoint-speaks-no-tls'
  | 'endpoint-speaks-grpc'
  | 'endpoint-speaks-http'
  | 'endpoint-wrong-path'
  | 'endpoint-no-such-signal'
  | 'endpoint-is-a-page'
  | 'endpoint-key-refused'
  | 'endpoint-redirects'
  | 'endpoint-proxy-unreachable'
  | 'endpoint-proxy-refuses'
  | 'endpoint-busy'
  | 'endpoint-rejects'
  | 'endpoint-fails'
  | 'endpoint-no-answer';

function words({ destination, probe }: ProbedDestination): Record<Exclude<ProbeOutcome, 'accepted'>, Words> {
  const { hostname } = new URL(destination.url);
  const set = setting(destination.name);
  const proxy = destination.proxy === undefined ? undefined : shownAddress(new URL(destination.proxy).origin);
  const error = (name: Name, says: string, remedy: string, detail?: string): Words => ({
    name,
    level: 'error',
    says,
    remedy,
    ...(detail === undefined ? {} : { detail }),
  });
  return {
    'connection-refused': error(
      'endpoint-refuses-connections',
      'refuses connections: nobody listens there',
      isLoopback(hostname)
        ? 'Start your backend or collector; `turnspan collector` is one'
        : `Start the backend, or correct host and port of ${set.endpoint}`,
    ),
    'unknown-host': error(
      'endpoint-host-unknown',
      'is at a host that has no address',
      `Correct the host of ${set.endpoint}`,
    ),
    'no-route': error(
      'endpoint-no-route',
      'cannot be reached from here',
      `Connect to its network (a VPN?), or correct ${set.endpoint}`,
    ),
    timeout: error(
      'endpoint-times-out',
      'does not answer in time',
      proxy === undefined
        ? `Look whether a firewall is between (behind a company's proxy: set HTTPS_PROXY where Claude Code is started); correct host and port of ${set.endpoint}`
        : `Correct host and port of ${set.endpoint}`,
      proxy === undefined
        ? `It was asked ${destination.transport === 'grpc' ? 'directly: gRPC uses no proxy' : 'directly: no proxy variable names a way to it'}.`
        : `It was asked through the proxy ${proxy}.`,
    ),
    tls: error(
      'endpoint-tls',
      'offers no TLS that can be trusted',
      `Name the authority's certificate in ${set.certificate} (of a company's proxy in NODE_EXTRA_CA_CERTS), or renew that of the backend`,
      trustDetail(destination, probe),
    ),
    'tls-file': error(
      'endpoint-tls-file',
      'has a certificate or key file that cannot be read',
      `Correct ${set.certificate}, or the file's owner and mode`,
    ),
    'speaks-tls': error(
      'endpoint-speaks-tls',
      'speaks TLS at that port',
      `Write https:// in ${set.endpoint}`,
    ),
    'speaks-no-tls': error(
      'endpoint-speaks-no-tls',
      'does not speak TLS at that port',
      `Write http:// in ${set.endpoint}, or the port that speaks TLS`,
    ),
    'speaks-grpc': error(
      'endpoint-speaks-grpc',
      'speaks gRPC at that port, and what is sent is HTTP',
      `Write the HTTP port in ${set.endpoint} (most often 4318), or grpc in ${set.protocol}`,
    ),
    'speaks-http': error(
      'endpoint-speaks-http',
      'speaks HTTP at that port, and what is sent is gRPC',
      `Write the gRPC port in ${set.endpoint} (most often 4317), or http/protobuf in ${set.protocol}`,
    ),
    'wrong-path': error(
      'endpoint-wrong-path',
      `takes no ${destination.signal} there`,
      rightPath(destination, probe, set),
    ),
    'no-such-signal': {
      name: 'endpoint-no-such-signal',
      level: 'warning',
      says: `takes no ${destination.signal}; what is made of them is given up`,
      remedy: `Leave ${destination.signal} out of ${set.signals(destination.signal)}`,
    },
    page: error(
      'endpoint-is-a-page',
      'answers with a web page and not as an OTLP receiver',
      rightPath(destination, probe, set),
    ),
    'key-refused': error(
      'endpoint-key-refused',
      'refuses the key, or wants one',
      `Correct the key in ${set.headers}`,
    ),
    'proxy-unreachable': error(
      'endpoint-proxy-unreachable',
      `is behind the proxy ${proxy ?? ''}, which cannot be reached`,
      'Correct HTTPS_PROXY (HTTP_PROXY), or name the host in NO_PROXY if it can be reached without; `turnspan config` says who set it',
    ),
    'proxy-refuses': error(
      'endpoint-proxy-refuses',
      `is behind the proxy ${proxy ?? ''}, which does not let requests through`,
      probe.why === 'HTTP 407'
        ? 'Write name and password into HTTPS_PROXY (HTTP_PROXY): http://NAME:PASSWORD@HOST:PORT; `turnspan config` says who set it'
        : 'Have the host allowed there, or name it in NO_PROXY if it can be reached without',
    ),
    redirects: error(
      'endpoint-redirects',
      'redirects, and redirects are not followed',
      `Write the address that it redirects to in ${set.endpoint}`,
      'A redirect to a login page means that the path is wrong, or a key is missing.',
    ),
    busy: {
      name: 'endpoint-busy',
      level: 'warning',
      says: 'takes nothing at the moment',
      remedy: 'Wait: what was made is sent later. If it stays so, look at the limits of your account',
    },
    rejected: {
      name: 'endpoint-rejects',
      level: 'warning',
      says: 'refuses an empty request',
      remedy: 'Send a real one: turnspan test',
    },
    'server-error': error(
      'endpoint-fails',
      'answers with a fault of its own',
      "Look at the backend's own log",
    ),
    'no-answer': error(
      'endpoint-no-answer',
      'breaks the connection, or speaks something else than HTTP',
      `Correct the port of ${set.endpoint}`,
    ),
  };
}

interface Settings {
  readonly endpoint: string;
  readonly headers: string;
  readonly protocol: string;
  readonly certificate: string;
  readonly signals: (signal: Signal) => string;
}

/** Where the user changes it: in the environment, or in the config file. */
function setting(name: string): Settings {
  if (name === 'environment') {
    return {
      endpoint: 'OTEL_EXPORTER_OTLP_ENDPOINT',
      headers: 'OTEL_EXPORTER_OTLP_HEADERS',
      protocol: 'OTEL_EXPORTER_OTLP_PROTOCOL',
      certificate: 'OTEL_EXPORTER_OTLP_CERTIFICATE',
      signals: (signal) => `what leaves: ${exporterVariable(signal)}=none`,
    };
  }
  const of = (key: string): string => `"${key}" of the destination ${name} in config.json`;
  return {
    endpoint: of('endpoint'),
    headers: of('headers'),
    protocol: of('protocol'),
    certificate: of('certificate'),
    signals: () => of('signals'),
  };
}

/** Whom we trust, where that is not what people expect. */
function trustDetail({ tls }: Destination, { passedOver }: Probe): string {
  if (tls?.certificate !== undefined)
    return 'Only the certificate that is named for this destination is trusted.';
  if (passedOver !== undefined)
    return `NODE_EXTRA_CA_CERTS names a file that cannot be used (${passedOver}), so it does not count.`;
  return tls?.extraCertificates === undefined
    ? 'Trusted are the authorities that come with Node. NODE_EXTRA_CA_CERTS counts where Claude Code is started with it.'
    : 'Trusted are the authorities that come with Node, and those in NODE_EXTRA_CA_CERTS.';
}

/** The base is what the user writes: `/v1/traces` is added to it. */
function rightPath(
  { url: posted, signal, transport }: Destination,
  { found }: Probe,
  { endpoint }: Settings,
): string {
  if (transport === 'grpc')
    return `Write the address of an OTLP receiver in ${endpoint}: this one has none for ${signal}`;
  if (found === undefined) {
    return `Look up the OTLP endpoint of your backend and write it in ${endpoint} (/v1/${signal} is added to it)`;
  }
  const url = new URL(posted);
  url.pathname = found.replace(/\/v1\/\w+$/, '');
  return `Write ${shownAddress(url.href)} in ${endpoint}: there it takes ${signal} (/v1/${signal} is added to it)`;
}

function isLoopback(hostname: string): boolean {
  return ['localhost', '[::1]'].includes(hostname) || hostname.startsWith('127.');
}
