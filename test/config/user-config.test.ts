// The user's own config file, and its place in the order of who decides.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { resolveDestinations } from '../../src/config/resolve.ts';
import { readUserConfig } from '../../src/config/user-config.ts';
import {
  rememberUserConfigFile,
  userConfigFile,
  userConfigFileOf,
} from '../../src/config/user-config-place.ts';
import { temporaryFolder } from '../support/folders.ts';

let root: string;
let file: string;
beforeEach(() => {
  root = temporaryFolder();
  file = join(root, '.config/turnspan/config.json');
});

const ONE = { destinations: { home: { endpoint: 'http://127.0.0.1:4318' } } };

describe('the file', () => {
  test('names a destination', () => {
    write(ONE);
    expect(readUserConfig(file)).toEqual({ status: 'read', content: { version: 1, ...ONE } });
  });

  test.each([undefined, '', '{}', { version: 1 }, { version: 1, destinations: {} }])(
    '%j: names none',
    (content) => {
      if (content !== undefined) write(content);
      expect(readUserConfig(file)).toEqual({ status: 'read', content: { version: 1, destinations: {} } });
    },
  );

  test.each(['auto', 'merge', 'separate'])(
    'says how the spans stand to the native ones: %s, with a destination or without',
    (native) => {
      write({ native });
      expect(readUserConfig(file)).toMatchObject({ content: { native, destinations: {} } });
      write({ native, ...ONE });
      expect(readUserConfig(file)).toMatchObject({ content: { native, ...ONE } });
    },
  );

  test.each([
    ['{', 'is not valid JSON'],
    ['[]', 'should hold one object'],
    [{ version: 2 }, 'has a value at version that cannot be used'],
    [
      { destinations: { home: { endpoint: 'secret:4318' } } },
      'destinations.home.endpoint that cannot be used: write a URL',
    ],
    [
      { destinations: { home: { endpoint: 'http://x', colour: 'secret' } } },
      'does not know: destinations.home.colour',
    ],
    [
      { destinations: { home: { endpoint: 'http://x', content: 'redacted' } } },
      'masking does not exist yet; write none or full',
    ],
    [
      { destinations: { home: { endpoint: 'http://x', headers: { key: 1 } } } },
      'destinations.home.headers.key that cannot be used: write a text',
    ],
    [{ prices: [{ model: 'a', discount: 20 }] }, 'prices.0.discount that cannot be used: write a part of 1'],
    [{ prices: [{ model: 'a', input: -1 }] }, 'prices.0.input that cannot be used: write US dollars'],
    [{ prices: [{ input: 1 }] }, 'prices.0.model that cannot be used'],
    [{ colour: 'secret' }, 'does not know: colour'],
    [{ native: 'secret' }, 'has a value at native that cannot be used: write auto, merge or separate'],
  ])('%j: is not guessed at', (content, why) => {
    write(content);
    const config = readUserConfig(file);
    expect(config).toMatchObject({ status: 'bad', why: expect.stringContaining(why) as string });
    expect(JSON.stringify(config)).not.toContain('secret');
  });

  test('has prices, in their order', () => {
    const prices = [
      { model: 'claude-opus-*', input: 4, cacheWrite1h: 0 },
      { model: '*', discount: 0.2 },
    ];
    write({ ...ONE, prices });
    expect(readUserConfig(file)).toMatchObject({ content: { prices } });
    const context = { dir: join(root, 'state'), home: root, hookVariables: new Map(), projectDirs: [] };
    expect(resolveDestinations(context)).toMatchObject({ status: 'send', prices });
  });

  test('that is a folder cannot be read', () => {
    mkdirSync(file, { recursive: true });
    expect(readUserConfig(file)).toMatchObject({ status: 'bad' });
  });
});

describe('its place', () => {
  test('is the usual one, or where an absolute XDG_CONFIG_HOME says', () => {
    expect(userConfigFile('/home/ada', {}, 'linux')).toBe('/home/ada/.config/turnspan/config.json');
    expect(userConfigFile('/home/ada', { XDG_CONFIG_HOME: '/c' }, 'linux')).toBe('/c/turnspan/config.json');
    expect(userConfigFile('/home/ada', { XDG_CONFIG_HOME: 'c' }, 'linux')).toBe(
      '/home/ada/.config/turnspan/config.json',
    );
  });

  test('is what the installation remembers', () => {
    expect(userConfigFileOf(root, '/home/ada')).toBe('/home/ada/.config/turnspan/config.json');
    rememberUserConfigFile(root, '/c/turnspan/config.json');
    expect(userConfigFileOf(root, '/home/ada')).toBe('/c/turnspan/config.json');
    writeFileSync(join(root, 'config-file.json'), '{"file": "relative"}');
    expect(userConfigFileOf(root, '/home/ada')).toBe('/home/ada/.config/turnspan/config.json');
  });
});

describe('who decides', () => {
  test('a destination of the file beats the OTLP variables, and takes none of what was meant for another address', () => {
    write(ONE);
    settings({
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://other',
      OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://other/traces',
      OTEL_EXPORTER_OTLP_HEADERS: 'authorization=secret',
      OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc',
      OTEL_SERVICE_NAME: 'mine',
      TURNSPAN_CONTENT: 'full',
    });
    expect(resolve()).toMatchObject({
      status: 'send',
      destinations: [
        {
          url: 'http://127.0.0.1:4318/v1/traces',
          headers: {},
          encoding: 'protobuf',
          content: 'full',
        },
      ],
      resource: { serviceName: 'mine' },
      warnings: [],
    });
  });

  test('without one the variables do', () => {
    write({});
    settings({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://other' });
    expect(resolve()).toMatchObject({ destinations: [{ url: 'http://other/v1/traces' }] });
  });

  test('a switch that is off stays off', () => {
    write(ONE);
    for (const off of [
      { TURNSPAN_DISABLED: '1' },
      { OTEL_SDK_DISABLED: 'true' },
      { OTEL_TRACES_EXPORTER: 'none' },
    ]) {
      settings(off);
      expect(resolve()).toMatchObject({ status: 'disabled' });
    }
  });

  test('while the file is not understood nothing is sent, and switched off stays switched off', () => {
    write('{');
    expect(resolve()).toMatchObject({ status: 'unusable', variable: 'config.json' });
    settings({ TURNSPAN_DISABLED: '1' });
    expect(resolve()).toMatchObject({ status: 'disabled' });
  });

  test('a project cannot bring a config file', () => {
    const project = join(root, 'project');
    const hostile = { XDG_CONFIG_HOME: join(project, 'config'), HOME: project };
    put(join(project, '.claude/settings.json'), { env: hostile });
    put(join(project, 'config/turnspan/config.json'), {
      destinations: { x: { endpoint: 'http://hostile' } },
    });
    put(join(project, '.config/turnspan/config.json'), {
      destinations: { x: { endpoint: 'http://hostile' } },
    });
    expect(resolve(hostile, [project])).toMatchObject({
      destinations: [{ url: 'http://localhost:4318/v1/traces' }],
    });
  });
});

function resolve(hook: Record<string, string> = {}, projectDirs: string[] = []) {
  return resolveDestinations({
    dir: join(root, 'state'),
    home: root,
    hookVariables: new Map(Object.entries(hook)),
    projectDirs,
    managedFolder: join(root, 'managed'),
  });
}

function settings(env: Record<string, string>): void {
  put(join(root, '.claude/settings.json'), { env });
}

function write(content: unknown): void {
  put(file, content);
}

function put(path: string, content: unknown): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
}
