import { describe, expect, test } from 'vitest';
import type { Destination } from '../../src/config/destination.ts';
import type { Signal } from '../../src/config/signal.ts';
import { readOtlpEnvironment } from '../../src/config/otlp-environment.ts';
import type { OtlpSettings } from '../../src/config/otlp-environment.ts';

const SECRET = 'pa55word';

describe('with nothing set', () => {
  test('traces go to the local collector, packed, without content', () => {
    expect(read({})).toMatchObject({
      status: 'send',
      destinations: [
        {
          signal: 'traces',
          url: 'http://localhost:4318/v1/traces',
          headers: {},
          timeoutMs: 10_000,
          compression: 'gzip',
          encoding: 'protobuf',
          content: 'none',
        },
      ],
      resource: { attributes: {} },
      warnings: [],
    });
  });

  test('a variable that is set to nothing counts as not set', () => {
    const names = [
      'TURNSPAN_DISABLED',
      'OTEL_EXPORTER_OTLP_ENDPOINT',
      'OTEL_EXPORTER_OTLP_TIMEOUT',
      'OTEL_SERVICE_NAME',
    ];
    const nothing = read(Object.fromEntries(names.map((name) => [name, ' '])));
    expect(JSON.stringify(nothing)).toBe(JSON.stringify(read({})));
  });
});

