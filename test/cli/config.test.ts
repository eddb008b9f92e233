// `turnspan config`: each value with who set it, as text and as JSON, and no secret in either.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { configSchema } from '../../src/cli/config.ts';
import { temporaryFolder } from '../support/folders.ts';
import { turnspan, type Outcome } from './run-turnspan.ts';

const SECRET = 'sk-of-a-test';
let home: string;
beforeEach(() => {
  home = temporaryFolder();
});

test('shows what the shell sets, and what is the default', async () => {
  const { code, stdout } = await run([], {
    OTEL_EXPORTER_OTLP_ENDPOINT: `http://ada:${SECRET}@127.0.0.1:4318`,
    OTEL_EXPORTER_OTLP_HEADERS: `key=${SECRET}`,
  });
  expect(code).toBe(0);
  expect(stdout).toMatch(/endpoint +http:\/\/127\.0\.0\.1:4318\/v1\/traces +OTEL_EXPORTER_OTLP_ENDPOINT/);
  expect(stdout).toMatch(/headers\.key +\(set\) +OTEL_EXPORTER_OTLP_HEADERS/);
  expect(stdout).toMatch(/content +none +default/);
  expect(stdout).not.toContain(SECRET);
});

test('--json has the documented form, with the names of several destinations', async () => {
  configure({ destinations: { near: { preset: 'jaeger' }, far: { endpoint: 'http://127.0.0.1:1' } } });
  const shown = configSchema.parse(JSON.parse((await run(['--json'])).stdout));
  expect(shown).toMatchObject({ status: 'send', why: null });
  expect([...new Set(shown.settings.map(({ destination }) => destination))]).toEqual([
    'near',
    'far',
    undefined,
  ]);
});

test('says why everything waits, and ends with 1', async () => {
  configure({
    destinations: { team: { endpoint: 'http://127.0.0.1:1', headers: { Key: { env: 'NOT_THERE' } } } },
  });
  const { code, stdout } = await run([]);
  expect(code).toBe(1);
  expect(stdout).toContain('Everything waits: the destination team');
});

function run(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Outcome> {
  return turnspan(['config', ...args], { HOME: home, ...env }, home);
}

function configure(content: unknown): void {
  mkdirSync(join(home, '.config/turnspan'), { recursive: true });
  writeFileSync(join(home, '.config/turnspan/config.json'), JSON.stringify(content));
}
