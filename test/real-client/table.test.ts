// The table of supported versions and what is said below it.
import { expect, test } from 'vitest';
import type { Result } from './results.ts';
import { runsToMake } from './runs.ts';
import type { Scenario } from './scenario.ts';
import { play } from './support/model-script.ts';
import { lastLine, notesOf, summaryOf, tableOf } from './table.ts';

const results: readonly Result[] = [
  { name: 'plain', version: '2.1.329', result: 'ok', hooks: [{ command: ':', ms: 3 }, { command: 'sh', ms: 8 }] }, // prettier-ignore
  { name: 'plain', version: '2.0.50', result: 'skipped', because: 'npm: E404' },
  { name: 'nested', version: '2.1.329', result: 'faults', faults: [{ rule: 'a span once', what: 'x\ny' }] },
  { name: 'nested', version: '2.0.50', result: 'unknown', because: 'known from 2.1.220 on' },
];

test('has a row for each scenario and a column for each version', () => {
  expect(tableOf(results).split('\n')).toEqual([
    '| scenario | 2.1.329 | 2.0.50  |',
    '| -------- | ------- | ------- |',
    '| plain    | ok      | skipped |',
    '| nested   | 1 fault | -       |',
  ]);
});

test('the short one counts what was played, by kind', () => {
  const told = results.map((one) => ({ ...one, mode: 'headless' as const }));
  expect(summaryOf([...told, { name: 'esc', version: '2.1.329', mode: 'terminal', result: 'ok' }])).toBe(
    [
      '| Claude Code | without a terminal | in a terminal |',
      '| ----------- | ------------------ | ------------- |',
      '| 2.1.329     | 1 of 2             | 1 of 1        |',
      '| 2.0.50      | -                  | -             |',
    ].join('\n'),
  );
});

test('names each fault, each reason and the cost of the hook', () => {
  expect(notesOf(results)).toEqual([
    '2.1.329, nested: a span once: x',
    '2.0.50: skipped, npm: E404',
    'nested: known from 2.1.220 on',
    '2.1.329, the Stop hook as the client measures it: 8 ms at the median, a hook that is `:` 3 ms',
  ]);
});

test('says in its last line what was not tried', () => {
  expect(lastLine(results)).toBe(
    'Real client: 1 ok, 1 with faults, 0 UNSTEADY, 1 SKIPPED (not to be had: 2.0.50), 1 not known to that version.',
  );
});

const scenario = (name: string, more: Partial<Scenario> = {}): Scenario => ({
  ...{ name, mode: 'headless', script: play({}), drive: () => Promise.resolve(), expects: { turns: [] } },
  ...more,
});

test('older clients play what they know without a terminal, on the short list only what is on it', () => {
  const all = [scenario('plain', { short: true }), scenario('new', { from: '2.1.220' }), scenario('screen', { mode: 'terminal' })]; // prettier-ignore
  const names = (env: NodeJS.ProcessEnv) =>
    runsToMake(all, env).map(({ version, runs }) => `${version}: ${runs.map(({ name }) => name).join(' ')}`);
  expect(names({})).toEqual(
    expect.arrayContaining(['2.1.329: plain new screen', '2.1.220: plain new', '1.0.128: plain']),
  );
  expect(names({ TURNSPAN_REAL_SHORT: '1' })).toEqual(
    expect.arrayContaining(['2.1.329: plain new screen', '2.1.220: plain', '1.0.128: plain']),
  );
  expect(names({ TURNSPAN_REAL_CLIENT: '2.1.150' })).toEqual(['2.1.150: plain screen']);
  expect(names({ TURNSPAN_REAL_ONLY: 'pla', TURNSPAN_REAL_CLIENT: '2.1.329' })).toEqual(['2.1.329: plain']);
});
