// The worker's way from completed things to outboxes, for destinations that take traces: nothing was sent before, and the trace
// of each turn is its own.
import type { Destination } from '../../src/config/destination.ts';
import { newBatchId } from '../delivery/fixtures.ts';
import { sessionIdOf } from '../../src/finished-session.ts';
import { createOutgoing, type Outgoing } from '../../src/outgoing.ts';
import type { Log } from '../../src/platform/log.ts';
import { openLedger } from '../../src/state/ledger.ts';
import { ownTraces } from '../../src/telemetry/trace-context.ts';

export function outgoingTo(
  dir: string,
  transcript: string,
  destinations: readonly Destination[],
  log?: Log,
): Outgoing {
  return createOutgoing({
    dir,
    destinations,
    native: { mode: 'auto', tracing: false, isDoubtful: false },
    resource: { attributes: {} },
    sessionId: sessionIdOf(transcript),
    ledger: openLedger(dir, 'project'),
    nextBatch: newBatchId,
    notBefore: 0,
    traces: { mayLeave: () => true, traceOf: ownTraces, settled: () => new Set() },
    held: [],
    tally: { counts: false, add: () => {}, due: () => [], kept: () => ({ runs: [], counted: [] }) },
    metricOutletTo: () => {
      throw new Error('the destinations take traces');
    },
    log,
  });
}
