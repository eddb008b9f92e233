import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { buildSync } from 'esbuild';
import { expect, test } from 'vitest';

import { isTemporary } from '../../src/platform/atomic-file.ts';
import { silentLog } from '../../src/platform/log.ts';
import { metricsFolder, openMetricTotals } from '../../src/state/metric-totals.ts';
import { withBatch } from '../../src/telemetry/metrics/totals.ts';
import { temporaryFolder } from '../support/folders.ts';

const ROUNDS = 20;

test('a writer killed at any moment has counted each committed batch once, and its points never go back', async () => {
  const dir = temporaryFolder();
  const [ledger, points, writer] = [join(dir, 'ledger'), join(dir, 'points'), join(dir, 'writer.cjs')];
  buildSync({
    entryPoints: [join(import.meta.dirname, 'kill-metrics-writer.ts')],
    outfile: writer,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    mainFields: ['module', 'main'],
  });
  for (let round = 0; round < ROUNDS; round++) {
    const before = sizeOf(points);
    await runAndKill([writer, dir, ledger, points], () => sizeOf(points) > before);
    // Every other time the writer itself finds what was left.
    if (round % 2 === 0) continue;
    const known = committed(ledger);
    const totals = openMetricTotals({
      folder: metricsFolder(dir, 'one'),
      withBatch,
      isCommitted: (batchId) => known.includes(batchId),
      log: silentLog,
    });
    expect(totals.current().resources[0]?.series[0]?.sum).toBe(known.length);
    const files = readdirSync(join(dir, 'metrics', 'one')).filter((name) => !isTemporary(name));
    expect(['batches.jsonl', 'totals.json']).toEqual(expect.arrayContaining(files));
  }
  const told = readFileSync(points, 'utf8').split('\n').slice(0, -1).map((line) => line.split(' ').map(Number)); // prettier-ignore
  expect(told.length).toBeGreaterThanOrEqual(ROUNDS);
  told.reduce(([timeBefore = 0, sumBefore = 0], [time = 0, sum = 0]) => {
    expect(time).toBeGreaterThan(timeBefore);
    expect(sum).toBeGreaterThan(sumBefore);
    return [time, sum];
  }, []);
});

function sizeOf(path: string): number {
  return existsSync(path) ? statSync(path).size : 0;
}

/** Batch ids of whole lines. */
function committed(ledger: string): string[] {
  return [...readFileSync(ledger, 'utf8').matchAll(/^(\d{13}-\d+-\d{6})\n/gm)].map(([, id = '']) => id);
}

/** Runs the writer until it counted something, and kills it a random moment later. */
async function runAndKill(args: readonly string[], working: () => boolean): Promise<void> {
  const child = spawn(process.execPath, [...args], { stdio: 'ignore' });
  const gone = once(child, 'exit');
  try {
    while (!working() && child.exitCode === null) await sleep(2);
    expect(child.exitCode).toBeNull();
    await sleep(Math.random() * 12);
  } finally {
    child.kill('SIGKILL');
    await gone;
  }
}
