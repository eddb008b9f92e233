// Metrics and logs beside traces: their own variables, their own destinations. They leave where somebody asks for them.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeEach, describe, expect, test } from 'vitest';
import { destinationId } from '../../src/config/destination.ts';
import { SIGNALS, type Signal } from '../../src/config/signal.ts';
import { readOtlpEnvironment } from '../../src/config/otlp-environment.ts';
import { resolveDestinations, type Resolution } from '../../src/config/resolve.ts';
import { temporaryFolder } from '../support/folders.ts';

let root: string;
beforeEach(() => {
  root = temporaryFolder();
});

const ENDPOINT = 'OTEL_EXPORTER_OTLP_ENDPOINT';
const UNASKED = {
  [ENDPOINT]: 'http://one',
  OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: 'no URL',
  OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE: 'sideways',
  OTEL_EXPORTER_OTLP_LOGS_ENDPOINT: 'http://two/logs',
};
const ASKED = { OTEL_METRICS_EXPORTER: 'otlp', OTEL_LOGS_EXPORTER: 'otlp' };

test('metrics and logs leave only where they are asked for, and nothing is said of them otherwise', () => {
  const resolution = resolveAsIs(UNASKED);
  expect(destinations(resolution)).toMatchObject([{ signal: 'traces', url: 'http://one/v1/traces' }]);
  expect(resolution.warnings).toEqual([]);
  expect(JSON.stringify(resolution)).not.toMatch(/"(metrics|logs)\./i);
  const asked = resolveAsIs({ ...UNASKED, OTEL_LOGS_EXPORTER: 'otlp' });
  expect(destinations(asked).map(({ signal }) => signal)).toEqual(['traces', 'logs']);
  expect(resolveAsIs({ OTEL_TRACES_EXPORTER: 'none' })).toMatchObject({
    status: 'disabled',
    variable: 'OTEL_TRACES_EXPORTER',
  });
});

test('where metrics or logs go that cannot be told, traces go on, and it is told', () => {
  const resolution = resolve({ [ENDPOINT]: 'http://one', OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: 'no URL' });
  expect(destinations(resolution).map(({ signal }) => signal)).toEqual(['traces', 'logs']);
  expect(resolution.warnings).toMatchObject([{ variable: 'OTEL_EXPORTER_OTLP_METRICS_ENDPOINT' }]);
  expect(JSON.stringify(resolution.warnings)).toContain('no metrics are made');
  const alone = { OTEL_TRACES_EXPORTER: 'none', OTEL_LOGS_EXPORTER: 'none' };
  expect(resolve({ ...alone, OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: 'no URL' }).status).toBe('unusable');
});

describe('each signal', () => {
  test('goes to its path below the endpoint for all', () => {
    expect(destinations(resolve({ [ENDPOINT]: 'http://one/otel/' })).map(({ url }) => url)).toEqual([
      'http://one/otel/v1/traces',
      'http://one/otel/v1/metrics',
      'http://one/otel/v1/logs',
    ]);
  });

  test.each<[Signal, string]>([
    ['metrics', 'METRICS'],
    ['logs', 'LOGS'],
  ])('%s: its own variables count before those for all, and for it alone', (signal, word) => {
    const own = (setting: string): string => `OTEL_EXPORTER_OTLP_${word}_${setting}`;
    const made = destinations(
      resolve({
        [ENDPOINT]: 'http://one',
        OTEL_EXPORTER_OTLP_HEADERS: 'a=1,b=1',
        [own('ENDPOINT')]: 'http://two/as/it/is',
        [own('HEADERS')]: 'b=2',
        [own('PROTOCOL')]: 'http/json',
        [own('TIMEOUT')]: '7',
        [own('COMPRESSION')]: 'none',
        [own('CERTIFICATE')]: '/ca.pem',
      }),
    );
    expect(made.find((one) => one.signal === signal)).toMatchObject({
      url: 'http://two/as/it/is',
      headers: { a: '1', b: '2' },
      encoding: 'json',
      timeoutMs: 7,
      compression: 'none',
      tls: { certificate: '/ca.pem' },
    });
    for (const other of made.filter((one) => one.signal !== signal)) {
      expect(other).toMatchObject({ headers: { a: '1', b: '1' }, encoding: 'protobuf', timeoutMs: 10_000 });
    }
  });

  test('has an outbox of its own, also where one gRPC target takes all; that of traces is the old one', () => {
    const made = destinations(
      resolve({ OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc', [ENDPOINT]: 'http://one:4317' }),
    );
    expect(new Set(made.map(({ url }) => url)).size).toBe(1);
    expect(new Set(made.map(({ id }) => id)).size).toBe(3);
    // Written down when there were no other signals: outboxes with these names lie on disks.
    expect(made[0]?.id).toBe('2216489922cee370');
    expect(destinationId('http://localhost:4318/v1/traces', 'protobuf')).toBe('5223e26d9591c248');
  });

  test.each(SIGNALS)('%s can be switched off alone', (signal) => {
    const off = { [`OTEL_${signal.toUpperCase()}_EXPORTER`]: 'none' };
    const others = SIGNALS.filter((one) => one !== signal);
    expect(destinations(resolve(off)).map((one) => one.signal)).toEqual(others);
    config({ mine: { endpoint: 'http://mine' } });
    expect(destinations(resolve(off)).map((one) => one.signal)).toEqual(others);
    project(off);
    expect(destinations(resolve({})).map((one) => one.signal)).toEqual(others);
  });

  test.each([{ OTEL_SDK_DISABLED: 'true' }, { TURNSPAN_DISABLED: '1' }])('%j switches all off', (off) => {
    expect(resolve(off)).toMatchObject({ status: 'disabled' });
  });

  test('a fault of a variable for all is told once', () => {
    expect(resolve({ OTEL_EXPORTER_OTLP_TIMEOUT: 'soon' }).warnings).toHaveLength(1);
  });
});

describe('the temporality of metrics', () => {
  const temporality = (value: string | undefined) => {
    const variable = 'OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE';
    const resolution = resolve(value === undefined ? {} : { [variable]: value });
    const told = resolution.warnings.map((warning) => warning.variable);
    return [destinations(resolution).map((one) => one.temporality), told];
  };

  test.each([
    [undefined, 'cumulative'],
    ['cumulative', 'cumulative'],
    ['Delta', 'delta'],
    ['LOWMEMORY', 'lowmemory'],
  ])('%s is %s', (value, expected) => {
    expect(temporality(value)).toEqual([[undefined, expected, undefined], []]);
  });

  test('a word that is none of the three is told, and passed over', () => {
    expect(temporality('sideways')).toEqual([
      [undefined, 'cumulative', undefined],
      ['OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE'],
    ]);
  });

  test('of the config file is its own, else what the backend wants; the variable was meant for another', () => {
    config({
      plain: { endpoint: 'http://plain', signals: ['metrics'] },
      own: { endpoint: 'http://own', signals: ['metrics'], temporality: 'lowmemory' },
      wants: { preset: 'new-relic-eu', parameters: { licenseKey: 'k' }, signals: ['metrics'] },
      told: {
        preset: 'new-relic-us',
        parameters: { licenseKey: 'k' },
        signals: ['metrics'],
        temporality: 'cumulative',
      },
    });
    const made = destinations(resolve({ OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE: 'delta' }));
    expect(made.map((one) => [one.name, one.temporality])).toEqual([
      ['plain', 'cumulative'],
      ['own', 'lowmemory'],
      ['wants', 'delta'],
      ['told', 'cumulative'],
    ]);
  });
});

describe('a destination of the config file', () => {
  test('takes what both its signals and its preset name', () => {
    config({
      all: { endpoint: 'http://all' },
      some: { endpoint: 'http://some', signals: ['logs', 'traces'] },
      jaeger: { preset: 'jaeger', signals: ['traces', 'metrics'] },
      grafana: {
        preset: 'grafana-cloud',
        parameters: { url: 'https://g.example/otlp', instanceId: '1', token: 't' },
        signals: ['metrics'],
      },
    });
    expect(destinations(resolve({})).map((one) => [one.name, one.signal, one.url])).toEqual([
      ['all', 'traces', 'http://all/v1/traces'],
      ['all', 'metrics', 'http://all/v1/metrics'],
      ['all', 'logs', 'http://all/v1/logs'],
      ['some', 'traces', 'http://some/v1/traces'],
      ['some', 'logs', 'http://some/v1/logs'],
      ['jaeger', 'traces', 'http://localhost:4318/v1/traces'],
      ['grafana', 'metrics', 'https://g.example/otlp/v1/metrics'],
    ]);
  });

  test('a folder rule may name one that takes other signals than are sent', () => {
    config({ a: { endpoint: 'http://a' }, m: { endpoint: 'http://m', signals: ['metrics'] } }, [root, ['m']]);
    expect(destinations(resolve({})).map((one) => one.name)).toEqual(['m']);
    expect(resolve({ OTEL_METRICS_EXPORTER: 'none' })).toMatchObject({ status: 'disabled' });
  });

  test('tells its settings once, and of each signal what is its own', () => {
    config({ mine: { endpoint: 'http://mine' } });
    const resolution = resolve({});
    const told = resolution.status === 'send' ? resolution.choices : [];
    expect(told.filter((one) => one.destination === 'mine').map((one) => one.setting)).toEqual([
      'endpoint',
      'protocol',
      'content',
      'timeoutMs',
      'compression',
      'metrics.endpoint',
      'metrics.temporality',
      'logs.endpoint',
      'logs.content',
    ]);
  });
});

describe("the ecosystem's content switch", () => {
  const CAPTURE = 'OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT';
  const levels = (environment: Record<string, string>) =>
    destinations(resolve(environment)).map(({ signal, content }) => `${signal}: ${content}`);
  const traces = (level: string, logs = level) => [`traces: ${level}`, 'metrics: none', `logs: ${logs}`];

  test.each([
    ['true', traces('full')],
    ['False', traces('none')],
    ['NO_CONTENT', traces('none')],
    ['span_only', traces('full', 'none')],
    ['EVENT_ONLY', traces('none', 'full')],
    ['SPAN_AND_EVENT', traces('full')],
  ])('%s', (value, expected) => {
    expect(levels({ [CAPTURE]: value })).toEqual(expected);
    expect(resolve({ [CAPTURE]: value }).warnings).toEqual([]);
  });

  test('a word that it does not have lets nothing out, and is told without the word', () => {
    const resolution = resolve({ [CAPTURE]: 'secret' });
    expect(levels({ [CAPTURE]: 'secret' })).toEqual(traces('none'));
    expect(resolution.warnings).toMatchObject([{ variable: CAPTURE }]);
    expect(JSON.stringify(resolution.warnings)).not.toContain('secret');
  });

  test('stands behind TURNSPAN_CONTENT, also behind one that cannot be read', () => {
    expect(levels({ [CAPTURE]: 'true', TURNSPAN_CONTENT: 'none' })).toEqual(traces('none'));
    expect(levels({ [CAPTURE]: 'false', TURNSPAN_CONTENT: 'full' })).toEqual(traces('full'));
    expect(levels({ [CAPTURE]: 'true', TURNSPAN_CONTENT: 'nonne' })).toEqual(traces('none'));
  });

  test('says nothing of destinations in the config file: what leaves to those is said there, or by TURNSPAN_CONTENT', () => {
    config({
      silent: { endpoint: 'http://a', signals: ['traces'] },
      none: { endpoint: 'http://b', signals: ['traces'], content: 'none' },
      full: { endpoint: 'http://c', signals: ['traces'], content: 'full' },
    });
    expect(levels({ [CAPTURE]: 'true' })).toEqual(['traces: none', 'traces: none', 'traces: full']);
    expect(levels({ [CAPTURE]: 'false' })).toEqual(['traces: none', 'traces: none', 'traces: full']);
    const resolution = resolve({ [CAPTURE]: 'true' });
    const told = resolution.status === 'send' ? resolution.choices : [];
    expect(told.filter((one) => one.setting === 'content').map((one) => one.from)).toEqual([
      'default',
      'config.json',
      'config.json',
    ]);
  });

  test('a project can take content away by it, whoever asked for it, and never add any', () => {
    for (const value of ['false', 'NO_CONTENT']) {
      project({ [CAPTURE]: value });
      expect(levels({ TURNSPAN_CONTENT: 'full' })).toEqual(traces('none'));
      expect(resolve({}).warnings).toEqual([]);
    }
    for (const value of ['true', 'SPAN_ONLY', 'EVENT_ONLY', 'SPAN_AND_EVENT']) {
      project({ [CAPTURE]: value });
      expect(levels({})).toEqual(traces('none'));
      expect(resolve({}).warnings).toMatchObject([{ variable: CAPTURE, source: 'project-settings' }]);
    }
  });
});

describe('console among the exporters', () => {
  test('is a file in the installation’s folder, beside OTLP where both are named', () => {
    const resolution = resolveAsIs({ OTEL_TRACES_EXPORTER: 'otlp, Console' });
    const [otlp, console] = destinations(resolution);
    expect(otlp).toMatchObject({ transport: 'http', name: 'environment' });
    expect(console).toMatchObject({
      transport: 'console',
      name: 'console',
      encoding: 'json',
      content: 'none',
      headers: {},
    });
    expect(fileURLToPath(console?.url ?? '')).toBe(join(root, 'state/console.jsonl'));
    expect(destinations(resolveAsIs({ OTEL_TRACES_EXPORTER: 'console' }))).toHaveLength(1);
  });

  test('is one outbox a signal, wherever the installation lies', () => {
    const ids = destinations(
      resolve({
        OTEL_TRACES_EXPORTER: 'console',
        OTEL_METRICS_EXPORTER: 'console',
        OTEL_LOGS_EXPORTER: 'console',
      }),
    ).map(({ id }) => id);
    expect(new Set(ids).size).toBe(3);
    expect(ids[0]).toBe(destinationId('console:', 'console'));
  });

  test('counts for nothing beside destinations of the config file', () => {
    config({ mine: { endpoint: 'http://mine', signals: ['traces'] } });
    expect(destinations(resolveAsIs({ OTEL_TRACES_EXPORTER: 'console' }))).toMatchObject([
      { name: 'mine', transport: 'http' },
    ]);
  });
});

describe('attribute limits', () => {
  const read = (given: Record<string, string>) => {
    const settings = readOtlpEnvironment(new Map(Object.entries(given)), ['traces']);
    const limits = settings.status === 'send' ? settings.resource.attributeLimits : undefined;
    return { limits, told: settings.warnings.map(({ variable }) => variable) };
  };

  test('there are none where nobody sets one', () => {
    expect(read({})).toEqual({ limits: undefined, told: [] });
  });

  test('each is read, and for the model that it names', () => {
    const given = {
      OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT: '1',
      OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT: '2',
      OTEL_SPAN_EVENT_COUNT_LIMIT: '3',
      OTEL_SPAN_LINK_COUNT_LIMIT: '4',
      OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT: '5',
      OTEL_LINK_ATTRIBUTE_COUNT_LIMIT: '6',
    };
    const spans = {
      valueLength: 1,
      attributes: 2,
      events: 3,
      links: 4,
      eventAttributes: 5,
      linkAttributes: 6,
    };
    expect(read(given)).toEqual({ limits: { spans }, told: [] });
    expect(
      read({
        OTEL_LOGRECORD_ATTRIBUTE_VALUE_LENGTH_LIMIT: '7',
        OTEL_LOGRECORD_ATTRIBUTE_COUNT_LIMIT: '0',
      }),
    ).toEqual({ limits: { logRecords: { valueLength: 7, attributes: 0 } }, told: [] });
  });

  test('the general ones count where the model has none', () => {
    const general = { OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT: '10', OTEL_ATTRIBUTE_COUNT_LIMIT: '20' };
    const spans = { valueLength: 10, attributes: 20, eventAttributes: 20, linkAttributes: 20 };
    expect(read(general).limits).toEqual({ spans, logRecords: { valueLength: 10, attributes: 20 } });
    const own = { ...general, OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT: '30' };
    expect(read(own).limits).toMatchObject({ spans: { ...spans, attributes: 30 } });
  });

  test.each(['-1', '1.5', 'many', '1e3', '99999999999999999999'])(
    '%s is told, and the next best counts',
    (bad) => {
      const name = 'OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT';
      expect(read({ [name]: bad })).toEqual({ limits: undefined, told: [name] });
      expect(read({ [name]: bad, OTEL_ATTRIBUTE_COUNT_LIMIT: '9' }).limits?.spans?.attributes).toBe(9);
    },
  );

  test('are shown with who set them', () => {
    const resolution = resolve({ OTEL_ATTRIBUTE_COUNT_LIMIT: '9', OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT: '3' });
    const told = resolution.status === 'send' ? resolution.choices : [];
    const limits = told.filter(({ setting }) => setting.startsWith('limits.'));
    expect(limits.map(({ setting, shown, from }) => [setting, shown, from.split(' ')[0]])).toEqual([
      ['limits.attributes', '3', 'OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT'],
      ['limits.eventAttributes', '9', 'OTEL_ATTRIBUTE_COUNT_LIMIT'],
      ['limits.linkAttributes', '9', 'OTEL_ATTRIBUTE_COUNT_LIMIT'],
    ]);
  });

  test('count beside destinations of the config file, and a project cannot set one', () => {
    config({ mine: { endpoint: 'http://mine' } });
    const limits = { resource: { attributeLimits: { spans: { events: 3 } } } };
    expect(resolve({ OTEL_SPAN_EVENT_COUNT_LIMIT: '3' })).toMatchObject(limits);
    project({ OTEL_SPAN_EVENT_COUNT_LIMIT: '1' });
    expect(resolve({ OTEL_SPAN_EVENT_COUNT_LIMIT: '3' })).toMatchObject(limits);
  });
});

/** For those that are sent today. */
function resolveAsIs(environment: Record<string, string>): Resolution {
  return resolveDestinations(context(environment));
}

/** With all signals asked for. */
function resolve(environment: Record<string, string>): Resolution {
  return resolveDestinations(context({ ...ASKED, ...environment }));
}

function context(environment: Record<string, string>) {
  return {
    dir: join(root, 'state'),
    home: join(root, 'home'),
    environment,
    hookVariables: new Map<string, string>(),
    projectDirs: [join(root, 'project')],
    managedFolder: join(root, 'managed'),
  };
}

function destinations(resolution: Resolution) {
  if (resolution.status !== 'send') throw new Error(resolution.why);
  return resolution.destinations;
}

function config(
  entries: Readonly<Record<string, object>>,
  rule?: readonly [string, readonly string[]],
): void {
  const folders = rule === undefined ? {} : { [rule[0]]: { destinations: rule[1] } };
  const destinations: Record<string, object> = {};
  for (const [name, entry] of Object.entries(entries)) destinations[name] = { signals: SIGNALS, ...entry };
  write('home/.config/turnspan/config.json', { destinations, folders });
}

function project(env: Record<string, string>): void {
  write('project/.claude/settings.json', { env });
}

function write(path: string, content: unknown): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), JSON.stringify(content));
}
