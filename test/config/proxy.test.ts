// Which proxy an address is reached through: the variables, what is excepted, and what is never asked of a proxy.
import { describe, expect, test } from 'vitest';
import { destinationId, type Destination } from '../../src/config/destination.ts';
import { proxyFor, withProxies } from '../../src/config/proxy.ts';

const P = 'http://proxy.corp:8080/';

function ask(url: string, variables: Readonly<Record<string, string>>) {
  const warned: string[] = [];
  const proxy = proxyFor(url, new Map(Object.entries(variables)), (variable, message) => {
    warned.push(`${variable} ${message}`);
  });
  return { proxy, warned };
}

describe('which variable', () => {
  const https = 'https://api.example.com/v1/traces';
  const http = 'http://otel.example.com:4318/v1/traces';
  test.each<[string, Record<string, string>, string | undefined, string | undefined]>([
    [https, {}, undefined, undefined],
    [https, { HTTPS_PROXY: P }, P, 'HTTPS_PROXY'],
    [https, { HTTPS_PROXY: 'http://other:1', https_proxy: P }, P, 'https_proxy'],
    [https, { HTTP_PROXY: P }, P, 'HTTP_PROXY'],
    [https, { HTTP_PROXY: 'http://other:1', HTTPS_PROXY: P }, P, 'HTTPS_PROXY'],
    [http, { HTTPS_PROXY: P }, undefined, undefined],
    [http, { http_proxy: P }, P, 'http_proxy'],
    [https, { https_proxy: ' ', HTTPS_PROXY: P }, P, 'HTTPS_PROXY'],
    // Without a scheme, with a password, by TLS.
    [https, { HTTPS_PROXY: 'proxy.corp:8080' }, P, 'HTTPS_PROXY'],
    [
      https,
      { HTTPS_PROXY: 'ada:secret@proxy.corp:8080' },
      'http://ada:secret@proxy.corp:8080/',
      'HTTPS_PROXY',
    ],
    [https, { HTTPS_PROXY: 'https://proxy.corp' }, 'https://proxy.corp/', 'HTTPS_PROXY'],
    // A value that cannot be used gives its place to the next.
    [https, { HTTPS_PROXY: 'socks5://proxy.corp:1080', HTTP_PROXY: P }, P, 'HTTP_PROXY'],
  ])('%s with %o', (url, variables, proxy, variable) => {
    expect(ask(url, variables).proxy).toEqual(proxy === undefined ? undefined : { url: proxy, variable });
  });

  test('a value that cannot be used is told without it', () => {
    const { proxy, warned } = ask(https, { HTTPS_PROXY: 'socks5://ada:secret@proxy.corp:1080' });
    expect(proxy).toBeUndefined();
    expect(warned).toEqual([
      expect.stringMatching(/^HTTPS_PROXY names no proxy that can be used.*http:\/\/HOST:PORT/),
    ]);
    expect(warned[0]).not.toMatch(/secret|proxy\.corp/);
  });
});

describe('NO_PROXY', () => {
  test.each<[exceptions: string, url: string, direct: boolean]>([
    ['*', 'https://api.example.com', true],
    ['api.example.com', 'https://api.example.com', true],
    ['API.example.com', 'https://api.EXAMPLE.com', true],
    ['other.com, api.example.com', 'https://api.example.com', true],
    ['other.com api.example.com', 'https://api.example.com', true],
    ['example.com', 'https://api.example.com', true],
    ['.example.com', 'https://api.example.com', true],
    ['*.example.com', 'https://api.example.com', true],
    ['*example.com', 'https://myexample.com', true],
    ['.example.com', 'https://example.com', true],
    ['example.com', 'https://myexample.com', false],
    ['example.com', 'https://example.com.evil.com', false],
    ['api.example.com', 'https://example.com', false],
    ['example.com:443', 'https://example.com', true],
    ['example.com:443', 'https://example.com:8443', false],
    ['example.com:80', 'http://example.com', true],
    ['10.1.2.3', 'http://10.1.2.3:4318', true],
    ['10.1.2.3:4318', 'http://10.1.2.3:4318', true],
    ['2.3', 'http://10.1.2.3:4318', false],
    ['10.0.0.0/8', 'http://10.1.2.3:4318', true],
    ['10.0.0.0/8', 'http://11.1.2.3:4318', false],
    ['10.0.0.0/8', 'http://ten.example.com', false],
    ['10.0.0.0/99', 'http://10.1.2.3:4318', false],
    ['fd00::/8', 'http://[fd00::1]:4318', true],
    ['fd00::1', 'http://[fd00::1]:4318', true],
    ['[fd00::1]', 'http://[fd00::1]:4318', true],
    ['[fd00::1]:4317', 'http://[fd00::1]:4318', false],
    ['', 'https://api.example.com', false],
    [' , ', 'https://api.example.com', false],
  ])('%j and %s', (exceptions, url, direct) => {
    for (const name of ['NO_PROXY', 'no_proxy']) {
      const { proxy } = ask(url, { HTTPS_PROXY: P, HTTP_PROXY: P, [name]: exceptions });
      expect(proxy === undefined).toBe(direct);
    }
  });
});

