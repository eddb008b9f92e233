// In: the turn that a thing belongs to and the agent run that owns it. Out: trace, parent, and the attributes that
// every span carries.
import type { AgentOwner, TurnScope } from '../session/model.ts';
import { optionalName, safeName } from '../privacy/safe-text.ts';
import { spanId, traceId } from './ids.ts';
import { Common, GenAi, Native, Turnspan } from './semconv.ts';
import type { SafeAttributes } from './span.ts';
import type { TraceOf } from './trace-context.ts';

/** Where a span hangs. */
export interface Place {
  readonly scope: TurnScope;
  readonly owner?: AgentOwner;
}

/** Trace and parent of a generation, tool call or compaction. */
export function under(
  { scope, owner }: Place,
  traceOf: TraceOf,
): { readonly traceId: string; readonly parentSpanId: string } {
  return {
    traceId: turnTraceId(scope, traceOf),
    parentSpanId: owner === undefined ? turnSpanId(scope) : agentSpanId(owner),
  };
}

/** The trace that a turn leaves in. */
export function turnTraceId(scope: TurnScope, traceOf: TraceOf): string {
  const context = traceOf(scope);
  return context.kind === 'joined' ? context.parent.traceId : ownTraceId(scope);
}

/** The three ids that every span of a turn or agent asks for; remembered with the value they belong to. */
const ownTraceId = remembered((scope: TurnScope) => traceId(scope.turnId));
export const turnSpanId = remembered((scope: TurnScope) => spanId('turn', scope.turnId));
export const agentSpanId = remembered((owner: AgentOwner) => spanId('agent', owner.agentId, owner.runId));

function remembered<K extends object, V>(make: (key: K) => V): (key: K) => V {
  const known = new WeakMap<K, V>();
  return (key) => {
    const value = known.get(key) ?? make(key);
    known.set(key, value);
    return value;
  };
}

/** Session, turn and prompt; the agent where there is one. */
export function commonAttributes({ scope, owner }: Place): readonly SafeAttributes[] {
  return owner === undefined ? [turnAttributes(scope)] : [turnAttributes(scope), agentAttributes(owner)];
}

const turnAttributes = remembered((scope: TurnScope): SafeAttributes => {
  const sessionId = safeName(scope.sessionId);
  return {
    [Common.sessionId]: sessionId,
    [GenAi.conversationId]: sessionId,
    [Turnspan.turnId]: safeName(scope.turnId),
    [Turnspan.turnNumber]: scope.number,
    [Native.promptId]: optionalName(scope.promptId),
  };
});

const agentAttributes = remembered((owner: AgentOwner): SafeAttributes => ({
  [Native.agentId]: safeName(owner.agentId),
}));
