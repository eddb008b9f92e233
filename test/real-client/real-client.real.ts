// Every scenario with every client that is asked for: `npm run test:real` (scripts/test-real.mjs), which also prints the table.
// Always: a client that cannot be fetched, and a scenario that a version does not know, count as skipped and say why.
import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { allScenarios } from './all-scenarios.ts';
import type { Fault } from './evidence.ts';
import { deltasOf, offAtTheMedian, type Delta } from './judge/times.ts';
import { tell } from './results.ts';
import { runScenario } from './run-scenario.ts';
import { runsToMake } from './runs.ts';
import { fetchClient } from './support/clients.ts';

const scenarios = await allScenarios();
const hasTmux = spawnSync('tmux', ['-V']).status === 0;

for (const { version, skipped, runs } of runsToMake(scenarios)) {
  const client = await fetchClient(version);
  describe(`Claude Code ${version}`, () => {
    const times: Delta[] = [];
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
        try {
          const first = await runScenario(scenario, client);
          const again = first.faults.length > 0 && first.faults.every(({ isTime }) => isTime === true);
          // A client that has to wait for the machine writes later times: what is wrong with Turnspan is wrong again.
          const { evidence, faults, log } = again ? await runScenario(scenario, client) : first;
          const { hooks } = evidence.written;
          const deltas = deltasOf(evidence);
          times.push(...deltas);
          tell({ name, version, mode, result: faults.length === 0 ? 'ok' : 'faults', faults, hooks, deltas, ...(again && { notes: [`${version}, ${name}: played twice, the first time ${firstOf(first.faults)}`] }) }); // prettier-ignore
          expect(
            faults.map(({ rule, what }) => `${rule}: ${what}`),
            log,
          ).toEqual([]);
        } catch (error) {
          if (error instanceof Error && error.name !== 'AssertionError') {
            tell({ name, version, mode, result: 'faults', faults: [{ rule: 'played to its end', what: error.message.slice(0, 300) }] }); // prettier-ignore
          }
          throw error;
        }
      });
    }
    // After the others, because it does not run beside them.
    test.skipIf(client.kind === 'unavailable')('times of all scenarios together', () => {
      const faults = offAtTheMedian(times);
      tell({ name: 'times of all together', version, result: faults.length === 0 ? 'ok' : 'faults', faults });
      expect(faults).toEqual([]);
    });
  });
}

function firstOf([fault]: readonly Fault[]): string {
  return fault === undefined ? '' : `${fault.rule}: ${fault.what}`;
}
