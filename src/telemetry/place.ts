// In: the turn that a thing belongs to and the agent run that owns it. Out: trace, parent, and the attributes that
// every span carries.
import type { AgentOwner, TurnScope } from '../session/model.ts';
import { safeName } from '../privacy/safe-text.ts';
import { spanId, traceId } from './ids.ts';
import { Common, GenAi, Native, Turnspan } from './semconv.ts';
import type { SafeAttributes } from './span.ts';

/** Where a span hangs. */
export interface Place {
  readonly scope: TurnScope;
  readonly owner?: AgentOwner;
}

/** Trace and parent of a generation, tool call or compaction. */
export function under({ scope, owner }: Place): { readonly traceId: string; readonly parentSpanId: string } {
  return {
    traceId: traceId(scope.turnId),
    parentSpanId: owner === undefined ? turnSpanId(scope) : agentSpanId(owner),
  };
}

export function turnSpanId(scope: TurnScope): string {
  return spanId('turn', scope.turnId);
}

export function agentSpanId(owner: AgentOwner): string {
  return spanId('agent', owner.agentId, owner.runId);
}

/** Session, turn and prompt; the agent where there is one. */
export function commonAttributes({ scope, owner }: Place): SafeAttributes {
  const sessionId = safeName(scope.sessionId);
  return {
    [Common.sessionId]: sessionId,
    [GenAi.conversationId]: sessionId,
    [Turnspan.turnId]: safeName(scope.turnId),
    [Turnspan.turnNumber]: scope.number,
    [Native.promptId]: scope.promptId === undefined ? undefined : safeName(scope.promptId),
    [Native.agentId]: owner === undefined ? undefined : safeName(owner.agentId),
  };
}