test.each(['localhost', 'LOCALHOST.', 'my.localhost', '127.0.0.1', '127.8.9.1', '[::1]'])(
  '%s is never asked of a proxy',
  (host) => {
    expect(ask(`http://${host}:4318`, { HTTP_PROXY: P }).proxy).toBeUndefined();
    expect(ask(`https://${host}:4318`, { HTTPS_PROXY: P }).proxy).toBeUndefined();
  },
);

describe('destinations', () => {
  const to = (name: string, url: string, changes: Partial<Destination> = {}): Destination => ({
    id: destinationId(url, 'protobuf'),
    name,
    signal: 'traces',
    transport: 'http',
    url,
    headers: {},
    timeoutMs: 1000,
    compression: 'gzip',
    encoding: 'protobuf',
    content: 'none',
    ...changes,
  });
  const choice = (setting: string, destination?: string) => ({
    setting,
    shown: 'x',
    from: 'y',
    ...(destination === undefined ? {} : { destination }),
  });

  test('each has its own way, told beside its other settings, without the password', () => {
    const variables = new Map([
      ['HTTPS_PROXY', 'http://ada:secret@proxy.corp:8080'],
      ['NODE_EXTRA_CA_CERTS', '/etc/corp.pem'],
    ]);
    const { destinations, choices } = withProxies(
      {
        destinations: [
          to('far', 'https://api.example.com/v1/traces'),
          to('far', 'https://api.example.com/v1/logs', { signal: 'logs' }),
          to('near', 'http://localhost:4318/v1/traces'),
          to('rpc', 'https://grpc.example.com', { transport: 'grpc' }),
          to('own', 'https://own.example.com', { tls: { certificate: '/etc/own.pem' } }),
        ],
        choices: [choice('endpoint', 'far'), choice('endpoint', 'near'), choice('native')],
      },
      variables,
      () => {},
    );
    const proxy = 'http://ada:secret@proxy.corp:8080/';
    expect(destinations.map(({ proxy: way, tls }) => ({ way, tls }))).toEqual([
      { way: proxy, tls: { extraCertificates: '/etc/corp.pem' } },
      { way: proxy, tls: { extraCertificates: '/etc/corp.pem' } },
      { way: undefined, tls: undefined },
      { way: undefined, tls: { extraCertificates: '/etc/corp.pem' } },
      { way: proxy, tls: { certificate: '/etc/own.pem' } },
    ]);
    expect(
      choices.map(({ destination, setting, shown }) => `${destination ?? 'all'} ${setting} ${shown}`),
    ).toEqual([
      'far endpoint x',
      'far proxy http://proxy.corp:8080/',
      'far extraCertificates /etc/corp.pem',
      'near endpoint x',
      'rpc extraCertificates /etc/corp.pem',
      'own proxy http://proxy.corp:8080/',
      'all native x',
    ]);
    expect(JSON.stringify(choices)).not.toContain('secret');
  });

  test('what cannot be used is told once, however many destinations there are', () => {
    const warned: string[] = [];
    const variables = new Map([
      ['HTTPS_PROXY', 'socks5://proxy.corp'],
      ['NODE_EXTRA_CA_CERTS', 'corp.pem'],
    ]);
    const { destinations } = withProxies(
      { destinations: [to('a', 'https://a.example.com'), to('b', 'https://b.example.com')], choices: [] },
      variables,
      (variable) => warned.push(variable),
    );
    expect(warned).toEqual(['HTTPS_PROXY', 'NODE_EXTRA_CA_CERTS']);
    expect(destinations.every(({ proxy, tls }) => proxy === undefined && tls === undefined)).toBe(true);
  });
});
