// Destinations of the user's config file: several, with secrets from elsewhere; rules by folder; what a project may wish.
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { resolveDestinations, type Resolution } from '../../src/config/resolve.ts';
import { temporaryFolder } from '../support/folders.ts';
import { startClient } from './started-client.ts';

const SECRET = 'sk-of-a-test';
let root: string;
beforeEach(() => {
  root = temporaryFolder();
});

const local = { endpoint: 'http://127.0.0.1:4318' };
const team = { endpoint: 'https://otel.example.com', content: 'none' };

describe('several destinations', () => {
  test('each with its own protocol, level and limits', () => {
    config({
      destinations: {
        local: { ...local, content: 'full', protocol: 'http/json', limits: { spans: 10 } },
        team: { endpoint: 'https://otel.example.com:4317', protocol: 'grpc', certificate: '/ca.pem' },
      },
    });
    expect(resolve()).toMatchObject({
      destinations: [
        { name: 'local', encoding: 'json', content: 'full', limits: { spans: 10 }, transport: 'http' },
        {
          name: 'team',
          transport: 'grpc',
          url: 'https://otel.example.com:4317',
          content: 'none',
          tls: { certificate: '/ca.pem' },
        },
      ],
    });
  });

  test('TURNSPAN_CONTENT counts for each', () => {
    config({ destinations: { local, team: { ...team, content: 'full' } } });
    expect(resolve({ TURNSPAN_CONTENT: 'none' })).toMatchObject({
      destinations: [{ content: 'none' }, { content: 'none' }],
    });
  });

  test('none of the OTLP variables count for them: they were meant for another address', () => {
    config({ destinations: { local } });
    expect(
      resolve({ OTEL_EXPORTER_OTLP_HEADERS: `key=${SECRET}`, OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' }),
    ).toMatchObject({ destinations: [{ headers: {}, transport: 'http' }] });
  });

  test('of one address are refused, by their names', () => {
    config({ destinations: { one: local, two: local } });
    expect(resolve()).toMatchObject({
      status: 'unusable',
      why: expect.stringContaining('same address as one') as string,
    });
  });

  test('one that takes other signals alone gets no traces', () => {
    config({ destinations: { local, metrics: { ...team, signals: ['metrics'] } } });
    const signals = (): string[] => {
      const resolution = resolve();
      return resolution.status === 'send' ? resolution.destinations.map(({ signal }) => signal) : [];
    };
    expect(names(resolve())).toEqual(['local', 'metrics']);
    expect(signals()).toEqual(['traces', 'metrics']);
    config({ destinations: { metrics: { ...team, signals: ['metrics'] } } });
    expect(signals()).toEqual(['metrics']);
  });

  test('what only the file can say is told too', () => {
    config({
      destinations: { local },
      metrics: { names: 'native', attributes: ['user', 'project'] },
      events: ['prompt', 'error'],
      prices: [{ model: 'claude-opus-*', discount: 0.2 }],
    });
    const resolution = resolve();
    if (resolution.status !== 'send') throw new Error(resolution.why);
    const said = resolution.choices.map(({ setting, shown, from }) => `${setting}: ${shown} (${from})`);
    expect(said).toEqual(
      expect.arrayContaining([
        'metrics.names: native (config.json)',
        'metrics.attributes: user, project (config.json)',
        'events: prompt, error (config.json)',
        'prices: claude-opus-* (config.json)',
      ]),
    );
    expect(resolution).toMatchObject({ metrics: { names: 'native' }, warnings: [] });
  });

  test('the names of the client are not used while it counts itself', () => {
    config({ destinations: { local }, metrics: { names: 'native' } });
    const resolution = resolve({ CLAUDE_CODE_ENABLE_TELEMETRY: '1' });
    expect(resolution).toMatchObject({ metrics: { names: 'turnspan' } });
    expect(resolution.warnings).toMatchObject([{ variable: 'config.json' }]);
  });

  test('every setting is told with who set it, and no secret', () => {
    config({ destinations: { local: { ...local, headers: { Authorization: SECRET } } } });
    const resolution = resolve({ TURNSPAN_CONTENT: 'full' });
    if (resolution.status !== 'send') throw new Error(resolution.why);
    const said = resolution.choices.map(({ setting, shown, from }) => `${setting}: ${shown} (${from})`);
    expect(said).toEqual([
      'endpoint: http://127.0.0.1:4318/v1/traces (config.json)',
      'protocol: http/protobuf (default)',
      'headers.authorization: (set) (config.json)',
      "content: full (TURNSPAN_CONTENT of the client's environment)",
      'timeoutMs: 10000 (default)',
      'compression: gzip (default)',
      'native: auto (default)',
      'service.name: claude-code (default)',
    ]);
    expect(JSON.stringify(resolution.choices)).not.toContain(SECRET);
  });
});

describe('a preset', () => {
  test('brings endpoint, protocol and headers, with keys from its variables or from the file', () => {
    config({ destinations: { fuse: { preset: 'langfuse-us', parameters: { publicKey: 'pk' } } } });
    const resolution = resolve({ LANGFUSE_SECRET_KEY: SECRET });
    expect(resolution).toMatchObject({
      destinations: [
        {
          name: 'fuse',
          url: 'https://us.cloud.langfuse.com/api/public/otel/v1/traces',
          headers: {
            authorization: `Basic ${Buffer.from(`pk:${SECRET}`).toString('base64')}`,
            'x-langfuse-ingestion-version': '4',
          },
          content: 'none',
        },
      ],
    });
    const { choices } = resolution as Extract<Resolution, { status: 'send' }>;
    expect(choices[0]).toMatchObject({ setting: 'endpoint', from: 'preset langfuse-us' });
    expect(choices.map(({ setting, shown, from }) => [setting, shown, from])).toEqual(
      expect.arrayContaining([
        ['dialect', 'langfuse', 'preset langfuse-us'],
        ['limits.valueLength', '500000', 'preset langfuse-us'],
      ]),
    );
  });

  test('brings the dialect of its backend, and its limits; the file goes before', () => {
    const fuse = { preset: 'langfuse-us', parameters: { publicKey: 'pk', secretKey: SECRET } };
    const dash = { preset: 'dash0', parameters: { url: 'https://ingress.example', token: SECRET } };
    config({
      destinations: {
        fuse,
        plain: { ...fuse, preset: 'langfuse-eu', dialect: 'none' },
        dash: { ...dash, limits: { spanAgeMs: 1000 } },
        local: { ...local, dialect: 'openinference', signals: ['traces', 'logs'] },
      },
    });
    const resolution = resolve();
    expect(resolution).toMatchObject({
      destinations: [
        { name: 'fuse', dialect: 'langfuse', limits: { valueLength: 500_000 } },
        { name: 'plain', dialect: undefined },
        { name: 'dash', limits: { valueLength: 2048, spanAgeMs: 1000 } },
        { name: 'local', signal: 'traces', dialect: 'openinference' },
        { name: 'local', signal: 'logs' },
      ],
    });
    const { choices, destinations } = resolution as Extract<Resolution, { status: 'send' }>;
    expect(destinations.flatMap((one) => ('dialect' in one ? [one.signal] : []))).not.toContain('logs');
    expect(
      choices.flatMap(({ destination, setting, shown, from }) =>
        /dialect|limits/.test(setting) ? [[destination, setting, shown, from]] : [],
      ),
    ).toEqual([
      ['fuse', 'dialect', 'langfuse', 'preset langfuse-us'],
      ['fuse', 'limits.valueLength', '500000', 'preset langfuse-us'],
      ['plain', 'dialect', 'none', 'config.json'],
      ['plain', 'limits.valueLength', '500000', 'preset langfuse-eu'],
      ['dash', 'limits.valueLength', '2048', 'preset dash0'],
      ['dash', 'limits.spanAgeMs', '1000', 'config.json'],
      ['local', 'dialect', 'openinference', 'config.json'],
    ]);
    config({ destinations: { local: { ...local, dialect: 'klingon' } } });
    expect(resolve()).toMatchObject({
      status: 'unusable',
      why: expect.stringContaining('write langfuse, openinference, langsmith or none') as string,
    });
  });

  test.each([
    [{ preset: 'langfuse-us' }, 'lacks publicKey (LANGFUSE_PUBLIC_KEY;'],
    [{ preset: 'langfuse' }, 'has a preset that does not exist: write one of'],
    [{ preset: 'jaeger', parameters: { colour: SECRET } }, 'does not know: colour (it knows url, ui)'],
    [{ preset: 'jaeger', parameters: { url: { env: 'NOT_THERE' } } }, 'has a parameter url from NOT_THERE'],
  ])('%j: what is wrong is told', (destination, why) => {
    config({ destinations: { one: destination } });
    const resolution = resolve();
    expect(resolution).toMatchObject({ status: 'unusable', why: expect.stringContaining(why) as string });
    expect(JSON.stringify(resolution)).not.toContain(SECRET);
  });
});

describe('secrets', () => {
  test('come from a variable of the client, or of the user', () => {
    config({ destinations: { team: { ...team, headers: { 'X-Key': { env: 'MY_BACKEND_KEY' } } } } });
    expect(resolve({ MY_BACKEND_KEY: SECRET })).toMatchObject({
      destinations: [{ headers: { 'x-key': SECRET } }],
    });
    write('home/.claude/settings.json', { env: { MY_BACKEND_KEY: 'of-the-user' } });
    expect(resolve()).toMatchObject({ destinations: [{ headers: { 'x-key': 'of-the-user' } }] });
  });

  test('never of the project, and one that is missing is named', () => {
    config({ destinations: { team: { ...team, headers: { 'X-Key': { env: 'MY_BACKEND_KEY' } } } } });
    write('project/.claude/settings.json', { env: { MY_BACKEND_KEY: SECRET } });
    expect(resolve(undefined, { MY_BACKEND_KEY: SECRET })).toMatchObject({
      status: 'unusable',
      why: expect.stringContaining('header X-Key from MY_BACKEND_KEY') as string,
    });
  });

  test('come from a command, with the home of the user and nothing else', () => {
    const command = join(root, 'key.sh');
    writeFileSync(command, `#!/bin/sh\nprintf '%s' "$HOME|$SHOULD_NOT_BE_HERE"\n`);
    chmodSync(command, 0o755);
    process.env['SHOULD_NOT_BE_HERE'] = SECRET;
    config({ destinations: { team: { ...team, headers: { 'X-Key': { command } } } } });
    expect(resolve()).toMatchObject({ destinations: [{ headers: { 'x-key': `${join(root, 'home')}|` } }] });
    delete process.env['SHOULD_NOT_BE_HERE'];
  });

  test('headersCommand prints headers, a line each', () => {
    config({ destinations: { team: { ...team, headersCommand: "printf 'X-Key: a\\nX-Team: b: c\\n'" } } });
    expect(resolve()).toMatchObject({ destinations: [{ headers: { 'x-key': 'a', 'x-team': 'b: c' } }] });
  });

  test.each([
    [`echo ${SECRET}; exit 3`, 'ended with 3'],
    [`echo ${SECRET}`, 'prints lines that are no "Name: value"'],
  ])('a command that does not do its work is told without what it printed: %s', (headersCommand, why) => {
    config({ destinations: { team: { ...team, headersCommand } } });
    const resolution = resolve();
    expect(resolution).toMatchObject({ status: 'unusable', why: expect.stringContaining(why) as string });
    expect(JSON.stringify(resolution)).not.toContain(SECRET);
  });
});

describe('rules by folder', () => {
  const destinations = { local, team };

  test('switch off, choose destinations, and the longest that fits counts', () => {
    config({
      destinations,
      folders: { [root]: { destinations: ['team'] }, [join(root, 'project/private')]: { export: false } },
    });
    expect(names(resolve())).toEqual(['team']);
    expect(resolve({}, {}, ['project/private/deep'])).toMatchObject({
      status: 'disabled',
      why: 'the config file (config.json) switches this folder off',
    });
    expect(names(resolve({}, {}, ['project/privateer']))).toEqual(['team']);
  });

  test('opt-in sends nothing of a folder that no rule names', () => {
    config({ destinations, projects: 'opt-in', folders: { '~/work': {} } });
    expect(resolve()).toMatchObject({ status: 'disabled' });
    expect(names(resolve({}, {}, ['home/work/shop']))).toEqual(['local', 'team']);
    // In doubt, nothing.
    expect(resolve({}, {}, ['home/work/shop', 'project'])).toMatchObject({ status: 'disabled' });
    expect(resolve({}, {}, [])).toMatchObject({ status: 'disabled' });
  });

  test('a name that is no destination stops everything until someone looks', () => {
    config({ destinations, folders: { [root]: { destinations: ['tema'] } } });
    expect(resolve()).toMatchObject({ status: 'unusable', why: expect.stringContaining('tema') as string });
  });
});

describe('a project', () => {
  const destinations = { local: { ...local, content: 'full' }, team };

  test('may switch off, lower the level, add tags and pick a destination by its name', () => {
    config({ destinations });
    write('project/.turnspan.json', { content: 'none', tags: ['shop'], destination: 'local' });
    write('project/.claude/settings.json', { env: { TURNSPAN_TAGS: 'web, shop' } });
    expect(resolve({ TURNSPAN_TAGS: 'mine' })).toMatchObject({
      destinations: [{ name: 'local', content: 'none' }],
      resource: { tags: ['mine', 'web', 'shop'] },
      warnings: [],
    });
    write('project/.turnspan.json', { disabled: true });
    expect(resolve()).toMatchObject({ status: 'disabled' });
  });

  test('picks by TURNSPAN_DESTINATION too, and the user goes before it', () => {
    config({ destinations });
    write('project/.claude/settings.json', { env: { TURNSPAN_DESTINATION: 'team' } });
    expect(names(resolve())).toEqual(['team']);
    expect(names(resolve({ TURNSPAN_DESTINATION: 'local' }))).toEqual(['local']);
  });

  test('that picks what is not there changes nothing, and that is told', () => {
    config({ destinations });
    write('project/.turnspan.json', { destination: 'http://evil' });
    const resolution = resolve();
    expect(names(resolution)).toEqual(['local', 'team']);
    expect(resolution.warnings).toMatchObject([{ variable: 'TURNSPAN_DESTINATION' }]);
    expect(JSON.stringify(resolution.warnings)).not.toContain('evil');
  });

  test('cannot redirect: whatever else stands there is told by its name and ignored', () => {
    config({ destinations });
    const evil = {
      endpoint: 'http://evil',
      destinations: { local: { endpoint: 'http://evil' } },
      headers: {},
    };
    write('project/.turnspan.json', {
      ...evil,
      headersCommand: 'touch /tmp/evil',
      content: 'full',
      disabled: 'no',
    });
    const resolution = resolve();
    expect(resolution).toMatchObject({ destinations: [{ url: `${local.endpoint}/v1/traces` }, {}] });
    expect(resolution.warnings.map(({ variable }) => variable).sort()).toEqual(
      ['content', 'destinations', 'disabled', 'endpoint', 'headers', 'headersCommand'].sort(),
    );
    expect(JSON.stringify(resolution.warnings)).not.toContain('evil');
  });

  test('with a broken file wishes nothing, and that is told', () => {
    config({ destinations });
    write('project/.turnspan.json', '{');
    const resolution = resolve();
    expect(names(resolution)).toEqual(['local', 'team']);
    expect(resolution.warnings).toHaveLength(1);
  });
});

function resolve(
  client: Record<string, string> | undefined = {},
  hook: Record<string, string> = {},
  projects: readonly string[] = ['project'],
): Resolution {
  return resolveDestinations({
    dir: join(root, 'state'),
    home: join(root, 'home'),
    hookVariables: new Map(Object.entries(hook)),
    projectDirs: projects.map((name) => join(root, name)),
    managedFolder: join(root, 'managed'),
    ...(Object.keys(client).length > 0 ? { client: startClient(client).client } : {}),
  });
}

function names(resolution: Resolution): readonly string[] {
  if (resolution.status !== 'send') throw new Error(resolution.why);
  return resolution.destinations.map(({ name }) => name);
}

function config(content: unknown): void {
  write('home/.config/turnspan/config.json', content);
}

function write(path: string, content: unknown): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), typeof content === 'string' ? content : JSON.stringify(content));
}
