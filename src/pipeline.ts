// The whole flow on one page: a session's files from where reading left off ▶ entries ▶ turns and their parts ▶ spans
// ▶ the outbox ▶ and only then the position moves.
import type { DestinationId } from './config/destination.ts';
import { resolveDestinations, type Resolution, type Sending } from './config/resolve.ts';
import type { Log } from './platform/log.ts';
import { liveness } from './platform/processes.ts';
import type { Ticket } from './inbox/ticket.ts';
import type { Completed, TurnScope } from './session/model.ts';
import type { SessionFacts } from './session/session-facts.ts';
import { metricOutlets } from './metric-outlets.ts';
import { createOutgoing, type Outgoing } from './outgoing.ts';
import { createSessionReader, Restart, type SessionReader } from './session-reader.ts';
import type { BatchId } from './delivery/batch-id.ts';
import type { Installation } from './state/installation.ts';
import type { Ledger } from './state/ledger.ts';
import type { MetricTotals } from './state/metric-totals.ts';
import { readSkips } from './state/pause-skips.ts';
import {
  emptyCheckpoint,
  type Checkpoint,
  type SessionRecord,
  type TicketFacts,
} from './state/session-record.ts';
import type { SessionRecords } from './state/session-records.ts';
import { pricing } from './telemetry/cost/pricing.ts';
import { createSessionTally, type SessionTally } from './session-tally.ts';
import { withoutPrompts } from './ticket-facts.ts';
import { writesNoSummary } from './session/turns.ts';
import { createTurnTraces, tellsPromptId } from './turn-traces.ts';

/** What all sessions of a worker share. */
export interface Workshop {
  readonly dir: string;
  readonly home: string;
  readonly installation: Installation;
  readonly records: SessionRecords;
  readonly ledgerOf: (name: string) => Ledger;
  /** What the metrics of a destination add up to; opened when first asked for. */
  readonly metricTotalsOf: (destination: DestinationId) => MetricTotals;
  readonly nextBatch: () => BatchId;
  /** Reads the inbox. */
  readonly waitingTickets: () => readonly Ticket[];
  readonly log: Log;
  readonly now: () => number;
}

/** A session at hand: its record, and its reader for as long as this worker lives. */
export interface OpenSession {
  record: SessionRecord;
  reader?: SessionReader | undefined;
  /** What the reader gave of a turn whose trace is not decided. */
  held: readonly Completed[];
  /** Bytes of its transcripts changed last at this time, as seen by this worker; milliseconds since the epoch. */
  readonly changedAt: () => number;
}

export interface Progress {
  readonly spans: number;
  /** Its Stop hook ran and the mark that closes the turn is not in the file yet. */
  readonly awaitsMark: boolean;
}

/** Brings one session up to date. */
export async function advance(session: OpenSession, workshop: Workshop): Promise<Progress> {
  const resolution = resolve(session.record.facts, workshop);
  try {
    return await run(session, resolution, workshop);
  } catch (error) {
    // Whatever happened, the position on disk still stands: read again from there.
    session.reader = undefined;
    session.held = [];
    if (!(error instanceof Restart)) throw error;
    workshop.log.warn('transcript-read-again', { session: session.record.sessionId, reason: error.message });
    session.record = { ...session.record, checkpoint: emptyCheckpoint };
    return run(session, resolution, workshop);
  }
}

async function run(session: OpenSession, resolution: Resolution, workshop: Workshop): Promise<Progress> {
  const { record } = session;
  const { log, records } = workshop;
  if (resolution.status === 'unusable') {
    // Where to send is not known: nothing is read past.
    records.save(record, true);
    return { spans: 0, awaitsMark: false };
  }
  const prices = resolution.status === 'send' ? resolution.prices : [];
  session.reader ??= createSessionReader({ ...record, log, costOf: pricing(prices) });
  const { reader } = session;
  const tally = createSessionTally(record, wantsSessionEvents(resolution));
  const outgoing =
    resolution.status === 'disabled' ? undefined : openOutgoing(session, resolution, tally, workshop);
  const facts = factsOf(session, workshop);
  for await (const completed of reader.read(facts)) outgoing?.add(completed);
  session.held = outgoing?.flush(reader.openTurn()) ?? [];
  const settled = !reader.isUndecided() && session.held.length === 0;
  outgoing?.tell(tally.due({ over: facts.over, settled }));
  const checkpoint = reader.checkpoint();
  session.record = {
    ...record,
    ...tally.kept(checkpoint.memory.turns, reader.agentIsSettled),
    checkpoint,
    facts: withoutPrompts(record.facts, outgoing?.settledPrompts()),
  };
  const { client } = record.facts;
  // While its client lives, more may come without a hook: a prompt's line is written after its hook, and a client that
  // is killed has no last one.
  const undecided = !facts.over && (client !== undefined || reader.isUndecided() || reader.isMissing());
  records.save(session.record, undecided);
  return {
    spans: outgoing?.sent() ?? 0,
    awaitsMark: !facts.over && awaitsMark(record.facts, reader.openTurn(), session.record.checkpoint),
  };
}

