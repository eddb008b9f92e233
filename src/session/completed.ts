// In: a part of a thread and where it belongs. Out: the same as the session hands it on.
import type { AgentOwner, Completed, TurnScope } from './model.ts';
import type { ThreadPart } from './thread.ts';

/** The part in its place; `owner` absent: the turn's own thread. */
export function toCompleted(part: ThreadPart, scope: TurnScope, owner?: AgentOwner): Completed {
  const place = owner === undefined ? { scope } : { scope, owner };
  switch (part.kind) {
    case 'generation':
      return { kind: 'generation', generation: part.generation, ...place };
    case 'tool-call':
      return { kind: 'tool-call', toolCall: part.toolCall, ...place };
    case 'compaction':
      return { kind: 'compaction', compaction: part.compaction, ...place };
  }
}
