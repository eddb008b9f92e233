// In: an agent's file, and the transcript of its session. Out: which of its lines are copies of the session's.
// Side questions and compactions of 2.1.75 to 2.1.100 begin with a copy of the session, which is no work of theirs; copied
// lines keep their uuids.
import type { AgentFile } from './agent-files.ts';
import { conversationOf } from './conversation-of.ts';

/** The uuids of the lines that were copied. What is copied was on disk before the copy was. */
export function copiedLines({ agentId, path }: AgentFile, transcript: string): ReadonlySet<string> {
  const copied = new Set<string>();
  if (!/^a(compact|side_question)-/.test(agentId) || !beginsAtRoot(path)) return copied;
  for (const { uuid } of conversationOf(transcript)) copied.add(uuid);
  return copied;
}

/** Without a copy (2.1.38), the first line goes on from one of the session. */
function beginsAtRoot(path: string): boolean {
  for (const { parentUuid } of conversationOf(path)) return parentUuid === undefined;
  return false;
}
