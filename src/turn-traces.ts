// In: what is complete of a session, what its tickets said, the ledger. Out: in which trace each turn leaves.
// Always: decided once for a turn, before any span of it leaves, and then for good: the ledger keeps it. As long as a turn is
// open, a ticket with its prompt id is waited for; at its close the inbox is read once more, because the hook of its end wrote
// its ticket before the mark that closed it.
import type { NativeSettings } from './config/native.ts';
import { atLeast, versionIn } from './install/version-order.ts';
import type { Ticket } from './inbox/ticket.ts';
import type { Completed, TurnScope } from './session/model.ts';
import type { Ledger } from './state/ledger.ts';
import type { PromptTicket, TicketFacts } from './state/session-record.ts';
import { turnSpanId } from './telemetry/place.ts';
import { OWN, type TraceContext, type TraceOf } from './telemetry/trace-context.ts';
import { promptTicketOf } from './ticket-facts.ts';
import { decideTrace, fromWord, toWord } from './trace-decision.ts';

/** For one step of a session. */
export interface TurnTraces {
  /** May the span of this thing leave? Decides about its turn if it can; `isClosed`: nothing more is waited for. */
  mayLeave(one: Completed, isClosed: boolean): boolean;
  /** In which trace a turn leaves or has left; without a decision a trace of its own. */
  readonly traceOf: TraceOf;
  /** Prompts whose tickets are not needed any more. */
  readonly settled: () => ReadonlySet<string>;
}

export interface TurnTracesOptions {
  readonly ledger: Ledger;
  readonly native: NativeSettings;
  /** Where the spans are posted to. */
  readonly tracesUrls: readonly string[];
  readonly facts: Pick<TicketFacts, 'prompts' | 'beganAt'>;
  /** Reads the inbox: tickets that are in no record yet. */
  readonly waitingTickets: () => readonly Ticket[];
}

export function createTurnTraces(options: TurnTracesOptions): TurnTraces {
  const { ledger, native, tracesUrls, facts, waitingTickets } = options;
  const known = new Map<string, TraceContext>();
  const settled = new Set<string>();
  /** Read at most once: every mark that this step can see was on disk before its first line was read. */
  let inbox: readonly PromptTicket[] | undefined;

  const recall = (scope: TurnScope): TraceContext | undefined => {
    const turn = turnSpanId(scope);
    const before = known.get(turn);
    if (before !== undefined) return before;
    const word = ledger.traceOf(turn);
    // No ticket is about a prompt without an id, and nothing is kept of it. (A copy may have lost the id that it had.)
    if (word === undefined && scope.promptId !== undefined) return undefined;
    const context = word === undefined ? OWN : fromWord(word);
    known.set(turn, context);
    return context;
  };

  const decide = (scope: TurnScope, context: TraceContext): void => {
    const turn = turnSpanId(scope);
    known.set(turn, context);
    ledger.decide(turn, toWord(context));
  };

  const ticketOf = (promptId: string, isClosed: boolean): PromptTicket | undefined => {
    const isIts = (ticket: PromptTicket): boolean => ticket.promptId === promptId;
    const taken = facts.prompts.find(isIts);
    if (taken?.traceParent !== undefined || !isClosed) return taken;
    inbox ??= waitingTickets().flatMap((ticket) => promptTicketOf(ticket) ?? []);
    const waiting = inbox.filter(isIts);
    return waiting.find(({ traceParent }) => traceParent !== undefined) ?? taken ?? waiting[0];
  };

  /** A fork's copies of older turns can carry the prompt id of its first own one. */
  const isCopied = (one: Completed): boolean =>
    facts.beganAt !== undefined && endOf(one) + TOLERANCE_MS < facts.beganAt;

  return {
    mayLeave: (one, isClosed) => {
      const { scope } = one;
      const { promptId } = scope;
      if (one.kind === 'turn' && promptId !== undefined && !isCopied(one)) settled.add(promptId);
      if (promptId === undefined || recall(scope) !== undefined) return true;
      const isTold = tellsPromptId(scope.clientVersion);
      const ticket = isCopied(one) ? undefined : ticketOf(promptId, isClosed && isTold);
      if (ticket === undefined && isTold && !isClosed) return false;
      decide(scope, ticket === undefined ? OWN : decideTrace(ticket, native, tracesUrls));
      return true;
    },
    traceOf: (scope) => recall(scope) ?? OWN,
    settled: () => settled,
  };
}

function endOf(one: Completed): number {
  switch (one.kind) {
    case 'generation':
      return one.generation.endedAt;
    case 'tool-call':
      return one.toolCall.endedAt;
    case 'compaction':
      return one.compaction.endedAt;
    case 'agent-run':
      return one.agentRun.endedAt;
    case 'turn':
      return one.turn.endedAt;
  }
}

/** Recorded times can be off by a little. */
const TOLERANCE_MS = 1000;

/**
 * Hooks are told the prompt's id since 2.1.196 (the transcript since 2.1.80). Of an older client no ticket can name the turn:
 * its spans wait for none.
 */
export function tellsPromptId(clientVersion: string | undefined): boolean {
  const version = versionIn(clientVersion ?? '');
  return version !== undefined && atLeast(version, '2.1.196');
}
