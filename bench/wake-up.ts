// What a whole wake-up costs when a short turn was added to a transcript that had been read before: with 1 MB and with
// 200 MB before it; and with metrics beside the spans. The worker's real process from its start to its end: ticket, state, ledger, reading, spans, outbox, and
// the delivery over HTTP to a backend on loopback that takes them.
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { median, ratioOf, takeTurns, type Run } from './alternate.ts';
import { startBackends } from './hook-support/backends.ts';
import { runChild } from './child.ts';
import { openBenchInstallation, startClient, type BenchInstallation } from './installation.ts';
import type { Figure } from './outcome.ts';
import { RATIO_BOUND, SIZES } from './reading.ts';
import { shortTurn } from './recorded-turn.ts';
import { MB, writeTranscript } from './transcript.ts';

/** Spans that the project's other sessions sent before: a year of heavy use. */
const HISTORY = 300_000;

/** Metrics may add a tenth. */
const METRICS_BOUND = 1.1;

export async function benchWakeUp(folder: string): Promise<Figure[]> {
  const backends = await startBackends();
  const client = await startClient(backends.urls.up);
  const counting = await startClient(backends.urls.up, { OTEL_METRICS_EXPORTER: 'otlp' });
  try {
    const place = (name: string, its = client): BenchInstallation =>
      openBenchInstallation(join(folder, name), its);
    const old = place('old');
    const runs = [
      await wakeUp(place('small'), SIZES[0]),
      await wakeUp(place('metrics', counting), SIZES[0]),
      await wakeUp(place('large'), SIZES[1]),
      await wakeUp(old, 1),
    ];
    old.addHistory(HISTORY);
    const times = await takeTurns(runs, 51, 3);
    const [small = NaN, counted = NaN, large = NaN, late = NaN] = times.map(median);
    return [
      { name: `the worker, start to end, after ${SIZES[0]} MB`, value: small, unit: 'ms' },
      { name: `the worker, start to end, after ${SIZES[1]} MB`, value: large, unit: 'ms' },
      { name: 'ratio of the whole wake-up', value: large / small, unit: '×', bound: RATIO_BOUND },
      { name: `with metrics, after ${SIZES[0]} MB`, value: counted, unit: 'ms' },
      { name: 'ratio with metrics', value: ratioOf(times[0], times[1]), unit: '×', bound: METRICS_BOUND },
      { name: `after 1 MB, the project having sent ${HISTORY / 1000},000 spans`, value: late, unit: 'ms' },
    ];
  } finally {
    client.stop();
    counting.stop();
    backends.stop();
  }
}

/** Lets a worker read and send the whole transcript, and gives what adds a turn to it and wakes a worker for that turn. */
async function wakeUp(installation: BenchInstallation, size: number): Promise<Run> {
  const { transcript, worker, leaveTicket, sent } = installation;
  let turns = writeTranscript(transcript, size * MB);
  await leaveTicket();
  await runChild(worker.args, worker);
  const turn = shortTurn();
  return async () => {
    const before = sent();
    appendFileSync(transcript, turn(turns++));
    await leaveTicket();
    const time = await runChild(worker.args, worker);
    const more = sent() - before;
    if (more !== 2) throw new Error(`the new turn has 2 spans, but ${more} were sent`);
    return time;
  };
}
