// The compose files and configurations of the backends, held to the compose specification's schema and to what their own comments
// promise. What the programs make of them is tested with the real ones (test/backends/).
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { parseDocument } from 'yaml';
import { programs } from '../../collector/real/programs.mjs';
import { alwaysAttributes, contentAttributes } from '../support/documented-attributes.ts';

const REPOSITORY = resolve(import.meta.dirname, '../..');

/** As far as these tests read it; `held to the schema` is what makes it so. */
interface Compose {
  readonly services: Readonly<Record<string, Service>>;
  readonly volumes?: Readonly<Record<string, unknown>>;
}

interface Service {
  readonly image?: string;
  readonly command?: readonly string[];
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly healthcheck?: object;
  readonly depends_on?: Readonly<Record<string, unknown>>;
  readonly 'x-no-health-check'?: string;
}

/** A configuration of the Collector or of Jaeger, or what is laid over one. */
interface Configuration {
  readonly processors?: Readonly<Record<string, unknown>>;
  readonly exporters?: Readonly<Record<string, Exporter | null>>;
  readonly service?: {
    readonly pipelines?: Readonly<Record<string, { readonly processors?: readonly string[] | string }>>;
  };
}

interface Exporter {
  readonly sending_queue?: { readonly storage?: string; readonly block_on_overflow?: boolean };
  readonly retry_on_failure?: { readonly max_elapsed_time?: number };
}

const composeFiles = ['collector', 'collector/gateway']
  .flatMap((folder) => readdirSync(join(REPOSITORY, folder)).map((name) => `${folder}/${name}`))
  .filter((file) => /\/compose[^/]*\.yaml$/.test(file))
  .sort();
/** What each is laid over. */
const BELOW: Readonly<Record<string, string>> = {
  'collector/compose.langfuse.yaml': 'collector/compose.yaml',
  'collector/gateway/compose.tls.yaml': 'collector/gateway/compose.yaml',
};
const base = readYaml('otel-collector-config.yaml') as Configuration;
const collectorFiles = [
  'otel-collector-config.yaml',
  ...['agent', 'gateway', 'clickhouse', 'tls'].map((name) => `collector/gateway/${name}.yaml`),
];

test('all compose files are known here', () => {
  expect(composeFiles).toEqual(
    ['collector/compose.yaml', 'collector/gateway/compose.yaml', ...Object.keys(BELOW)].sort(),
  );
});

describe.each(composeFiles)('%s', (file) => {
  const text = readText(file);
  const { services, volumes = {} } = readYaml(file) as Compose;
  const below = BELOW[file] === undefined ? undefined : (readYaml(BELOW[file]) as Compose);
  const own = Object.entries(services).filter(([name]) => below?.services[name] === undefined);

  test('is what the compose specification allows', () => {
    // Types and required names stand in branches that lack the other half, which is no fault of a schema.
    const ajv = new Ajv2020({ strict: true, strictTypes: false, strictRequired: false, allErrors: true });
    const valid = ajv.compile(readJson('test/collector/compose-spec/compose-spec.json'));
    valid(readYaml(file));
    expect(valid.errors ?? []).toEqual([]);
  });

  test('pins every image to a version', () => {
    for (const [name, { image }] of own) {
      expect(image, name).toMatch(/^[\w./-]+:(v?\d+\.\d+(\.\d+)*|RELEASE\.\d{4}-\d\d-\d\dT\d\d-\d\d-\d\dZ)$/);
    }
  });

  test('publishes ports on 127.0.0.1 alone; on another address only with TLS on both sides', () => {
    for (const [name, { ports = [], command = [] }] of Object.entries(services)) {
      const opened = command.includes('--config=/etc/otelcol/tls.yaml');
      for (const port of ports) {
        expect(port, name).toMatch(opened ? /^\$\{GATEWAY_LISTEN:\?[^}]+\}:/ : /^127\.0\.0\.1:/);
      }
    }
  });

  test('says of every service how its health is asked, or why not', () => {
    for (const [name, service] of own) {
      const { healthcheck, 'x-no-health-check': reason } = service;
      expect(healthcheck === undefined ? reason : 'has one', name).toMatch(/has one|.{20}/);
    }
  });

  test('mounts files that are there, and volumes that it names', () => {
    for (const [name, { volumes: mounts = [] }] of Object.entries(services)) {
      for (const source of mounts.map((mount) => mount.slice(0, mount.indexOf(':')))) {
        if (source.startsWith('.')) {
          const path = join(REPOSITORY, dirname(file), source);
          expect(existsSync(path), `${name}: ${relative(REPOSITORY, path)}`).toBe(true);
        } else expect({ ...volumes, ...below?.volumes }, name).toHaveProperty([source]);
      }
    }
  });

  test('waits for services that there are', () => {
    for (const { depends_on: needed = {} } of Object.values(services))
      for (const name of Object.keys(needed)) expect(services).toHaveProperty([name]);
  });

  test('has no default for a secret, and none written in it', () => {
    const variables = [...text.matchAll(/\$\{(\w+)(:[-?])?([^}]*)\}/g)];
    const secrets = variables.filter(([, name]) => /PASSWORD|SECRET|SALT|_KEY|AUTH/.test(name!));
    for (const [whole, , kind, rest] of secrets)
      expect(kind === ':?' || rest === '', `${whole} has a default`).toBe(true);
    const written = [...text.matchAll(/^ *(\w*(?:PASSWORD|SECRET|SALT|ENCRYPTION_KEY)\w*): *(.+)$/gm)];
    for (const [line, , value] of written) expect(value, line).toMatch(/^\$\{/);
  });
});

