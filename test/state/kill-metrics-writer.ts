// Run as a process of its own by metric-totals-kill.test.ts, which kills it: counts one turn a batch, without end.
// Arguments: the folder, the ledger, and the file for the points that would leave.
import { appendFileSync, existsSync, readFileSync } from 'node:fs';

import { batchIds } from '../../src/delivery/batch-id.ts';
import { appendDurable } from '../../src/platform/atomic-file.ts';
import { silentLog } from '../../src/platform/log.ts';
import { metricsFolder, openMetricTotals } from '../../src/state/metric-totals.ts';
import { increment } from '../../src/telemetry/metrics/increment.ts';
import { metricBatch, withBatch } from '../../src/telemetry/metrics/totals.ts';

const [dir = '', ledger = '', points = ''] = process.argv.slice(2);
const nextId = batchIds();
const committed = existsSync(ledger) ? readFileSync(ledger, 'utf8').split('\n') : [];
const totals = openMetricTotals({
  folder: metricsFolder(dir, 'one'),
  withBatch,
  isCommitted: (batchId) => committed.includes(batchId),
  log: silentLog,
});
const turn = increment('turns', 1, {}, {}, 'turnspan');

for (;;) {
  const batchId = nextId();
  const times = { now: Date.now(), issuedAt: totals.issuedAt() };
  totals.stage(batchId, metricBatch(totals.current(), { 'service.name': 'claude-code' }, turn, times));
  appendDurable(ledger, `\n${batchId}\n`); // the newline before it ends a line that a killed writer left torn
  totals.apply(batchId);
  const { time, resources } = totals.current();
  appendFileSync(points, `${time} ${resources[0]?.series[0]?.sum ?? 0}\n`);
}
