// Every scenario with every client that is asked for: `npm run test:real` (scripts/test-real.mjs), which also prints the table.
// Always: a client that cannot be fetched, and a scenario that a version does not know, count as skipped and say why.
import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { allScenarios } from './all-scenarios.ts';
import type { Fault } from './evidence.ts';
import { deltasOf, enoughToJudge, offAtTheMedian, type Delta } from './judge/times.ts';
import { tell } from './results.ts';
import { isShort, runsToMake } from './runs.ts';
import type { Scenario } from './scenario.ts';
import { MOST_UNSTEADY, playOnce, playUntilSure } from './steady.ts';
import { fetchClient } from './support/clients.ts';

const scenarios = await allScenarios();
const hasTmux = spawnSync('tmux', ['-V']).status === 0;
const unsteady: string[] = [];

for (const { version, skipped, runs } of runsToMake(scenarios)) {
  const client = await fetchClient(version);
  describe(`Claude Code ${version}`, () => {
    const times = new Map<Scenario, readonly Delta[]>();
    for (const [name, because] of skipped) tell({ name, version, result: 'unknown', because });
    for (const scenario of runs) {
      const { name, mode } = scenario;
      if (client.kind === 'unavailable' || (mode === 'terminal' && !hasTmux)) {
        const because = client.kind === 'unavailable' ? client.because : 'tmux is not installed';
        tell({ name, version, mode, result: 'skipped', because });
        test.skip(`${name}: ${because}`, () => {});
        continue;
      }
      test.concurrent(name, async () => {
        const verdict = await playUntilSure(() => playOnce(scenario, client), isShort());
        const { outcome, faults, log, plays } = verdict;
        const byChance = verdict.unsteady.filter(({ isTime }) => isTime !== true);
        const deltas = outcome === undefined ? [] : deltasOf(outcome.evidence);
        times.set(scenario, deltas);
        tell({
          ...{ name, version, mode, deltas },
          result: faults.length > 0 ? 'faults' : byChance.length > 0 ? 'unsteady' : 'ok',
          faults: [...faults, ...byChance],
          ...(outcome !== undefined && { hooks: outcome.evidence.written.hooks }),
          ...(plays > 1 && {
            notes: [
              `${version}, ${name}: played ${plays} times, the first time ${firstOf(verdict.unsteady)}`,
            ],
          }),
        });
        if (byChance.length > 0) {
          unsteady.push(`${version} ${name}`);
          process.stdout.write(`UNSTEADY ${version} ${name}\n${log}\n`);
        }
        expect(
          faults.map(({ rule, what }) => `${rule}: ${what}`),
          log,
        ).toEqual([]);
      });
    }
    // After the others, because it does not run beside them.
    test.skipIf(client.kind === 'unavailable')('times of all scenarios together', async () => {
      let faults = offAtTheMedian([...times.values()].flat());
      if (faults.length > 0 && client.kind !== 'unavailable') {
        // The machine was busy, or Turnspan is wrong: then it is wrong again, one scenario after the other.
        const again: Delta[] = [];
        for (const scenario of enoughToJudge(times, faults)) {
          const { outcome } = await playOnce(scenario, client);
          if (outcome !== undefined) again.push(...deltasOf(outcome.evidence));
        }
        faults = offAtTheMedian(again);
      }
      tell({ name: 'times of all together', version, result: faults.length === 0 ? 'ok' : 'faults', faults });
      expect(faults).toEqual([]);
    });
  });
}

test('few faults come by chance', () => {
  expect(unsteady.length, unsteady.join(', ')).toBeLessThanOrEqual(MOST_UNSTEADY);
});

function firstOf([fault]: readonly Fault[]): string {
  return fault === undefined ? 'wrong too' : `${fault.rule}: ${fault.what}`;
}
