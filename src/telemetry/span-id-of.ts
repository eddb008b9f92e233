// In: a completed thing. Out: the id of its span, without the span.
// Always: the same as the span's that `toReadableSpan` makes; it names the thing in the ledger, whichever signals leave.
import type { Completed } from '../session/model.ts';
import { spanId } from './ids.ts';
import { agentSpanId, turnSpanId } from './place.ts';
import { toolSpanId } from './tool-span.ts';

/** 16 hexadecimal digits. */
export function spanIdOf(one: Completed): string {
  switch (one.kind) {
    case 'generation':
      return spanId('generation', one.generation.id);
    case 'tool-call':
      return toolSpanId(one.toolCall.id);
    case 'compaction':
      return spanId('compaction', one.compaction.id);
    case 'agent-run':
      return agentSpanId(one.agentRun.owner);
    case 'turn':
      return turnSpanId(one.scope);
  }
}
