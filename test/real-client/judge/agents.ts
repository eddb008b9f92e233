// Every agent that a call launched and that asked the model is one run under that call; nothing else is an agent but what
// the client started for itself.
import type { Evidence, Fault } from '../evidence.ts';
import { launchesOf } from './owners.ts';
import { groupBy, isAgent, isGeneration, isTool, label, turnRequests, valueOf } from './parts.ts';

export function judgeAgents(evidence: Evidence): Fault[] {
  const { spans, expected, exchanges } = evidence;
  const byId = new Map(spans.map((span) => [span.spanId, span]));
  const runs = groupBy(spans.filter(isAgent), (span) => {
    const call = byId.get(span.parentSpanId ?? '');
    return call !== undefined && isTool(call) ? valueOf(call, 'tool_use_id') : undefined;
  });
  const faults: Fault[] = [];
  const add = (rule: string, what: string) => faults.push({ rule, what });

  const asked = new Set(turnRequests(evidence).map(({ conversation }) => conversation));
  const launched = new Set<unknown>();
  for (const [name, ids] of launchesOf(evidence)) {
    for (const id of ids) {
      launched.add(id);
      const found = runs.get(id) ?? [];
      if (found.length !== (asked.has(name) ? 1 : 0))
        add('a run for each agent', `${name} has ${found.length}`);
      const outcome = expected.agents?.[name] ?? 'completed';
      for (const run of found) {
        const told = valueOf(run, 'turnspan.agent.outcome');
        if (told !== outcome)
          add('the outcome of an agent', `${name} ${outcome}, but is told as ${String(told)}`);
      }
    }
  }

  // The client's own (warm-ups): known by answers that were no turn's.
  const own = new Set(
    exchanges.filter(({ purpose }) => purpose !== 'turn').map(({ messageId }) => messageId),
  );
  const isOwn = (agent: string) =>
    spans.some(
      (span) =>
        span.parentSpanId === agent &&
        isGeneration(span) &&
        own.has(String(valueOf(span, 'gen_ai.response.id'))),
    );
  for (const [id, found] of runs) {
    for (const run of found) if (!launched.has(id) && !isOwn(run.spanId)) add('no agent more', label(run));
  }
  return faults;
}
