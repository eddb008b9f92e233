// In: a compaction of the conversation. Out: its span, under the turn in which it falls.
import type { Compaction } from '../session/model.ts';
import { constant, optionalName } from '../privacy/safe-text.ts';
import { spanId } from './ids.ts';
import { commonAttributes, under, type Place } from './place.ts';
import { Turnspan } from './semconv.ts';
import type { SpanInput } from './span.ts';
import type { TraceOf } from './trace-context.ts';

export function compactionSpan(compaction: Compaction, place: Place, traceOf: TraceOf): SpanInput {
  return {
    spanId: spanId('compaction', compaction.id),
    name: constant('compaction'),
    kind: 'internal',
    startedAt: compaction.startedAt,
    endedAt: compaction.endedAt,
    attributes: [
      ...commonAttributes(place),
      {
        [Turnspan.compactionTrigger]: optionalName(compaction.trigger),
        [Turnspan.compactionBefore]: compaction.tokensBefore,
        [Turnspan.compactionAfter]: compaction.tokensAfter,
        [Turnspan.startInferred]: compaction.startInferred || undefined,
      },
    ],
    ...under(place, traceOf),
  };
}