describe('the endpoint', () => {
  test.each([
    ['http://host', 'http://host/v1/traces'],
    ['http://host:4318/', 'http://host:4318/v1/traces'],
    ['https://host/otel', 'https://host/otel/v1/traces'],
    ['https://host/otel//', 'https://host/otel/v1/traces'],
    ['https://host/otel?key=1', 'https://host/otel/v1/traces?key=1'],
    [' http://host ', 'http://host/v1/traces'],
  ])('for all signals, %s becomes %s', (endpoint, url) => {
    expect(destination({ OTEL_EXPORTER_OTLP_ENDPOINT: endpoint }).url).toBe(url);
  });

  test.each([
    ['http://host', 'http://host/'],
    ['http://host/', 'http://host/'],
    ['https://host/otel', 'https://host/otel'],
    ['https://host/v1/traces/', 'https://host/v1/traces/'],
  ])('for traces, %s is posted to %s', (endpoint, url) => {
    const both = {
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://other',
      OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: endpoint,
    };
    expect(destination(both).url).toBe(url);
  });

  test.each(['localhost:4318', 'host', 'ftp://host', 'http://', `user:${SECRET}@host`])(
    'that is no http or https URL (%s) sends nothing anywhere, and says which variable to repair',
    (endpoint) => {
      for (const variable of ['OTEL_EXPORTER_OTLP_ENDPOINT', 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT']) {
        const settings = read({ [variable]: endpoint });
        expect(settings).toMatchObject({ status: 'unusable', variable });
        expect(JSON.stringify(settings)).toMatch(new RegExp(`${variable} .*http://localhost:4318`));
        expect(JSON.stringify(settings)).not.toContain(SECRET);
      }
    },
  );
});

describe('the id of a destination', () => {
  const id = (variables: Record<string, string>) => destination(variables).id;
  const endpoint = { OTEL_EXPORTER_OTLP_ENDPOINT: 'https://tenant.example' };

  test('is the same for the same URL, however it was written and whatever else changes', () => {
    expect(id(endpoint)).toMatch(/^[0-9a-f]{16}$/);
    expect(id({ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'https://tenant.example/v1/traces' })).toBe(id(endpoint));
    expect(id({ ...endpoint, OTEL_EXPORTER_OTLP_HEADERS: 'a=b', TURNSPAN_CONTENT: 'full' })).toBe(
      id(endpoint),
    );
  });

  test('differs for another URL and for another encoding', () => {
    const json = id({ ...endpoint, OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json' });
    const grpc = id({ ...endpoint, OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' });
    expect(new Set([id({}), id(endpoint), json, grpc]).size).toBe(4);
  });
});

describe('headers', () => {
  const headers = (general: string, traces = '') =>
    read({ OTEL_EXPORTER_OTLP_HEADERS: general, OTEL_EXPORTER_OTLP_TRACES_HEADERS: traces });

  test.each([
    ['Authorization=Basic%20YTpi', { authorization: 'Basic YTpi' }],
    ['authorization=Basic YTpiOg==', { authorization: 'Basic YTpiOg==' }],
    [' a = 1 , b=2,,', { a: '1', b: '2' }],
    ['cookie=x;y', { cookie: 'x;y' }],
    ['x-name=%C3%BC', { 'x-name': 'ü' }],
    ['a=1,a=2', { a: '2' }],
    ['__proto__=1', Object.fromEntries([['__proto__', '1']])],
  ])('%s is read', (text, expected) => {
    const settings = headers(text);
    expect(settings.status === 'send' && settings.destinations[0]?.headers).toEqual(expected);
    expect(settings.warnings).toEqual([]);
  });

  test('for traces are laid over those for all signals, name by name and in any case', () => {
    const settings = headers('Authorization=one,X-Team=a', 'authorization=two,x-new=b');
    expect(settings).toMatchObject({
      destinations: [{ headers: { authorization: 'two', 'x-team': 'a', 'x-new': 'b' } }],
    });
  });

  test.each([
    [`a=1,${SECRET}`, 'entry 2 has no "="'],
    [`a=1,,x=${SECRET}%0d%0aevil: 1`, 'entry 3 has a character'],
    [`a=1,x y=${SECRET}`, 'entry 2 has a character'],
    [`a=1,x=${SECRET}\u{1F600}`, 'entry 2 has a character'],
    [`a=1,=${SECRET}`, 'entry 2 has no key'],
    [`a=1,x=${SECRET}%`, 'entry 2 has a "%"'],
    ['a=1,authorization=', 'entry 2 has no value'],
  ])('an entry that cannot be sent (%j) is left out alone, and told by its place', (text, problem) => {
    const settings = headers(text);
    expect(settings).toMatchObject({
      destinations: [{ headers: { a: '1' } }],
      warnings: [{ variable: 'OTEL_EXPORTER_OTLP_HEADERS' }],
    });
    expect(
      Object.keys((settings.status === 'send' ? settings.destinations[0]?.headers : undefined) ?? {}),
    ).toEqual(['a']);
    expect(settings.warnings[0]?.message).toContain(problem);
    expect(JSON.stringify(settings.warnings)).not.toContain(SECRET);
  });
});

describe('the other settings', () => {
  test.each([
    ['TIMEOUT', '2500', '100', 'timeoutMs', 2500],
    ['COMPRESSION', 'none', 'gzip', 'compression', 'none'],
    ['PROTOCOL', 'http/json', 'http/protobuf', 'encoding', 'json'],
  ])('%s for traces counts before the one for all signals', (name, own, general, key, value) => {
    const variables = {
      [`OTEL_EXPORTER_OTLP_TRACES_${name}`]: own,
      [`OTEL_EXPORTER_OTLP_${name}`]: general,
    };
    expect(destination(variables)).toHaveProperty(key, value);
  });

  test.each([
    ['TIMEOUT', ['soon', '0', '-1', 'Infinity', '2147483648'], 'timeoutMs', '300', 300],
    ['COMPRESSION', ['zstd', '1'], 'compression', 'none', 'none'],
    ['PROTOCOL', ['http', 'HTTP/2'], 'encoding', 'http/json', 'json'],
  ])('a %s that cannot be read is reported, and the next best counts', (name, wrong, key, general, value) => {
    const variable = `OTEL_EXPORTER_OTLP_TRACES_${name}`;
    for (const text of wrong) {
      const settings = read({ [variable]: text, [`OTEL_EXPORTER_OTLP_${name}`]: general });
      expect(settings).toMatchObject({
        status: 'send',
        destinations: [{ [key]: value }],
        warnings: [{ variable }],
      });
      expect(read({ [variable]: text })).toMatchObject({ status: 'send', warnings: [{ variable }] });
    }
  });

  test('content leaves only when the user has written exactly that', () => {
    expect(destination({ TURNSPAN_CONTENT: 'full' }).content).toBe('full');
    expect(destination({ TURNSPAN_CONTENT: 'none' }).content).toBe('none');
    const settings = read({ TURNSPAN_CONTENT: `all ${SECRET}` });
    expect(settings).toMatchObject({
      destinations: [{ content: 'none' }],
      warnings: [{ variable: 'TURNSPAN_CONTENT' }],
    });
    expect(settings.warnings[0]?.message).toContain('none or full');
    expect(JSON.stringify(settings)).not.toContain(SECRET);
  });

  test('gRPC has a destination of its own', () => {
    const variables = { OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc', OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:4317' };
    expect(read(variables)).toMatchObject({
      status: 'send',
      destinations: [{ transport: 'grpc', url: 'http://collector:4317', encoding: 'protobuf' }],
    });
    expect(read({ OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' })).toMatchObject({
      destinations: [{ url: 'http://localhost:4317' }],
    });
  });

  test('certificates are files with absolute paths', () => {
    expect(
      read({ OTEL_EXPORTER_OTLP_CERTIFICATE: '/ca.pem', OTEL_EXPORTER_OTLP_CLIENT_KEY: 'key.pem' }),
    ).toMatchObject({
      status: 'send',
      destinations: [{ tls: { certificate: '/ca.pem', clientKey: undefined } }],
      warnings: [{ variable: 'OTEL_EXPORTER_OTLP_CLIENT_KEY' }],
    });
  });
});

describe('switching off', () => {
  test.each([
    ['TURNSPAN_DISABLED', '1'],
    ['TURNSPAN_DISABLED', 'true'],
    ['TURNSPAN_DISABLED', 'ture'],
    ['OTEL_SDK_DISABLED', 'TRUE'],
    ['OTEL_TRACES_EXPORTER', 'none'],
  ])('%s=%s', (variable, value) => {
    expect(read({ [variable]: value })).toMatchObject({ status: 'disabled', variable });
  });

  test.each([
    ['TURNSPAN_DISABLED', '0'],
    ['TURNSPAN_DISABLED', 'False'],
    ['TURNSPAN_DISABLED', 'no'],
    ['OTEL_SDK_DISABLED', '1'],
    ['OTEL_TRACES_EXPORTER', 'console, otlp'],
  ])('%s=%s leaves it on', (variable, value) => {
    expect(read({ [variable]: value })).toMatchObject({ status: 'send', warnings: [] });
  });

  test('exporters that we do not have are reported', () => {
    expect(read({ OTEL_TRACES_EXPORTER: 'zipkin' })).toMatchObject({
      status: 'send',
      destinations: [{ transport: 'http' }],
      warnings: [{ variable: 'OTEL_TRACES_EXPORTER' }],
    });
  });
});

describe('the resource', () => {
  const resource = (variables: Record<string, string>) => {
    const settings = read(variables);
    return { ...(settings.status === 'send' ? settings.resource : {}), warnings: settings.warnings.length };
  };

  test('has the service name and the attributes that the user gave', () => {
    expect(resource({ OTEL_RESOURCE_ATTRIBUTES: 'team=a%2Cb, host.name=x ,team=c' })).toEqual({
      attributes: { team: 'c', 'host.name': 'x' },
      warnings: 0,
    });
  });

  test('OTEL_SERVICE_NAME counts before service.name, which is no attribute', () => {
    const attributes = { OTEL_RESOURCE_ATTRIBUTES: 'service.name=listed,team=a' };
    expect(resource(attributes)).toEqual({ serviceName: 'listed', attributes: { team: 'a' }, warnings: 0 });
    expect(resource({ ...attributes, OTEL_SERVICE_NAME: 'own' })).toMatchObject({ serviceName: 'own' });
  });

  test('has who works here, and the tags without their spaces', () => {
    expect(resource({ TURNSPAN_USER: ' ada ', TURNSPAN_TAGS: 'shop, ,nightly run,' })).toEqual({
      attributes: {},
      user: 'ada',
      tags: ['shop', 'nightly run'],
      warnings: 0,
    });
    expect(resource({ TURNSPAN_USER: ' ', TURNSPAN_TAGS: ',' })).toEqual({ attributes: {}, warnings: 0 });
  });

  test('one bad entry costs only itself', () => {
    expect(resource({ OTEL_RESOURCE_ATTRIBUTES: 'team=a,broken,x=%zz,y=1' })).toEqual({
      attributes: { team: 'a', y: '1' },
      warnings: 2,
    });
  });
});

function read(
  variables: Readonly<Record<string, string>>,
  signals: readonly Signal[] = ['traces'],
): OtlpSettings {
  return readOtlpEnvironment(new Map(Object.entries(variables)), signals);
}

function destination(variables: Readonly<Record<string, string>>, signal: Signal = 'traces'): Destination {
  const settings = read(variables, [signal]);
  const [only] = settings.status === 'send' ? settings.destinations : [];
  if (only === undefined) throw new Error(settings.status);
  return only;
}
