// One contract for all checks: one shape, names that are told apart, each finding documented.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { allChecks } from '../../src/doctor/all-checks.ts';
import type { Check } from '../../src/doctor/check.ts';
import { runChecks } from '../../src/doctor/run-checks.ts';
import { openContext } from '../../src/doctor/context.ts';
import { exitCodeOf, reportSchema, reportText } from '../../src/doctor/report.ts';
import { makeMachine } from '../install/support/machine.ts';

const root = join(import.meta.dirname, '../..');
const page = readFileSync(join(root, 'docs/doctor.md'), 'utf8');

test('each file in checks/ is one check, listed once, under the name of its file', () => {
  const files = readdirSync(join(root, 'src/doctor/checks')).map((name) => name.replace(/\.ts$/, ''));
  expect(allChecks.map(({ name }) => name).sort()).toEqual(files.sort());
});

test('no finding has the name of another', () => {
  const names = allChecks.flatMap(({ findings }) => Object.keys(findings));
  expect(names).toEqual([...new Set(names)]);
});

describe.each(allChecks)('$name', (check) => {
  test('says what holds, and what each finding means', () => {
    expect(check.holds).toMatch(/^[A-Z].*[^.]$/);
    expect(Object.keys(check.findings).length).toBeGreaterThan(0);
    for (const [name, meaning] of Object.entries(check.findings)) {
      expect(name).toMatch(/^[a-z]+(-[a-z]+)*$/);
      expect(meaning).toMatch(/^[A-Z`].*\.$/);
    }
  });

  test('is documented, finding by finding, in docs/doctor.md', () => {
    for (const [name, meaning] of Object.entries(check.findings)) {
      const row = page.split('\n').find((line) => line.startsWith(`| \`${name}\``));
      expect(row, name).toContain(meaning);
    }
  });

  test('can be made where there is nothing at all, and changes nothing there', async () => {
    const { home, places } = makeMachine();
    const context = await openContext({ places, env: {}, cwd: home, managedFolder: join(home, 'managed') });
    const report = await runChecks([check], context, '0.1.0');
    expect(report.status).not.toBe('failed');
    const declared = Object.keys(check.findings);
    for (const { findings } of report.checks)
      for (const { name } of findings) expect(declared).toContain(name);
    expect(readdirSync(home)).toEqual([]);
  });
});

test('docs/doctor.md tells of no finding that there is not', () => {
  const told = [...page.matchAll(/^\| `([a-z-]+)` /gm)].map(([, name]) => name);
  expect(told.sort()).toEqual(allChecks.flatMap(({ findings }) => Object.keys(findings)).sort());
});

test('a check that could not be made stops no other, tells no text of what was thrown, and ends with 2', async () => {
  const { home, places } = makeMachine();
  const context = await openContext({ places, env: {}, cwd: home, managedFolder: home });
  const shape = { holds: 'It holds', findings: {} };
  const broken: Check = {
    ...shape,
    name: 'broken',
    run: () => {
      throw new Error('secret');
    },
  };
  const report = await runChecks([broken, { ...shape, name: 'fine', run: () => [] }], context, '0.1.0');
  expect(report.checks.map(({ status }) => status)).toEqual(['failed', 'ok']);
  expect(exitCodeOf(report)).toBe(2);
  expect(JSON.stringify(report) + reportText(report)).not.toContain('secret');
  expect(reportSchema.parse(report)).toEqual(report);
});
