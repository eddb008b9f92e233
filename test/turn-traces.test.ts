// When a turn's trace is decided, and by which ticket: what the worker cannot be made to do on command.
import { beforeEach, expect, test } from 'vitest';

import type { NativeSettings } from '../src/config/native.ts';
import type { Ticket } from '../src/inbox/ticket.ts';
import type { Completed, TurnScope } from '../src/session/model.ts';
import { openLedger, type Ledger } from '../src/state/ledger.ts';
import { emptyFacts, type TicketFacts } from '../src/state/session-record.ts';
import { turnSpanId } from '../src/telemetry/place.ts';
import { withoutPrompts, withTicket } from '../src/ticket-facts.ts';
import { createTurnTraces, type TurnTraces } from '../src/turn-traces.ts';
import { temporaryFolder } from './support/folders.ts';

const SPAN = { traceId: '1'.repeat(32), spanId: 'a'.repeat(16) };
const OWN = { kind: 'own' };
const MERGED = { kind: 'joined', parent: SPAN, parentOf: 'client' };

const tracesUrl = 'http://localhost:4318/v1/traces';
const native: NativeSettings = { mode: 'auto', tracing: true, tracesUrl, isDoubtful: false };
const scope: TurnScope = {
  turnId: 'turn-1',
  number: 1,
  sessionId: 'session-1',
  promptId: 'prompt-1',
  startedAt: 10_000,
  clientVersion: '2.1.329',
};

let dir: string;
let ledger: Ledger;
let inbox: Ticket[];
let looks: number;

beforeEach(() => {
  dir = temporaryFolder();
  ledger = openLedger(dir, 'project');
  inbox = [];
  looks = 0;
});

function traces(facts: TicketFacts = emptyFacts): TurnTraces {
  const waitingTickets = (): readonly Ticket[] => {
    looks++;
    return inbox;
  };
  return createTurnTraces({ ledger, native, tracesUrls: [tracesUrl], facts, waitingTickets });
}

function ticket(event: string, more: Partial<Ticket> = {}): Ticket {
  const traceParent = { ...SPAN, sampled: true };
  return {
    name: event,
    arrivedAt: 10_000,
    variables: new Map(),
    event,
    promptId: 'prompt-1',
    traceParent,
    ...more,
  };
}

function compaction(of: TurnScope, endedAt = 12_000): Completed {
  return {
    kind: 'compaction',
    scope: of,
    compaction: { id: 'c', startedAt: endedAt, startInferred: true, endedAt },
  };
}

test('of a turn that is open, the tickets that were taken decide, and the inbox is not looked at', () => {
  inbox = [ticket('Stop')];
  const before = traces();
  expect(before.mayLeave(compaction(scope), false)).toBe(false);
  const after = traces(withTicket(emptyFacts, ticket('UserPromptSubmit')));
  expect(after.mayLeave(compaction(scope), false)).toBe(true);
  expect(after.traceOf(scope)).toEqual(MERGED);
  expect(looks).toBe(0);
});

test('a turn that closes without one is decided by the inbox, where the ticket of its end lies', () => {
  inbox = [ticket('SubagentStop'), ticket('Stop', { promptId: 'prompt-2' }), ticket('Stop')];
  const at = traces();
  expect(at.mayLeave(compaction(scope), true)).toBe(true);
  expect([at.traceOf(scope), looks]).toEqual([MERGED, 1]);
});

test('and if there is none, it has a trace of its own for good', () => {
  expect(traces().mayLeave(compaction(scope), true)).toBe(true);
  const late = traces(withTicket(emptyFacts, ticket('Stop')));
  expect(late.mayLeave(compaction(scope), false)).toBe(true);
  expect(late.traceOf(scope)).toEqual(OWN);
});

test('a ticket with a trace goes before one without', () => {
  const untraced = ticket('UserPromptSubmit', { traceParent: undefined });
  const both = withTicket(withTicket(emptyFacts, untraced), ticket('Stop'));
  const first = traces(both);
  first.mayLeave(compaction(scope), false);
  expect(first.traceOf(scope)).toEqual(MERGED);

  inbox = [ticket('Stop')];
  const other = { ...scope, turnId: 'turn-2' };
  const second = traces(withTicket(emptyFacts, untraced));
  second.mayLeave(compaction(other), true);
  expect(second.traceOf(other)).toEqual(MERGED);
});

test('a turn without a prompt id, or of a client that tells it to no hook, is waited for with nothing', () => {
  const at = traces();
  const unnamed = { ...scope, promptId: undefined };
  const old = { ...scope, clientVersion: '2.1.195' };
  for (const one of [unnamed, old]) {
    expect(at.mayLeave(compaction(one), false)).toBe(true);
    expect(at.traceOf(one)).toEqual(OWN);
  }
  expect(looks).toBe(0);
  expect(at.mayLeave(compaction({ ...scope, turnId: 'turn-3', clientVersion: '2.1.196' }), false)).toBe(
    false,
  );
});

test('what had ended before the session began was copied: the prompt id that it carries is not its own', () => {
  const start = ticket('SessionStart', { promptId: undefined, arrivedAt: 20_000 });
  const facts = withTicket(withTicket(emptyFacts, start), ticket('Stop', { arrivedAt: 30_000 }));
  const at = traces(facts);
  expect(at.mayLeave(compaction(scope, 12_000), true)).toBe(true);
  expect(at.traceOf(scope)).toEqual(OWN);
  const first = { ...scope, turnId: 'turn-2', startedAt: 19_999 };
  expect(at.mayLeave(compaction(first, 21_000), false)).toBe(true);
  expect(at.traceOf(first)).toEqual(MERGED);
});

test('a decision of one session counts for its copy in another, and after a new start', () => {
  traces(withTicket(emptyFacts, ticket('Stop'))).mayLeave(compaction(scope), false);
  for (const promptId of ['prompt-of-the-fork', undefined]) {
    expect(traces().traceOf({ ...scope, promptId })).toEqual(MERGED);
  }
  ledger.commit('batch-1', 'session-1', ['0123456789abcdef'], [turnSpanId(scope)]);
  ledger = openLedger(dir, 'project');
  expect(traces().traceOf(scope)).toEqual(MERGED);
});

test('tickets of prompts whose turns have closed are forgotten, and those of prompts before them', () => {
  const prompts = ['refused', 'closed', 'next'];
  const facts = prompts.reduce(
    (known, promptId) => withTicket(known, ticket('UserPromptSubmit', { promptId })),
    emptyFacts,
  );
  expect(facts.prompts.map(({ promptId }) => promptId)).toEqual(prompts);
  const left = withoutPrompts(facts, new Set(['closed']));
  expect(left.prompts.map(({ promptId }) => promptId)).toEqual(['next']);
  expect(withoutPrompts(left, new Set(['other']))).toBe(left);
});
