// The scenarios as the runs with the real client find them: looked at here, because such a run comes late.
import { expect, test } from 'vitest';
import { allScenarios } from './all-scenarios.ts';
import { runsToMake } from './runs.ts';
import { newest } from './versions.ts';

test('each file of scenarios/ gives scenarios only, and the newest client plays all of them, headless ones first', async () => {
  const all = await allScenarios();
  const modes = all.map(({ mode }) => mode);
  expect(modes).toEqual([...modes].sort());
  expect(new Set(modes)).toEqual(new Set(['headless', 'terminal']));
  const [first] = runsToMake(all, {});
  expect(first).toMatchObject({ version: newest, skipped: [] });
  expect(first?.runs.map(({ name }) => name)).toEqual(all.map(({ name }) => name));
});
