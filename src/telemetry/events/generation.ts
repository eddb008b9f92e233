// In: one API response. Out: its event.
import type { Generation } from '../../session/model.ts';
import { constant } from '../../privacy/safe-text.ts';
import { generationSpan } from '../generation-span.ts';
import type { Place } from '../place.ts';
import type { TraceOf } from '../trace-context.ts';
import { duration, eventOf, withoutContent, type EventRecord } from './event.ts';

export function generationEvent(generation: Generation, place: Place, traceOf: TraceOf): EventRecord {
  const span = generationSpan(generation, place, withoutContent, traceOf);
  return eventOf(constant('turnspan.generation'), span, place.scope.clientVersion, {
    at: generation.endedAt,
    ids: [generation.id],
    attributes: duration(span),
  });
}
