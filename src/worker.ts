// In: an installation's folder. Out: its tickets are worked off, its outboxes drained; then it leaves.
// Always: one worker an installation (its lock); sessions go side by side, a slow one holds up no other; it waits only
// for the mark that closes a turn whose Stop hook ran, cheaply and for minutes at most. A ticket goes when what it says
// is in its session's record. A worker that is killed leaves everything to the next wake-up; one that sees a pause ends its
// process at once, and what was under way with it.
import { join } from 'node:path';
import { removeIfThere } from './platform/if-there.ts';
import { writeAtomic } from './platform/atomic-file.ts';
import { createBell } from './platform/bell.ts';
import { openDeliveryDesk } from './delivery-desk.ts';
import { openDesk, type SessionDesk } from './session-desk.ts';
import { clientVariables, forgetClients } from './config/remembered-clients.ts';
import { batchIds } from './delivery/batch-id.ts';
import { recoverStaging } from './delivery/staging.ts';
import { inboxIsEmpty, readInbox, removeTicket } from './inbox/inbox.ts';
import type { Ticket } from './inbox/ticket.ts';
import type { Workshop } from './pipeline.ts';
import type { Log } from './platform/log.ts';
import { acquireLock, type Lock } from './platform/numbered-lock.ts';
import { identifySelf } from './platform/processes.ts';
import { openInstallation } from './state/installation.ts';
import { committedBatches, openLedger, type Ledger } from './state/ledger.ts';
import { metricsFolder, openMetricTotals, type MetricTotals } from './state/metric-totals.ts';
import { isPaused } from './state/pause.ts';
import { openSessionRecords } from './state/session-records.ts';
import { withBatch } from './telemetry/metrics/totals.ts';

export interface WorkerOptions {
  readonly dir: string;
  /** The user's home, as the installation knows it. */
  readonly home: string;
  readonly log: Log;
  /** How long a turn's mark is waited for after its Stop hook; milliseconds. */
  readonly patienceMs?: number;
  readonly now?: () => number;
}

const PATIENCE_MS = 5 * 60_000;
const BEAT_MS = 60_000;

/**
 * Works until nothing is left to do. Does nothing where another worker is at it, or in a pause. Gives whether something was
 * brought forth.
 */
export async function runWorker(options: WorkerOptions): Promise<boolean> {
  const { dir, log, now = Date.now } = options;
  // A ticket that came between the last look and the release found a worker alive and woke none: look once more.
  let brought = false;
  do {
    if (isPaused(dir)) return brought;
    let end: 'done' | 'paused';
    const attempt = acquireLock(join(dir, 'lock'), now);
    if (attempt.status === 'held') return brought;
    try {
      placeHint(dir);
      end = await work(options, attempt.lock, () => {
        brought = true;
      });
    } finally {
      removeIfThere(hintOf(dir));
      attempt.lock.release();
    }
    if (end === 'paused') {
      log.info('worker-leaves', { why: 'paused' });
      // A request or a step that is under way ends here. On disk that is a kill, which loses nothing.
      process.exit();
    }
  } while (!inboxIsEmpty(dir));
  log.info('worker-leaves');
  return brought;
}

/** The hook reads this without a fork: process id and start time. */
function placeHint(dir: string): void {
  const { pid, startTime } = identifySelf();
  if (startTime !== undefined) writeAtomic(hintOf(dir), `${pid} ${startTime}\n`);
}

function hintOf(dir: string): string {
  return join(dir, 'worker.alive');
}

/**
 * Whether there is a pause to leave for. The hint goes first, then the pause is looked at again: who ends a pause and finds
 * the hint wakes no worker, and then this one goes on.
 */
function leavesForPause(dir: string): boolean {
  if (!isPaused(dir)) return false;
  removeIfThere(hintOf(dir));
  if (isPaused(dir)) return true;
  placeHint(dir);
  return false;
}

