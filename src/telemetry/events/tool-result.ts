// In: one tool call. Out: the event of its end, with what its tool tells of itself.
import type { ToolCall } from '../../session/model.ts';
import type { ContentPolicy } from '../../privacy/policy.ts';
import { constant } from '../../privacy/safe-text.ts';
import type { Place } from '../place.ts';
import { toolDetails } from '../tool-details.ts';
import { toolSpan } from '../tool-span.ts';
import type { TraceOf } from '../trace-context.ts';
import { duration, eventOf, withoutContent, type EventRecord } from './event.ts';

export function toolResultEvent(
  toolCall: ToolCall,
  place: Place,
  content: ContentPolicy,
  traceOf: TraceOf,
): EventRecord {
  const span = toolSpan(toolCall, place, withoutContent, traceOf);
  return eventOf(constant('turnspan.tool.result'), span, place.scope.clientVersion, {
    at: toolCall.endedAt,
    ids: [toolCall.id],
    attributes: { ...toolDetails(toolCall, content), ...duration(span) },
  });
}
