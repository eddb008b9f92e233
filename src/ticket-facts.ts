// In: a ticket and what was known of its session. Out: what is known now. Pure.
import type { Ticket } from './inbox/ticket.ts';
import type { TicketFacts } from './state/session-record.ts';
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
  };
  switch (ticket.event) {
    case 'Stop':
      return { ...known, stoppedAt: ticket.arrivedAt };
    case 'StopFailure':
      return {
        ...known,
        stoppedAt: ticket.arrivedAt,
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

/** Another process writes on: what the one before it left open is over. */
function resumedByAnother(facts: TicketFacts, ticket: Ticket): boolean {
  const { client } = facts;
  if (ticket.source !== 'resume' || ticket.client === undefined || client === undefined) return false;
  return client.pid !== ticket.client.pid || client.startTime !== ticket.client.startTime;
}