/**
 * Did the Stop hook run for a turn that is open, or for one whose prompt is not in the file yet? (Claude Code 2.1.329 in a
 * terminal: seen 300 ms after the hook.)
 */
function awaitsMark(
  { stoppedAt, stoppedPrompt, stopHasSummary }: TicketFacts,
  open: TurnScope | undefined,
  { memory: { lastTurn, summaryAt = 0 } }: Checkpoint,
): boolean {
  if (stoppedAt === undefined) return false;
  if (open !== undefined) return stoppedAt >= open.startedAt;
  if (lastTurn === undefined) return true;
  const { clientVersion } = lastTurn;
  if (stoppedPrompt !== undefined || tellsPromptId(clientVersion)) {
    return (
      stoppedPrompt !== undefined && stoppedPrompt !== lastTurn.promptId && stoppedAt >= lastTurn.startedAt
    );
  }
  // The hook does not say whose end it was; but the summary that it brings about comes after it.
  return stopHasSummary === true && !writesNoSummary(clientVersion) && summaryAt < stoppedAt;
}

function openOutgoing(
  { record, held }: OpenSession,
  resolution: Sending,
  tally: SessionTally,
  { dir, installation, ledgerOf, metricTotalsOf, nextBatch, now, waitingTickets, log }: Workshop,
): Outgoing {
  const { destinations, resource, native, events } = resolution;
  const ledger = ledgerOf(record.ledger);
  return createOutgoing({
    dir,
    destinations,
    resource,
    native,
    events: events === undefined ? undefined : new Set(events),
    metricOutletTo: metricOutlets(resolution, {
      dir,
      installationId: installation.id,
      metricTotalsOf,
      projectDir: record.facts.projectDirs[0],
      nextBatch,
      now,
    }),
    sessionId: record.sessionId,
    ledger,
    nextBatch,
    notBefore: installation.createdAt,
    skips: readSkips(dir),
    traces: createTurnTraces({
      ledger,
      native,
      tracesUrls: destinations.filter(({ signal }) => signal === 'traces').map(({ url }) => url),
      facts: record.facts,
      waitingTickets,
    }),
    held,
    tally,
    log,
  });
}

/** Are there events of the session itself for anybody? */
function wantsSessionEvents(resolution: Resolution): boolean {
  return (
    resolution.status === 'send' &&
    resolution.destinations.some(({ signal }) => signal === 'logs') &&
    resolution.events?.includes('session') !== false
  );
}

function resolve(facts: TicketFacts, { dir, home, log }: Workshop): Resolution {
  const resolution = resolveDestinations({
    dir,
    home,
    ...(facts.client === undefined ? {} : { client: facts.client }),
    hookVariables: new Map(Object.entries(facts.hookVariables)),
    projectDirs: facts.projectDirs,
  });
  for (const { variable, message } of resolution.warnings) log.warn('configuration', { variable, message });
  if (resolution.status !== 'send')
    log.warn('configuration', { status: resolution.status, why: resolution.why });
  return resolution;
}

/** What tickets and the process table say now. */
function factsOf(session: OpenSession, { now }: Workshop): SessionFacts {
  const { facts } = session.record;
  return {
    failedPrompts: new Set(facts.failedPrompts),
    resumedAt: facts.resumedAt,
    over: facts.ended || clientIsGone(facts),
    saidGoodbye: facts.ended,
    quietAfterStop:
      facts.stoppedAt !== undefined && now() - Math.max(facts.stoppedAt, session.changedAt()) >= QUIET_MS,
  };
}

const QUIET_MS = 2000;

function clientIsGone({ client }: TicketFacts): boolean {
  return client !== undefined && liveness(client) === 'dead';
}
