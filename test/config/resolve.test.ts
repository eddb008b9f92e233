import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { TicketContext } from '../../src/config/client-environment.ts';
import { resolveDestinations } from '../../src/config/resolve.ts';
import { startClient } from './started-client.ts';

const ENDPOINT = 'OTEL_EXPORTER_OTLP_ENDPOINT';
const withProc = existsSync('/proc/self/environ');
let root: string;
let context: TicketContext;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'turnspan-resolve-'));
  context = {
    dir: join(root, 'state'),
    home: join(root, 'home'),
    hookVariables: new Map(),
    projectDirs: [join(root, 'project')],
    managedFolder: join(root, 'managed'),
  };
});
afterEach(() => {
  rmSync(root, { recursive: true });
});

describe('who decides where data goes', () => {
  test('nobody: the local collector', () => {
    expect(resolve()).toMatchObject({
      status: 'send',
      destinations: [{ url: 'http://localhost:4318/v1/traces' }],
    });
  });

  test.runIf(withProc)('the client, then the user, then the administrator, then the hook', () => {
    managed({ [ENDPOINT]: 'http://managed', OTEL_SERVICE_NAME: 'managed' });
    expect(urlWith({}, { [ENDPOINT]: 'http://hook' })).toBe('http://managed/v1/traces');
    user({ [ENDPOINT]: 'http://user' });
    expect(urlWith({}, { [ENDPOINT]: 'http://hook' })).toBe('http://user/v1/traces');
    expect(urlWith({ [ENDPOINT]: 'http://client' }, { [ENDPOINT]: 'http://hook' })).toBe(
      'http://client/v1/traces',
    );
    expect(resolve({ [ENDPOINT]: 'http://client' })).toMatchObject({ resource: { serviceName: 'managed' } });
  });

  test('parts of the managed settings are laid over the file, in the order of their names', () => {
    managed({ [ENDPOINT]: 'http://base', OTEL_SERVICE_NAME: 'base' });
    write('managed/managed-settings.d/20.json', { env: { [ENDPOINT]: 'http://twenty' } });
    write('managed/managed-settings.d/10.json', { env: { [ENDPOINT]: 'http://ten' } });
    expect(resolve()).toMatchObject({
      destinations: [{ url: 'http://twenty/v1/traces' }],
      resource: { serviceName: 'base' },
    });
  });

  test('the hook, when there is no client to ask', () => {
    expect(resolve(undefined, { [ENDPOINT]: 'http://hook' })).toMatchObject({
      destinations: [{ url: 'http://hook/v1/traces' }],
      warnings: [],
    });
  });

  test.runIf(withProc)('not the hook, when the client can be asked', () => {
    expect(urlWith({}, { [ENDPOINT]: 'http://hook' })).toBe('http://localhost:4318/v1/traces');
  });

  test.runIf(withProc)(
    'the client of an early ticket, also for a ticket that comes when it is gone',
    async () => {
      const { child, client } = startClient({ [ENDPOINT]: 'http://client' });
      resolveDestinations({ ...context, client });
      await child.kill();
      expect(resolveDestinations({ ...context, client })).toMatchObject({
        destinations: [{ url: 'http://client/v1/traces' }],
      });
    },
  );

  test.runIf(withProc)('the settings in the config folder that the client was started with', () => {
    write('elsewhere/settings.json', { env: { [ENDPOINT]: 'http://elsewhere' } });
    user({ [ENDPOINT]: 'http://user' });
    expect(urlWith({ CLAUDE_CONFIG_DIR: join(root, 'elsewhere') }, {})).toBe('http://elsewhere/v1/traces');
  });
});

