// docs/commands.md names every key that `--json` prints, each in the chapter of its command, and no other.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import * as z from 'zod';
import { configSchema } from '../../src/cli/config.ts';
import { installSchema } from '../../src/cli/install-report.ts';
import { logLineSchema } from '../../src/cli/logs.ts';
import { pauseSchema } from '../../src/cli/pause.ts';
import { resumeSchema } from '../../src/cli/resume.ts';
import { retrySchema } from '../../src/cli/retry.ts';
import { statusSchema } from '../../src/cli/status-report.ts';
import { uninstallSchema } from '../../src/cli/uninstall.ts';

const text = readFileSync(join(import.meta.dirname, '../../docs/commands.md'), 'utf8');

test.each([
  ['install', installSchema],
  ['uninstall', uninstallSchema],
  ['status', statusSchema],
  ['config', configSchema],
  ['logs', logLineSchema],
  ['pause', pauseSchema],
  ['resume', resumeSchema],
  ['retry', retrySchema],
] as const)('turnspan %s', (name, schema) => {
  const chapter = text.split('\n## ').find((part) => part.startsWith(`turnspan ${name}\n`)) ?? '';
  const documented = [...chapter.matchAll(/^\| `(\w+)` +\|(.*)\|$/gm)].map(([, key = '', what]) => ({
    key,
    words: [...(what ?? '').matchAll(/`(\w+)`/g)].map(([, word]) => word),
  }));
  const keys = keysOf(z.toJSONSchema(schema));
  expect(documented.map(({ key }) => key)).toEqual(keys.map(({ key }) => key));
  for (const { key, below } of keys) {
    const words = documented.find((one) => one.key === key)?.words;
    expect(words).toEqual(expect.arrayContaining(below));
  }
});

interface JsonSchema {
  readonly properties?: Readonly<Record<string, unknown>>;
  readonly items?: unknown;
  readonly anyOf?: readonly unknown[];
}

/** The keys of an object, with those of the objects in it. */
function keysOf(schema: unknown): { key: string; below: string[] }[] {
  const { properties = {}, items, anyOf = [] } = schema as JsonSchema; // What zod makes is an object.
  return [
    ...Object.entries(properties).map(([key, value]) => ({ key, below: namesIn(value) })),
    ...(items === undefined ? [] : keysOf(items)),
    ...anyOf.flatMap(keysOf),
  ];
}

function namesIn(schema: unknown): string[] {
  return keysOf(schema).flatMap(({ key, below }) => [key, ...below]);
}