test('compose runs the releases that the tests build', () => {
  const { services } = readYaml('collector/compose.yaml') as Compose;
  const minor = (version: string) => Number(version.split('.')[1]);
  expect(services['collector']?.image).toMatch(new RegExp(`:${programs.otelcol.version}$`));
  // Modules of Jaeger 2.N are numbered 1.(N + 63), those of Prometheus 3.N are 0.(300 + N).
  expect(services['jaeger']?.image).toMatch(new RegExp(`:2\\.${minor(programs.jaeger.version) - 63}\\.`));
  expect(services['prometheus']?.image).toMatch(
    new RegExp(`:v3\\.${minor(programs.prometheus.version) - 300}\\.`),
  );
  const team = (readYaml('collector/gateway/compose.yaml') as Compose).services;
  for (const name of ['jaeger', 'prometheus']) expect(team[name]?.image).toBe(services[name]?.image);
  for (const name of ['gateway-1', 'gateway-2']) expect(team[name]?.image).toBe(services['collector']?.image);
});

test('Grafana asks services of compose.yaml', () => {
  const { services } = readYaml('collector/compose.yaml') as Compose;
  const { datasources } = readYaml('collector/grafana/provisioning/datasources/turnspan.yaml') as {
    datasources: readonly { readonly url: string; readonly uid: string }[];
  };
  for (const { url } of datasources) expect(services).toHaveProperty([new URL(url).hostname]);
  expect(new Set(datasources.map(({ uid }) => uid)).size).toBe(datasources.length);
});

describe.each([...collectorFiles, 'collector/jaeger.yaml'])('%s', (file) => {
  const configuration = readYaml(file) as Configuration;
  const pipelines = Object.entries(configuration.service?.pipelines ?? {});

  test('has no batch processor: that answers before anything is on disk', () => {
    expect(Object.keys(configuration.processors ?? {}).filter(isBatch)).toEqual([]);
    for (const [name, { processors = [] }] of pipelines)
      expect(namesIn(processors).filter(isBatch), name).toEqual([]);
  });

  test('refuses for want of memory before all else', () => {
    for (const [name, { processors }] of pipelines)
      if (processors !== undefined) expect(namesIn(processors)[0], name).toBe('memory_limiter');
  });

  test('keeps what waits on disk, and tries for ever', () => {
    for (const [name, exporter] of Object.entries(configuration.exporters ?? {})) {
      // What a file lays over the base file is asked there.
      const isOver = file !== 'otel-collector-config.yaml' && base.exporters?.[name] !== undefined;
      if (name === 'debug' || name === 'jaeger_storage_exporter' || isOver) continue;
      expect(exporter, name).toMatchObject({
        sending_queue: { storage: 'file_storage/queue' },
        retry_on_failure: { max_elapsed_time: 0 },
      });
    }
  });

  test('says at once that a queue is full, but behind the sampler, which forgets what is refused', () => {
    const isBehindSampler = /gateway\/(gateway|clickhouse)\.yaml$/.test(file);
    for (const [name, exporter] of Object.entries(configuration.exporters ?? {})) {
      if (exporter?.sending_queue === undefined) continue;
      expect(exporter.sending_queue.block_on_overflow, name).toBe(isBehindSampler);
    }
  });
});

describe('what the Collector takes out', () => {
  const { processors } = readYaml('otel-collector-config.yaml') as {
    processors: {
      'attributes/content_drop': { actions: readonly { pattern: string; action: string }[] };
      'redaction/secrets': object;
    };
  };
  const patterns = processors['attributes/content_drop'].actions.map(({ pattern }) => new RegExp(pattern));
  const isTakenOut = (name: string) => patterns.some((pattern) => pattern.test(name));

  test('with COLLECTOR_CONTENT=drop is what the documentation calls content', () => {
    expect(contentAttributes().length).toBeGreaterThan(30);
    expect(contentAttributes().filter((name) => !isTakenOut(name))).toEqual([]);
  });

  test('is nothing that leaves at every level', () => {
    const contents = contentAttributes();
    const always = alwaysAttributes().filter((name) => !contents.includes(name));
    expect(always.filter(isTakenOut)).toEqual([]);
  });

  test('is never told by names that fit tokens', () => {
    expect(processors['redaction/secrets']).not.toHaveProperty('blocked_key_patterns');
    expect(processors['redaction/secrets']).toHaveProperty('allow_all_keys', true);
  });
});

function isBatch(name: string): boolean {
  return /^batch(\/|$)/.test(name);
}

/** A list of a pipeline, also where a variable decides it and the list is its default. */
function namesIn(list: readonly string[] | string): readonly string[] {
  if (typeof list !== 'string') return list;
  return (
    /\[([^\]]*)\]/
      .exec(list)?.[1]
      ?.split(',')
      .map((name) => name.trim()) ?? []
  );
}

function readText(file: string): string {
  return readFileSync(join(REPOSITORY, file), 'utf8');
}

function readJson(file: string): object {
  return JSON.parse(readText(file)) as object;
}

/** YAML 1.1 merges (`<<`) are what compose reads; `!override` is its own tag, and the value below it what counts here. */
function readYaml(file: string): unknown {
  const override = { tag: '!override', collection: 'seq' as const };
  const document = parseDocument(readText(file), { merge: true, customTags: (tags) => [...tags, override] });
  expect([...document.errors, ...document.warnings], file).toEqual([]);
  return document.toJS();
}
