// In: one turn. Out: the root span of its trace, `invoke_agent claude-code`.
import type { Turn, TurnScope } from '../session/model.ts';
import type { ContentPolicy } from '../privacy/policy.ts';
import { constant, optionalName, type SafeText } from '../privacy/safe-text.ts';
import { inputText, outputText } from './messages.ts';
import { commonAttributes, turnSpanId, turnTraceId } from './place.ts';
import { retryEvents } from './retry-event.ts';
import { rollUpAttributes } from './roll-up-attributes.ts';
import { Common, GenAi, Turnspan } from './semconv.ts';
import type { SafeEvent, SafeLink, SpanInput } from './span.ts';
import { toolSpanId } from './tool-span.ts';

export function turnSpan(turn: Turn, content: ContentPolicy): SpanInput {
  const { scope, notifiedBy, forkedFrom } = turn;
  const failed = turn.status === 'failed';
  return {
    traceId: turnTraceId(scope),
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
      {
        [Turnspan.agentsPending]: turn.agentsPending,
        [GenAi.inputMessages]: inputText(turn.input, content),
        [GenAi.outputMessages]: outputText(
          turn.output,
          turn.status === 'completed' ? 'stop' : 'error',
          content,
        ),
      },
    ],
    events: [...retryEvents(turn.retries), ...absorbedEvents(turn, content)],
    links: [
      ...(notifiedBy === undefined
        ? []
        : [link(constant('launched_by'), notifiedBy.turn, toolSpanId(notifiedBy.toolUseId))]),
      ...(forkedFrom === undefined
        ? []
        : [link(constant('forked_from'), forkedFrom, turnSpanId(forkedFrom))]),
    ],
  };
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

function link(kind: SafeText, turn: TurnScope, spanId: string): SafeLink {
  return { traceId: turnTraceId(turn), spanId, attributes: { [Turnspan.linkKind]: kind } };
}
