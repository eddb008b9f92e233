// In: the text of a line. Out: which background agent it says has ended.
// `<task-notification>` is how the client tells the model that a background agent is done; it is the only place where
// the transcript of the session says so.

export interface AgentNotification {
  readonly agentId: string;
  readonly toolUseId?: string | undefined;
  readonly status?: string | undefined;
}

/** Agents are told with a warning before it (2.1.329). */
const NOTIFICATION = /^\s*(\[SYSTEM NOTIFICATION[^<]*)?<task-notification>/;

/** The notification in `text`, if it is one. */
export function parseNotification(text: string): AgentNotification | undefined {
  if (!NOTIFICATION.test(text)) return undefined;
  const agentId = tag(text, 'task-id');
  return agentId === undefined
    ? undefined
    : { agentId, toolUseId: tag(text, 'tool-use-id'), status: tag(text, 'status') };
}

function tag(text: string, name: string): string | undefined {
  const from = text.indexOf(`<${name}>`);
  if (from === -1) return undefined;
  const to = text.indexOf(`</${name}>`, from);
  return to === -1 ? undefined : text.slice(from + name.length + 2, to).trim();
}
