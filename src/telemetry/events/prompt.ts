// In: a turn. Out: the event of its prompt, and one of each message that reached the model while it ran.
import type { Message, Turn } from '../../session/model.ts';
import type { ContentPolicy } from '../../privacy/policy.ts';
import { constant, optionalName } from '../../privacy/safe-text.ts';
import { Turnspan } from '../semconv.ts';
import type { SafeAttributes } from '../span.ts';
import type { TraceOf } from '../trace-context.ts';
import { turnSpan } from '../turn-span.ts';
import { eventOf, withoutContent, type EventRecord } from './event.ts';
import { Event } from './names.ts';
import { textOf } from './texts.ts';

export function promptEvents(turn: Turn, content: ContentPolicy, traceOf: TraceOf): EventRecord[] {
  const { scope, input, absorbed } = turn;
  const span = turnSpan(turn, withoutContent, traceOf);
  const name = constant('turnspan.prompt');
  return [
    eventOf(name, span, scope.clientVersion, {
      at: scope.startedAt,
      ids: [scope.turnId],
      attributes: said(input, content),
    }),
    ...absorbed.map(({ at, origin, blocks }, place) =>
      eventOf(name, span, scope.clientVersion, {
        at,
        ids: [scope.turnId, 'absorbed', String(place)],
        attributes: {
          ...said([{ role: 'user', blocks }], content),
          // The turn's own is that of its prompt.
          [Turnspan.turnOrigin]: undefined,
          [Turnspan.messageOrigin]: optionalName(origin),
          [Event.promptAbsorbed]: true,
        },
      }),
    ),
  ];
}

function said(messages: readonly Message[], content: ContentPolicy): SafeAttributes {
  const text = textOf(messages.flatMap(({ blocks }) => blocks));
  return { [Event.promptLength]: text.length, [Event.promptText]: content.text(text) };
}
