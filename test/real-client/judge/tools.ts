// Every tool call that the model made is one span, under the turn or agent whose answer made it, with its outcome.
import type { Evidence, Fault } from '../evidence.ts';
import { ownerRule } from './owners.ts';
import { calls, groupBy, isTool, label, turnRequests, valueOf } from './parts.ts';

export function judgeTools(evidence: Evidence): Fault[] {
  const spans = groupBy(evidence.spans.filter(isTool), (span) => valueOf(span, 'tool_use_id'));
  const ownerFault = ownerRule(evidence);
  const faults: Fault[] = [];
  const add = (rule: string, what: string) => faults.push({ rule, what });

  for (const { use, exchange } of calls(evidence)) {
    const name = `${use.name} ${use.key ?? use.id} of request ${exchange.number}`;
    const found = spans.get(use.id) ?? [];
    const [span] = found;
    if (found.length > 1) add('a tool call once', `${name} is ${found.length} spans`);
    if (span === undefined) {
      add('a span for each tool call', `${name} is none`);
      continue;
    }
    const place = ownerFault(span, exchange);
    if (place !== undefined) add('a tool call under its turn or agent', `${name}: ${place}`);
    const outcome = evidence.expected.outcomes?.[use.key ?? ''] ?? 'succeeded';
    const told = valueOf(span, 'turnspan.tool.outcome');
    if (told !== outcome)
      add('the outcome of a tool call', `${name} ${outcome}, but is told as ${String(told)}`);
    if ((span.statusCode === 'ERROR') !== (outcome === 'failed')) {
      add('the status of a tool call', `${name} ${outcome}, but its status is ${span.statusCode}`);
    }
    if (valueOf(span, 'gen_ai.tool.name') !== use.name) add('the name of a tool', name);
  }

  const made = new Set(turnRequests(evidence).flatMap(({ toolUses = [] }) => toolUses.map(({ id }) => id)));
  for (const [id, found] of spans) {
    if (!made.has(String(id))) for (const span of found) add('no tool call more', label(span));
  }
  return faults;
}
