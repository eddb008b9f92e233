// What is known of Claude Code's own traces: read as the client itself reads it, and never from a project.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import type { NativeSettings } from '../../src/config/native.ts';
import { resolveDestinations, type Resolution } from '../../src/config/resolve.ts';
import { temporaryFolder } from '../support/folders.ts';
import { startClient } from './started-client.ts';

const TRACED = {
  CLAUDE_CODE_ENABLE_TELEMETRY: '1',
  CLAUDE_CODE_ENHANCED_TELEMETRY_BETA: '1',
  OTEL_TRACES_EXPORTER: 'otlp',
};
const ENDPOINT = 'OTEL_EXPORTER_OTLP_ENDPOINT';
const PARENT = `00-${'1'.repeat(32)}-${'a'.repeat(16)}-01`;

let root: string;
beforeEach(() => {
  root = temporaryFolder();
});

describe('the client makes spans', () => {
  test.each<[Record<string, string>, boolean]>([
    [TRACED, true],
    [{}, false],
    [{ ...TRACED, CLAUDE_CODE_ENABLE_TELEMETRY: '0' }, false],
    [{ CLAUDE_CODE_ENABLE_TELEMETRY: '1', OTEL_TRACES_EXPORTER: 'otlp' }, false],
    [{ CLAUDE_CODE_ENABLE_TELEMETRY: 'true', ENABLE_ENHANCED_TELEMETRY_BETA: 'Yes' }, true],
  ])('%j: %s', (environment, tracing) => {
    expect(native(environment).tracing).toBe(tracing);
  });
});

describe('they are posted', () => {
  test.each<[Record<string, string>, string | undefined]>([
    [{ ...TRACED, [ENDPOINT]: 'http://one' }, 'http://one/v1/traces'],
    [{ ...TRACED, OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://one/two' }, 'http://one/two'],
    [{ ...TRACED, OTEL_TRACES_EXPORTER: 'console,otlp' }, 'http://localhost:4318/v1/traces'],
    [{ ...TRACED, OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc', [ENDPOINT]: 'http://one:4317' }, 'http://one:4317'],
    [{ ...TRACED, OTEL_TRACES_EXPORTER: 'console' }, undefined],
    [{ ...TRACED, OTEL_TRACES_EXPORTER: '' }, undefined],
    [{ [ENDPOINT]: 'http://one', OTEL_TRACES_EXPORTER: 'otlp' }, undefined],
  ])('of %j to %s', (environment, url) => {
    expect(native(environment).tracesUrl).toBe(url);
  });

  test('wherever ours go by the config file', () => {
    write('home/.config/turnspan/config.json', { destinations: { mine: { endpoint: 'http://mine' } } });
    expect(resolve({ ...TRACED, [ENDPOINT]: 'http://one' })).toMatchObject({
      destinations: [{ url: 'http://mine/v1/traces' }],
      native: { tracesUrl: 'http://one/v1/traces' },
    });
    expect(native({ ...TRACED, [ENDPOINT]: 'no URL' }).tracesUrl).toBeUndefined();
  });

  test("to what the client's settings files say, over what it was started with", () => {
    write('home/.claude/settings.json', { env: { ...TRACED, [ENDPOINT]: 'http://user' } });
    const started = { [ENDPOINT]: 'http://one', OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: '' };
    expect(native(started).tracesUrl).toBe('http://user/v1/traces');
    write('managed/managed-settings.json', { env: { [ENDPOINT]: 'http://managed' } });
    expect(native(started).tracesUrl).toBe('http://managed/v1/traces');
    // An administrator's endpoint for all signals goes before a user's for traces.
    const own = { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://own' };
    expect(native(own).tracesUrl).toBe('http://managed/v1/traces');
  });
});

describe('how ours stand beside them', () => {
  test('is said by TURNSPAN_NATIVE, else by the config file, else it is auto', () => {
    expect(native({}).mode).toBe('auto');
    write('home/.config/turnspan/config.json', { native: 'merge' });
    expect(native({}).mode).toBe('merge');
    expect(native({ TURNSPAN_NATIVE: 'Separate' }).mode).toBe('separate');
  });

  test('a word that is none of the three is told and passed over', () => {
    const resolution = resolve({ TURNSPAN_NATIVE: 'apart' });
    expect(resolution).toMatchObject({
      native: { mode: 'auto' },
      warnings: [{ variable: 'TURNSPAN_NATIVE', source: 'client' }],
    });
    expect(JSON.stringify(resolution)).not.toContain('apart');
  });
});

describe('a TRACEPARENT', () => {
  test('that the client was started with is inherited; one that only a hook has is not', () => {
    expect(native({ TRACEPARENT: PARENT }, { TRACEPARENT: 'other' }).inherited).toBe(PARENT);
    expect(native({}, { TRACEPARENT: PARENT }).inherited).toBeUndefined();
  });

  test('of a client that cannot be asked is inherited, unless the client makes spans', () => {
    expect(native(undefined, { TRACEPARENT: PARENT })).toMatchObject({
      inherited: PARENT,
      isDoubtful: false,
    });
    expect(native(undefined, { ...TRACED, TRACEPARENT: PARENT }).inherited).toBeUndefined();
  });

  test('is doubtful where the project sets one, or nobody can tell', () => {
    expect(native({}).isDoubtful).toBe(false);
    write('project/.claude/settings.json', {
      env: { TRACEPARENT: PARENT, ...TRACED, TURNSPAN_NATIVE: 'merge' },
    });
    for (const client of [{}, undefined]) {
      expect(native(client, { TRACEPARENT: PARENT, ...TRACED, TURNSPAN_NATIVE: 'merge' })).toEqual({
        mode: 'auto',
        tracing: false,
        tracesUrl: undefined,
        inherited: undefined,
        isDoubtful: true,
      });
    }
    write('project/.claude/settings.json', '{"env": {');
    expect(native({}).isDoubtful).toBe(true);
  });
});

/** Resolves a ticket; without `client`, no process can be asked. */
function resolve(client?: Record<string, string>, hook: Record<string, string> = {}): Resolution {
  return resolveDestinations({
    dir: join(root, 'state'),
    home: join(root, 'home'),
    hookVariables: new Map(Object.entries(hook)),
    projectDirs: [join(root, 'project')],
    managedFolder: join(root, 'managed'),
    ...(client ? { client: startClient(client).client } : {}),
  });
}

function native(client?: Record<string, string>, hook?: Record<string, string>): NativeSettings {
  const resolution = resolve(client, hook);
  if (!('native' in resolution)) throw new Error(resolution.why);
  return resolution.native;
}

function write(path: string, content: unknown): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), typeof content === 'string' ? content : JSON.stringify(content));
}
