// A healthy installation has no finding; one that was never made says how to begin.
import { rmSync } from 'node:fs';
import { expect, test } from 'vitest';
import { treeOf } from './support/tree-of.ts';
import { examine, examineByCommand, failedIn, makePatient, namesIn } from './support/patient.ts';

test('nothing is found in a healthy installation, asked in the process and by the command', async () => {
  const patient = await makePatient();
  for (const report of [await examine(patient), await examineByCommand(patient)]) {
    expect([failedIn(report), namesIn(report)]).toEqual([[], []]);
  }
  // An empty request each time, and nothing else.
  expect(patient.backend.requests.map(({ path }) => path)).toEqual(['/v1/traces', '/v1/traces']);
});

test('looking changes nothing', async () => {
  const patient = await makePatient();
  const before = treeOf(patient.home);
  await examine(patient);
  await examineByCommand(patient, { OTEL_EXPORTER_OTLP_HEADERS: 'k=v' });
  expect(treeOf(patient.home)).toEqual(before);
});

test('where nothing is installed, it says so and how to install', async () => {
  const patient = await makePatient();
  for (const path of [patient.settings, patient.places.state, patient.places.data]) {
    rmSync(path, { recursive: true });
  }
  const report = await examine(patient);
  expect(failedIn(report)).toEqual([]);
  expect(namesIn(report)).toEqual(['hooks-missing', 'state-missing']);
  expect(JSON.stringify(report)).toContain('turnspan install');
});
