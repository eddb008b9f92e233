// In: a compaction of the conversation. Out: its event.
import type { Compaction } from '../../session/model.ts';
import { constant } from '../../privacy/safe-text.ts';
import { compactionSpan } from '../compaction-span.ts';
import type { Place } from '../place.ts';
import type { TraceOf } from '../trace-context.ts';
import { duration, eventOf, type EventRecord } from './event.ts';

export function compactionEvent(compaction: Compaction, place: Place, traceOf: TraceOf): EventRecord {
  const span = compactionSpan(compaction, place, traceOf);
  return eventOf(constant('turnspan.compaction'), span, place.scope.clientVersion, {
    at: compaction.endedAt,
    ids: [compaction.id],
    attributes: duration(span),
  });
}
