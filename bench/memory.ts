// The most memory that a process ever had while it read huge transcripts: `turnspan export` to a file, and a worker that
// sees a session for the first time.
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { startBackends } from './hook-support/backends.ts';
import { bundle, peakOf } from './child.ts';
import { openBenchInstallation, startClient } from './installation.ts';
import type { Figure } from './outcome.ts';
import { SESSION_ID } from './recorded-turn.ts';
import { MB, writeTranscript, writeTranscriptWithLine } from './transcript.ts';

/** What the issue promises. */
const BOUND_MB = 300;

export async function benchMemory(folder: string): Promise<Figure[]> {
  mkdirSync(folder, { recursive: true });
  const exported = join(folder, 'out.jsonl');
  const exportPeak = (transcript: string, content: string): Promise<number> =>
    peakOf(folder, [bundle('turnspan'), 'export', transcript, '--file', exported, '--content', content]);

  const backends = await startBackends();
  const client = await startClient(backends.urls.up);
  try {
    const { transcript: huge, worker, leaveTicket, sent } = openBenchInstallation(folder, client);
    writeTranscript(huge, 1024 * MB);
    await leaveTicket();
    const workerPeak = await peakOf(folder, worker.args, worker);
    if (sent() === 0) throw new Error('the worker sent nothing');
    const none = await exportPeak(huge, 'none');
    const full = await exportPeak(huge, 'full');
    rmSync(huge);

    const line = join(folder, 'line', `${SESSION_ID}.jsonl`);
    writeTranscriptWithLine(line, 50 * MB);
    return [
      { name: 'export of 1 GB, content none', value: none, unit: 'MB', bound: BOUND_MB },
      { name: 'export of 1 GB, content full', value: full, unit: 'MB', bound: BOUND_MB },
      { name: 'worker, first sight of 1 GB, content none', value: workerPeak, unit: 'MB', bound: BOUND_MB },
      {
        name: 'export with one line of 50 MB, content none',
        value: await exportPeak(line, 'none'),
        unit: 'MB',
      },
      {
        name: 'export with one line of 50 MB, content full',
        value: await exportPeak(line, 'full'),
        unit: 'MB',
      },
    ];
  } finally {
    client.stop();
    backends.stop();
  }
}
