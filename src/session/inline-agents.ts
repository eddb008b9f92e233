// In: the sidechain lines of a main file. Out: which agent each belongs to, and which tool call launched it.
// Clients up to 2.0.x write agents into the main file: a chain of its own that begins with the prompt of the tool call
// (seen on 1.0.128). Nothing else ties the two together, so the prompt does: of calls with the same one, the first.
import type { ConversationEntry } from '../transcript/entry.ts';
import type { ToolCall } from './model.ts';
import { textField } from './json-fields.ts';
import { textOf } from './speaker.ts';

export interface InlineAgents {
  /** The agent of a sidechain line: named by the uuid of its first line. */
  agentOf(entry: ConversationEntry): string;
  /** The agent that a finished call launched. */
  launchedBy(call: ToolCall): string | undefined;
}

export function createInlineAgents(): InlineAgents {
  const agentOfLine = new Map<string, string>();
  /** Agents whose call is not known yet, with their prompts. */
  const waiting = new Map<string, string>();
  return {
    agentOf: (entry) => {
      const agentId = agentOfLine.get(entry.parentUuid ?? '') ?? entry.uuid;
      agentOfLine.set(entry.uuid, agentId);
      if (agentId === entry.uuid && entry.kind === 'user') waiting.set(agentId, textOf(entry.content));
      return agentId;
    },
    launchedBy: ({ arguments: input }) => {
      if (waiting.size === 0) return undefined;
      const prompt = textField(input, 'prompt');
      const found = [...waiting].find(([, first]) => first === prompt);
      if (found === undefined) return undefined;
      waiting.delete(found[0]);
      return found[0];
    },
  };
}
