// The turns are those that the scenario expects, in its order, each with its status; and compactions and retries are
// as many as the client wrote down.
import type { Evidence, Fault } from '../evidence.ts';
import { isCompaction, turnsOf, valueOf } from './parts.ts';

export function judgeTurns(evidence: Evidence): Fault[] {
  const { expected, spans, written } = evidence;
  const faults: Fault[] = [];
  const add = (rule: string, what: string) => faults.push({ rule, what });

  const turns = turnsOf(evidence);
  const told = turns.map((turn) => String(valueOf(turn, 'turnspan.turn.status'))).join(', ');
  const wanted = expected.turns.map(({ status }) => status).join(', ');
  if (told !== wanted) add('the turns and their statuses', `${wanted} were expected, ${told || 'none'} came`);
  for (const turn of turns) {
    const failed = valueOf(turn, 'turnspan.turn.status') === 'failed';
    if ((turn.statusCode === 'ERROR') !== failed)
      add('the status of a turn', `${turn.spanId} is ${turn.statusCode}`);
  }

  const compactions = spans.filter(isCompaction).length;
  if (compactions !== (expected.compactions ?? 0)) {
    add('a span for each compaction', `${expected.compactions ?? 0} happened, ${compactions} came`);
  }
  const retries = spans
    .flatMap(({ events }) => events)
    .filter(({ name }) => name === 'turnspan.retry').length;
  if (retries !== written.retries) {
    add('an event for each retry', `${written.retries} were written down, ${retries} came`);
  }
  return faults;
}