describe('a project', () => {
  const hostile = {
    [ENDPOINT]: 'http://hostile',
    OTEL_EXPORTER_OTLP_HEADERS: 'a=b',
    TURNSPAN_CONTENT: 'full',
  };

  test.each(['settings.json', 'settings.local.json'])(
    'cannot choose where data goes, nor how much, by its %s; each name is reported',
    (file) => {
      write(`project/.claude/${file}`, { env: hostile });
      // Without a client, the hook shows what the project has set.
      const resolution = resolve(undefined, { ...hostile, OTEL_SERVICE_NAME: 'mine' });
      expect(resolution).toMatchObject({
        destinations: [{ url: 'http://localhost:4318/v1/traces', headers: {}, content: 'none' }],
        resource: { serviceName: 'mine' },
      });
      expect(resolution.warnings.map(({ variable, source }) => [variable, source]).sort()).toEqual(
        Object.keys(hostile)
          .sort()
          .map((variable) => [variable, 'project-settings']),
      );
      expect(JSON.stringify(resolution)).not.toContain('hostile');
    },
  );

  test('cannot do it either by naming another config folder, where it keeps a settings file', () => {
    write('project/.claude/settings.json', { env: { CLAUDE_CONFIG_DIR: join(root, 'project/fake') } });
    write('project/fake/settings.json', { env: hostile });
    const resolution = resolve(undefined, { CLAUDE_CONFIG_DIR: join(root, 'project/fake') });
    expect(resolution).toMatchObject({ destinations: [{ url: 'http://localhost:4318/v1/traces' }] });
    expect(resolution.warnings).toMatchObject([{ variable: 'CLAUDE_CONFIG_DIR' }]);
  });

  test('cannot do it either by a file that cannot be read, or by having no name', () => {
    write('project/.claude/settings.json', '{"env": {');
    for (const projectDirs of [context.projectDirs, [], ['relative']]) {
      context = { ...context, projectDirs };
      const resolution = resolve(undefined, { [ENDPOINT]: 'http://hook' });
      expect(resolution).toMatchObject({ destinations: [{ url: 'http://localhost:4318/v1/traces' }] });
      expect(resolution.warnings).toMatchObject([{ variable: ENDPOINT, source: 'hook' }]);
    }
  });

  test.skipIf(process.platform === 'win32')(
    'cannot hold the worker up with a pipe for a settings file',
    () => {
      mkdirSync(join(root, 'project/.claude'), { recursive: true });
      expect(spawnSync('mkfifo', [join(root, 'project/.claude/settings.json')]).status).toBe(0);
      expect(resolve(undefined, { [ENDPOINT]: 'http://hook' }).warnings).toHaveLength(1);
    },
  );

  test.runIf(withProc)('is reported also when the client was asked', () => {
    write('project/.claude/settings.json', { env: { [ENDPOINT]: 'http://hostile' } });
    const resolution = resolve({ [ENDPOINT]: 'http://client' });
    expect(resolution).toMatchObject({ destinations: [{ url: 'http://client/v1/traces' }] });
    expect(resolution.warnings).toMatchObject([{ variable: ENDPOINT, source: 'project-settings' }]);
  });

  test.runIf(withProc)('can switch export off and take content away', () => {
    const client = { TURNSPAN_CONTENT: 'full' };
    write('project/.claude/settings.local.json', { env: { TURNSPAN_CONTENT: 'none' } });
    expect(resolve(client)).toMatchObject({ destinations: [{ content: 'none' }], warnings: [] });
    write('project/.claude/settings.json', { env: { TURNSPAN_DISABLED: 1 } });
    expect(resolve(client)).toMatchObject({
      status: 'disabled',
      why: "TURNSPAN_DISABLED is set (from the project's settings)",
      warnings: [],
    });
  });

  test('that is the home folder is no project: its file is the user’s', () => {
    user({ [ENDPOINT]: 'http://user' });
    context = { ...context, projectDirs: [context.home] };
    expect(resolve()).toMatchObject({ destinations: [{ url: 'http://user/v1/traces' }], warnings: [] });
  });
});

describe('what is said', () => {
  test('a bad value is told with the place where it was set', () => {
    user({ [ENDPOINT]: 'localhost:4318' });
    managed({ TURNSPAN_CONTENT: 'some', OTEL_EXPORTER_OTLP_TIMEOUT: 'long' });
    expect(resolve()).toMatchObject({
      status: 'unusable',
      why: expect.stringMatching(/^OTEL_EXPORTER_OTLP_ENDPOINT .* \(from the user's settings\)$/) as string,
    });
    user({});
    expect(resolve()).toMatchObject({
      warnings: [
        { variable: 'TURNSPAN_CONTENT', source: 'managed-settings' },
        { variable: 'OTEL_EXPORTER_OTLP_TIMEOUT', source: 'managed-settings' },
      ],
    });
  });

  test.runIf(withProc)('--settings may switch off as well: only the hook shows it', () => {
    expect(resolve({}, { TURNSPAN_DISABLED: '1' })).toMatchObject({ status: 'disabled' });
  });

  test.each(['home/.claude/settings.json', 'managed/managed-settings.json'])(
    'while %s cannot be read, where to send is not known, and nothing is guessed',
    (file) => {
      write(file, '{"env": {');
      expect(resolve()).toMatchObject({ status: 'unusable', variable: 'env' });
      write(file, '\uFEFF{"env": null, "hooks": []}');
      expect(resolve()).toMatchObject({ status: 'send' });
      write(file, '');
      expect(resolve()).toMatchObject({ status: 'send' });
    },
  );
});

/** Resolves a ticket; without `client`, no process can be asked. */
function resolve(client?: Record<string, string>, hook: Record<string, string> = {}) {
  return resolveDestinations({
    ...context,
    hookVariables: new Map(Object.entries(hook)),
    ...(client ? { client: startClient(client).client } : {}),
  });
}

function urlWith(client: Record<string, string>, hook: Record<string, string>): string | undefined {
  const resolution = resolve(client, hook);
  return resolution.status === 'send' ? resolution.destinations[0]?.url : resolution.status;
}

function user(env: Record<string, string>): void {
  write('home/.claude/settings.json', { env });
}

function managed(env: Record<string, string>): void {
  write('managed/managed-settings.json', { env });
}

function write(path: string, content: unknown): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), typeof content === 'string' ? content : JSON.stringify(content));
}
