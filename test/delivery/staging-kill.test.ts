import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { buildSync } from 'esbuild';
import { expect, test } from 'vitest';

import { outboxFolder, stagingFolder } from '../../src/delivery/folders.ts';
import { listPending } from '../../src/delivery/outbox.ts';
import { recoverStaging } from '../../src/delivery/staging.ts';
import { idOf, temporaryFolder } from './fixtures.ts';

const ROUNDS = 30;
/** Requests that one batch has for each destination in kill-writer.ts. */
const PARTS = 2;

test('a writer killed at any moment leaves each committed batch whole and once, and no other', async () => {
  const dir = temporaryFolder();
  const writer = bundle(dir);
  const ledger = join(dir, 'ledger');
  writeFileSync(ledger, '');
  let recovered = { published: 0, deleted: 0 };
  for (let round = 0; round < ROUNDS; round++) {
    const before = committed(ledger).length;
    await runAndKill(writer, [dir, ledger], () => committed(ledger).length > before);
    const known = committed(ledger);
    const { published, deleted } = recoverStaging(
      dir,
      (batchId) => known.includes(batchId),
      Date.now() + 120_000,
    );
    recovered = { published: recovered.published + published, deleted: recovered.deleted + deleted };

    expect(readdirSync(stagingFolder(dir))).toEqual([]);
    for (const id of ['one', 'two'].map(idOf)) {
      const pending = listPending(dir, id);
      expect(pending.map(({ batchId }) => batchId)).toEqual(
        known.flatMap((batchId) => Array.from({ length: PARTS }, () => batchId)),
      );
      for (const { file, batchId } of pending) {
        const bytes = readFileSync(join(outboxFolder(dir, id), file), 'utf8');
        expect(bytes === `\n${batchId}`.repeat(500)).toBe(true);
      }
    }
  }
  // The kills fell where it hurts: before and after a commit.
  expect(recovered.deleted + recovered.published).toBeGreaterThan(0);
});

function bundle(dir: string): string {
  const outfile = join(dir, 'writer.cjs');
  buildSync({
    entryPoints: [join(import.meta.dirname, 'kill-writer.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'cjs',
  });
  return outfile;
}

/** Runs the writer until it committed something, and kills it a random moment later. */
async function runAndKill(file: string, args: readonly string[], working: () => boolean): Promise<void> {
  const child = spawn(process.execPath, [file, ...args], { stdio: 'ignore' });
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

/** Batch ids of whole lines. */
function committed(ledger: string): string[] {
  if (!existsSync(ledger)) return [];
  return [...readFileSync(ledger, 'utf8').matchAll(/^(\d{13}-\d+-\d{6})\n/gm)].map(
    ([, batchId = '']) => batchId,
  );
}
