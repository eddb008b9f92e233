// In: a ticket and what was known of its session. Out: what is known now. Pure.
import type { Ticket } from './inbox/ticket.ts';
import { withEnd, withStart, type SessionRuns } from './telemetry/events/session-runs.ts';
import type { PromptTicket, TicketFacts } from './state/session-record.ts';
import { CLIENT_VARIABLES } from './config/variables.ts';

/** Adds what a ticket says; tickets come in the order of their arrival. */
export function withTicket(facts: TicketFacts, ticket: Ticket): TicketFacts {
  const known: TicketFacts = {
    ...facts,
    client: ticket.client ?? facts.client,
    hookVariables: Object.fromEntries(
      [...ticket.variables].filter(([name]) => CLIENT_VARIABLES.includes(name)),
    ),
    projectDirs: [...new Set([ticket.variables.get('CLAUDE_PROJECT_DIR'), ticket.cwd])].filter(
      (folder) => folder !== undefined,
    ),
    ended: ticket.event === 'SessionEnd',
    prompts: withPrompt(facts.prompts, ticket),
    beganAt: facts.beganAt ?? (BEGINNINGS.includes(ticket.event) ? ticket.arrivedAt : undefined),
  };
  switch (ticket.event) {
    case 'Stop':
      return {
        ...known,
        stoppedAt: ticket.arrivedAt,
        stoppedPrompt: ticket.promptId,
        stopHasSummary: true,
      };
    case 'StopFailure':
      return {
        ...known,
        stoppedAt: ticket.arrivedAt,
        stoppedPrompt: ticket.promptId,
        stopHasSummary: false,
        failedPrompts: [
          ...facts.failedPrompts,
          ...(ticket.promptId === undefined ? [] : [ticket.promptId]),
        ].slice(-20),
      };
    case 'SessionStart':
      return resumedByAnother(facts, ticket)
        ? { ...known, resumedAt: [...facts.resumedAt, ticket.arrivedAt].slice(-20) }
        : known;
    default:
      return known;
  }
}

/** Adds the beginning or the end that a ticket tells of. */
export function withBounds(
  runs: SessionRuns,
  { event, arrivedAt: at, source, model, reason }: Ticket,
): SessionRuns {
  switch (event) {
    case 'SessionStart':
      return withStart(runs, { at, source, model });
    case 'SessionEnd':
      return withEnd(runs, { at, reason });
    default:
      return runs;
  }
}

/** After one of these the client begins a turn, or goes on with one that began under the session's eyes. */
const BEGINNINGS = ['SessionStart', 'UserPromptSubmit'];

/**
 * What a ticket tells of the native trace of its prompt's turn. Only these two hooks name the turn's own span: SessionStart at
 * `/clear` names another one, and SubagentStop has the prompt id of whatever turn runs when an agent ends.
 */
export function promptTicketOf(ticket: Ticket): PromptTicket | undefined {
  const { event, promptId, traceParent, variables } = ticket;
  if (promptId === undefined || (event !== 'UserPromptSubmit' && event !== 'Stop')) return undefined;
  return { promptId, traceParent, isHeadless: isHeadless(variables.get('CLAUDE_CODE_ENTRYPOINT')) };
}

/** The first ticket of a prompt counts; a later one only where that had no trace. */
function withPrompt(known: readonly PromptTicket[], ticket: Ticket): readonly PromptTicket[] {
  const said = promptTicketOf(ticket);
  if (said === undefined) return known;
  const before = known.find(({ promptId }) => promptId === said.promptId);
  if (before === undefined) return [...known, said].slice(-PROMPTS_KEPT);
  return before.traceParent === undefined ? known.map((one) => (one === before ? said : one)) : known;
}

/** What is left to know when the turns of these prompts have closed: prompts before them became no turn. */
export function withoutPrompts(facts: TicketFacts, settled: ReadonlySet<string> = new Set()): TicketFacts {
  const last = facts.prompts.findLastIndex(({ promptId }) => settled.has(promptId));
  return last === -1 ? facts : { ...facts, prompts: facts.prompts.slice(last + 1) };
}

/** More wait only while nothing can be read, because nobody knows where to send. */
const PROMPTS_KEPT = 200;

/** `-p` is `sdk-cli`; the SDKs, which start it, say `sdk-ts` and `sdk-py`. */
function isHeadless(entrypoint: string | undefined): boolean {
  return entrypoint?.startsWith('sdk-') === true;
}

/** Another process writes on: what the one before it left open is over. */
function resumedByAnother(facts: TicketFacts, ticket: Ticket): boolean {
  const { client } = facts;
  if (ticket.source !== 'resume' || ticket.client === undefined || client === undefined) return false;
  return client.pid !== ticket.client.pid || client.startTime !== ticket.client.startTime;
}