/** `onNews` is called when a step has brought something forth. */
async function work(options: WorkerOptions, lock: Lock, onNews: () => void): Promise<'done' | 'paused'> {
  const { dir, log, patienceMs = PATIENCE_MS, now = Date.now } = options;
  const workshop = openWorkshop(options);
  /** Rings when there may be something to do that came from within; for all else it is looked again and again. */
  const bell = createBell();
  const desks = new Map<string, SessionDesk>();
  const deskOf = (transcript: string): SessionDesk => {
    const known = desks.get(transcript);
    if (known !== undefined) return known;
    const desk = openDesk(transcript, workshop, patienceMs, bell.ring);
    desks.set(transcript, desk);
    return desk;
  };
  const clients = new Set<string>();
  const seeClient = (client: NonNullable<Ticket['client']>): void => {
    const key = `${client.pid} ${client.startTime}`;
    if (!clients.has(key)) clientVariables(dir, client);
    clients.add(key);
  };
  let quietSince = now();
  const takeTickets = (): void => {
    for (const ticket of readInbox(dir, log, now())) {
      // At first sight, because the client may be gone in a moment.
      if (ticket.client !== undefined) seeClient(ticket.client);
      if (ticket.transcriptPath === undefined) {
        log.warn('ticket-without-transcript', { ticket: ticket.name, event: ticket.event });
        removeTicket(dir, ticket);
      } else if (deskOf(ticket.transcriptPath).take(ticket)) {
        removeTicket(dir, ticket);
        quietSince = now();
      }
    }
  };
  takeTickets();
  // After the first tickets: one may tell where a transcript was moved to, and then nothing is left at the old place.
  for (const record of workshop.records.undecided()) deskOf(record.transcript).look();

  const delivery = openDeliveryDesk(dir, log, bell.ring);
  let beatAt = now();
  for (;;) {
    if (leavesForPause(dir)) return 'paused';
    takeTickets();
    let busy = false;
    for (const desk of desks.values()) {
      if (desk.step()) {
        delivery.wake();
        onNews();
      }
      busy ||= desk.isBusy();
    }
    if (now() - beatAt > BEAT_MS) {
      // Another has taken over: this process was stopped for minutes.
      if (!lock.beat()) return 'done';
      beatAt = now();
    }
    const waits = busy || delivery.isBusy() || [...desks.values()].some((desk) => desk.awaits());
    if (!waits && inboxIsEmpty(dir)) {
      if (delivery.isDue(now())) delivery.wake();
      else if (!delivery.lingers(now())) break;
    }
    await bell.wait(pauseAfter(now() - quietSince));
  }
  forgetClients(dir, now());
  return 'done';
}

/** Looks often at first, then ever less. */
function pauseAfter(quietMs: number): number {
  if (quietMs < 1000) return 20;
  return quietMs < 10_000 ? 100 : 500;
}

function openWorkshop({ dir, home, log, now = Date.now }: WorkerOptions): Workshop {
  const oldest = readInbox(dir, log, now())[0]?.arrivedAt;
  const ledgers = new Map<string, Ledger>();
  const totals = new Map<string, MetricTotals>();
  let committed: Set<string> | undefined;
  const isCommitted = (batch: string): boolean => (committed ??= committedBatches(dir)).has(batch);
  const workshop: Workshop = {
    dir,
    home,
    // Without an `install` before, everything since the first ticket is new.
    installation: openInstallation(dir, Math.min(now(), oldest ?? Infinity)),
    records: openSessionRecords(dir, log, now),
    ledgerOf: (name) => {
      const ledger = ledgers.get(name) ?? openLedger(dir, name);
      ledgers.set(name, ledger);
      return ledger;
    },
    metricTotalsOf: (destination) => {
      const opened =
        totals.get(destination) ??
        openMetricTotals({ folder: metricsFolder(dir, destination), withBatch, isCommitted, log, now });
      totals.set(destination, opened);
      return opened;
    },
    nextBatch: batchIds(now),
    waitingTickets: () => readInbox(dir, log, now()),
    log,
    now,
  };
  const recovered = recoverStaging(dir, isCommitted, now());
  if (recovered.published + recovered.deleted > 0) log.warn('staging-recovered', { ...recovered });
  return workshop;
}
