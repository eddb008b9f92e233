// In: variables, whoever set them, and destinations. Out: which proxy each is reached through, and whom to trust there beside
// the authorities that come with Node.
// Always: pure; a project's variables have no part in it (client-environment.ts). Loopback is never asked of a proxy,
// whatever NO_PROXY says: the proxy's loopback is another machine. gRPC goes directly. Of a proxy's address the name and
// the password are never shown.
import { BlockList, isIP } from 'node:net';
import { isAbsolute } from 'node:path';
import type { Warn } from './best-of.ts';
import { shownUrl } from './choice.ts';
import type { Choice } from './choice.ts';
import type { Destination } from './destination.ts';

/** A proxy, and the variable that names it. */
export interface ChosenProxy {
  /** `http://` or `https://`, perhaps with a name and a password in it. */
  readonly url: string;
  readonly variable: string;
}

type Variables = ReadonlyMap<string, string>;

/**
 * The proxy for `url`; undefined: it is reached directly. Names in small letters go first. As Claude Code does it, an
 * `https:` URL takes the proxy for `http:` where there is no other.
 */
export function proxyFor(url: string, variables: Variables, warn: Warn): ChosenProxy | undefined {
  const { protocol, hostname, port } = new URL(url);
  const host = hostname.replace(/^\[|\]$|\.$/g, '').toLowerCase();
  const number = Number(port) || (protocol === 'https:' ? 443 : 80);
  if (isLoopback(host) || isExcepted(host, number, first(variables, ['no_proxy', 'NO_PROXY'])))
    return undefined;
  const names = [
    ...(protocol === 'https:' ? ['https_proxy', 'HTTPS_PROXY'] : []),
    'http_proxy',
    'HTTP_PROXY',
  ];
  for (const variable of names) {
    const text = variables.get(variable)?.trim() ?? '';
    if (text === '') continue;
    const proxy = parseProxy(text);
    if (proxy !== undefined) return { url: proxy, variable };
    warn(
      variable,
      'names no proxy that can be used, and is passed over: write http://HOST:PORT or https://HOST:PORT',
    );
  }
  return undefined;
}

/** Destinations as they are reached from here, and where that came from. */
export interface Routed {
  readonly destinations: readonly Destination[];
  readonly choices: readonly Choice[];
}

/** Adds to each destination its proxy and the file of more authorities, and to `choices` who set them. */
export function withProxies({ destinations, choices }: Routed, variables: Variables, warn: Warn): Routed {
  const warned = new Set<string>();
  const warnOnce: Warn = (variable, message) => {
    if (!warned.has(variable)) warn(variable, message);
    warned.add(variable);
  };
  const routed = destinations.map((one) => route(one, variables, warnOnce));
  // Those of one name are the signals of one backend.
  const names = new Set(destinations.map(({ name }) => name));
  const addedTo = (name: string): readonly Choice[] => [
    ...new Map(
      routed
        .filter(({ destination }) => destination.name === name)
        .flatMap(({ added }) => added.map((choice) => [choice.setting, choice] as const)),
    ).values(),
  ];
  return {
    destinations: routed.map(({ destination }) => destination),
    choices: [
      // Those of one destination stand together.
      ...[...names].flatMap((name) => [
        ...choices.filter((choice) => choice.destination === name),
        ...addedTo(name),
      ]),
      ...choices.filter(({ destination = '' }) => !names.has(destination)),
    ],
  };
}

function route(destination: Destination, variables: Variables, warn: Warn) {
  const { name, transport, url, tls } = destination;
  const proxy = transport === 'http' ? proxyFor(url, variables, warn) : undefined;
  // Node adds them to its own authorities alone: to a certificate that was named for this destination nothing is added.
  const trusts = isHttps(url) && tls?.certificate === undefined;
  const extra =
    trusts || (proxy !== undefined && isHttps(proxy.url)) ? extraCertificates(variables, warn) : undefined;
  const choice = (setting: string, shown: string, from: string): Choice => ({
    setting,
    destination: name,
    shown,
    from,
  });
  return {
    destination: {
      ...destination,
      ...(proxy === undefined ? {} : { proxy: proxy.url }),
      ...(extra === undefined ? {} : { tls: { ...tls, extraCertificates: extra } }),
    },
    added: [
      ...(proxy === undefined ? [] : [choice('proxy', shownUrl(proxy.url), proxy.variable)]),
      ...(extra === undefined ? [] : [choice('extraCertificates', extra, EXTRA)]),
    ],
  };
}

const EXTRA = 'NODE_EXTRA_CA_CERTS';

/** A relative path would be looked for wherever the worker happens to run. */
function extraCertificates(variables: Variables, warn: Warn): string | undefined {
  const path = first(variables, [EXTRA]);
  if (path === '' || isAbsolute(path)) return path || undefined;
  warn(EXTRA, 'is not the absolute path of a file, and is passed over');
  return undefined;
}

/** Without a scheme it is `http://`, as for curl. SOCKS is not spoken. */
function parseProxy(text: string): string | undefined {
  const url = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`;
  if (!URL.canParse(url)) return undefined;
  const { protocol, href } = new URL(url);
  return protocol === 'http:' || protocol === 'https:' ? href : undefined;
}

function isLoopback(host: string): boolean {
  return (
    host === 'localhost' ||
    host.endsWith('.localhost') ||
    (isIP(host) === 4 ? host.startsWith('127.') : host === '::1')
  );
}

/**
 * The rules of the `proxy-from-env` package, and two of curl's that people count on: a name stands for all below it too,
 * and `10.0.0.0/8` for a network.
 */
function isExcepted(host: string, port: number, list: string): boolean {
  return list
    .toLowerCase()
    .split(/[\s,]+/)
    .filter((entry) => entry !== '')
    .some((entry) => {
      const [, name = entry, only] = /^(?:\[?)(.+?)(?:\]?):(\d+)$/.exec(isIP(entry) === 6 ? '' : entry) ?? [];
      return (only === undefined || Number(only) === port) && stands(name.replace(/^\[|\]$/g, ''), host);
    });
}

function stands(name: string, host: string): boolean {
  if (name === '*') return true;
  if (name.includes('/')) return isInNetwork(name, host);
  const below = name.replace(/^\*?\.?/, '').replace(/\.$/, '');
  if (isIP(host) !== 0) return below === host;
  // `*example.com` is any name that ends so.
  return host === below || host.endsWith(/^\*[^.]/.test(name) ? below : `.${below}`);
}

function isInNetwork(network: string, host: string): boolean {
  const [address = '', prefix = ''] = network.split('/');
  const kind = isIP(address);
  const bits = Number(prefix);
  if (kind === 0 || kind !== isIP(host) || !/^\d+$/.test(prefix) || bits > (kind === 4 ? 32 : 128))
    return false;
  const family = kind === 4 ? 'ipv4' : 'ipv6';
  const networks = new BlockList();
  networks.addSubnet(address, bits, family);
  return networks.check(host, family);
}

function first(variables: Variables, names: readonly string[]): string {
  return names.map((name) => variables.get(name)?.trim() ?? '').find((text) => text !== '') ?? '';
}

function isHttps(url: string): boolean {
  return /^https:/i.test(url);
}
