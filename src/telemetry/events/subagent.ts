// In: a run of a subagent. Out: the events of its beginning and of its end.
import type { AgentRun, TurnScope } from '../../session/model.ts';
import type { ContentPolicy } from '../../privacy/policy.ts';
import { constant, optionalName } from '../../privacy/safe-text.ts';
import { agentSpan } from '../agent-span.ts';
import { GenAi, Native } from '../semconv.ts';
import type { TraceOf } from '../trace-context.ts';
import { duration, eventOf, withoutContent, type EventRecord } from './event.ts';

export function subagentEvents(
  run: AgentRun,
  scope: TurnScope,
  content: ContentPolicy,
  traceOf: TraceOf,
): EventRecord[] {
  const span = agentSpan(run, scope, withoutContent, traceOf);
  const ids = [run.owner.agentId, run.owner.runId];
  const attributes = {
    [Native.toolUseId]: optionalName(run.toolUseId),
    [GenAi.agentDescription]: run.description === undefined ? undefined : content.text(run.description),
  };
  return [
    eventOf(constant('turnspan.subagent.start'), span, scope.clientVersion, {
      at: run.startedAt,
      ids,
      attributes,
    }),
    eventOf(constant('turnspan.subagent.end'), span, scope.clientVersion, {
      at: run.endedAt,
      ids,
      attributes: { ...attributes, ...duration(span) },
    }),
  ];
}
