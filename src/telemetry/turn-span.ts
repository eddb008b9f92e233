// In: one turn. Out: its span, `invoke_agent claude-code`: the root of its trace, or of our part of somebody else's.
import type { Turn } from '../session/model.ts';
import type { ContentPolicy } from '../privacy/policy.ts';
import { constant, optionalName, type SafeText } from '../privacy/safe-text.ts';
import { inputText, outputText } from './messages.ts';
import { commonAttributes, turnSpanId, turnTraceId } from './place.ts';
import { retryEvents } from './retry-event.ts';
import { rollUpAttributes } from './roll-up-attributes.ts';
import { Common, GenAi, Turnspan } from './semconv.ts';
import type { SafeEvent, SafeLink, SpanInput } from './span.ts';
import { toolSpanId } from './tool-span.ts';
import type { TraceOf } from './trace-context.ts';
import { workAttributes } from './work-attributes.ts';

export function turnSpan(turn: Turn, content: ContentPolicy, traceOf: TraceOf): SpanInput {
  const { scope } = turn;
  const failed = turn.status === 'failed';
  const text = (value: string | undefined): SafeText | undefined =>
    value === undefined ? undefined : content.text(value);
  return {
    traceId: turnTraceId(scope, traceOf),
    spanId: turnSpanId(scope),
    name: constant('invoke_agent claude-code'),
    kind: 'internal',
    startedAt: scope.startedAt,
    endedAt: turn.endedAt,
    failed,
    attributes: [
      ...commonAttributes({ scope }),
      {
        [GenAi.operation]: constant('invoke_agent'),
        [GenAi.provider]: constant('anthropic'),
        [GenAi.agentName]: constant('claude-code'),
        [Turnspan.turnStatus]: constant(turn.status),
        [Turnspan.turnOrigin]: optionalName(turn.origin),
        [Turnspan.permissionMode]: optionalName(turn.permissionMode),
        [Turnspan.turnEffort]: optionalName(turn.effort),
        [Turnspan.clientVersion]: optionalName(scope.clientVersion),
        [Common.errorType]: optionalName(turn.error),
        [Common.httpStatus]: turn.errorStatus,
        [Turnspan.endInferred]: turn.endInferred || undefined,
      },
      rollUpAttributes('turnspan.turn', turn.rollUp),
      workAttributes('turnspan.turn', turn.rollUp.work, content),
      {
        [Turnspan.agentsPending]: turn.agentsPending,
        [Turnspan.turnDirectory]: text(turn.workingDirectory),
        [Common.branch]: text(turn.branch),
        [Turnspan.sessionTitle]: text(turn.title),
        [GenAi.inputMessages]: inputText(turn.input, content),
        [GenAi.outputMessages]: outputText(
          turn.output,
          turn.status === 'completed' ? 'stop' : 'error',
          content,
        ),
      },
    ],
    events: [...retryEvents(turn.retries), ...absorbedEvents(turn, content)],
    links: linksOf(turn, traceOf),
    ...remoteParent(turn, traceOf),
  };
}

/**
 * What the turn hangs under in somebody else's trace. The client hands its own span of a turn out when the turn ends, or
 * when it says goodbye: where it was killed before, nobody ever sees that span, and ours is the root.
 */
function remoteParent(
  { scope, status, withGoodbye }: Turn,
  traceOf: TraceOf,
): Pick<SpanInput, 'parentSpanId' | 'parentIsRemote'> {
  const context = traceOf(scope);
  if (context.kind !== 'joined' || context.parentIsElsewhere === true) return {};
  if (context.parentOf === 'client' && status === 'lost' && !withGoodbye) return {};
  return { parentSpanId: context.parent.spanId, parentIsRemote: true };
}

function linksOf({ scope, notifiedBy, forkedFrom }: Turn, traceOf: TraceOf): SafeLink[] {
  const context = traceOf(scope);
  const links: SafeLink[] = [];
  if (notifiedBy !== undefined) {
    const { turn, toolUseId } = notifiedBy;
    links.push(link(constant('launched_by'), turnTraceId(turn, traceOf), toolSpanId(toolUseId)));
  }
  if (forkedFrom !== undefined) {
    links.push(link(constant('forked_from'), turnTraceId(forkedFrom, traceOf), turnSpanId(forkedFrom)));
  }
  if (context.kind === 'linked') links.push(link(constant('native'), context.to.traceId, context.to.spanId));
  return links;
}

/** Messages that reached the model while it worked: events of the turn, not turns. */
function absorbedEvents({ absorbed }: Turn, content: ContentPolicy): SafeEvent[] {
  return absorbed.map(({ at, origin, blocks }) => ({
    name: constant('turnspan.message.absorbed'),
    at,
    attributes: {
      [Turnspan.messageOrigin]: optionalName(origin),
      [GenAi.inputMessages]: inputText([{ role: 'user', blocks }], content),
    },
  }));
}

function link(kind: SafeText, traceId: string, spanId: string): SafeLink {
  return { traceId, spanId, attributes: { [Turnspan.linkKind]: kind } };
}
