// `turnspan doctor` as a user runs it: a line a check, and the exit code.
import { rmSync } from 'node:fs';
import { expect, test } from 'vitest';
import { reportSchema } from '../../src/doctor/report.ts';
import { allChecks } from '../../src/doctor/all-checks.ts';
import { makePatient, run } from '../doctor/support/patient.ts';

test('a healthy installation: a line a check', async () => {
  const { stdout, stderr } = await run(await makePatient(), ['doctor']);
  expect(stderr).toBe('');
  for (const { name } of allChecks) {
    // The hook is timed, and other tests run beside this one.
    if (name !== 'hook') expect(stdout).toMatch(new RegExp(`^ok +${name} +[A-Z]`, 'm'));
  }
});

test('findings: level, title, remedy and name; exit code 1', async () => {
  const patient = await makePatient();
  rmSync(patient.settings);
  patient.backend.answer({ status: 401 });
  const { code, stdout } = await run(patient, ['doctor']);
  expect(code).toBe(1);
  expect(stdout).toMatch(
    /^error +hooks +No settings file has Turnspan's hooks.*\n +→ turnspan install\n +\[hooks-missing\]$/m,
  );
  expect(stdout).toMatch(/^error +endpoint +mine \(http:.*\) refuses the key, or wants one \(HTTP 401\)$/m);
  expect(stdout).toContain('2 errors');
});

test('--json has the documented form', async () => {
  const patient = await makePatient();
  patient.backend.answer({ status: 404 });
  const { code, stdout } = await run(patient, ['doctor', '--json']);
  expect(code).toBe(1);
  expect(reportSchema.parse(JSON.parse(stdout)).status).toBe('findings');
});

test('a command line that it does not know ends with 2', async () => {
  const { code, stderr } = await run(await makePatient(), ['doctor', '--mend']);
  expect(code).toBe(2);
  expect(stderr).toContain('Usage: turnspan doctor');
});
