// Which span must own what a request of some conversation brought: its turn, or a run of its agent.
import type { SpanRow } from '../../../collector/model.ts';
import type { Evidence } from '../evidence.ts';
import type { Exchange } from '../support/model-exchanges.ts';
import { calls, isAgent, isTool, label, turnIndexes, turnsOf, valueOf } from './parts.ts';

/** Says why `span` does not hang where the answer of `exchange` came from; undefined when it does. */
export type OwnerRule = (span: SpanRow, exchange: Exchange) => string | undefined;

export function ownerRule(evidence: Evidence): OwnerRule {
  const turns = turnsOf(evidence);
  const indexes = turnIndexes(evidence);
  const byId = new Map(evidence.spans.map((span) => [span.spanId, span]));
  const callsTo = launchesOf(evidence);
  return (span, { number, conversation }) => {
    const parent = byId.get(span.parentSpanId ?? '');
    if (conversation === 'main') {
      const index = indexes.get(number);
      if (index === undefined) return 'no turn was expected here';
      return parent !== undefined && parent === turns[index]
        ? undefined
        : `its parent is ${parent === undefined ? 'nothing' : label(parent)}, not turn ${index + 1}`;
    }
    if (parent === undefined || !isAgent(parent)) return `its parent is no agent (of ${conversation})`;
    const call = byId.get(parent.parentSpanId ?? '');
    const ids = callsTo.get(conversation) ?? [];
    return call !== undefined && isTool(call) && ids.includes(String(valueOf(call, 'tool_use_id')))
      ? undefined
      : `its agent is not under the call that asked ${conversation}`;
  };
}

/** Ids of the calls that launch a conversation, or wake it again (their key is `to NAME`). */
export function launchesOf(evidence: Evidence): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const { use } of calls(evidence)) {
    const name = use.launches ?? /^to (.+)$/.exec(use.key ?? '')?.[1];
    if (name !== undefined) found.set(name, [...(found.get(name) ?? []), use.id]);
  }
  return found;
}
