// In: a request to the Messages API, as any version of Claude Code sends it. Out: what a script needs to know of it:
// whose conversation it is, how far that is, and what the newest message says.
import type { IncomingHttpHeaders } from 'node:http';
import * as z from 'zod';

/** A request as a script sees it. */
export interface ModelRequest extends ReadRequest {
  /** 1 for the first request with a message, 2 for the second, … */
  readonly number: number;
  /** Requests of this purpose and conversation before this one, whatever became of them. */
  readonly earlier: number;
}

/** What a request says by itself. */
export interface ReadRequest {
  /**
   * `turn`: a request that answers somebody; `summary`: a compaction asks for its summary; `aside`: a side question
   * (`/btw`); `helper`: titles, topic checks and the like (requests without tools, warm-ups, guesses at the next prompt).
   */
  readonly purpose: 'turn' | 'summary' | 'aside' | 'helper';
  /** `main`, or NAME for a conversation whose first message holds `[agent NAME]`. */
  readonly conversation: string;
  /** The session id, where the client tells it. */
  readonly session: string | undefined;
  /** The text of everything after the last answer: prompt, notifications, reminders. */
  readonly said: string;
  /** The calls whose results stand after the last answer, by the `key` that the script gave them, else by their id. */
  readonly results: readonly string[];
  readonly model: string;
  /** Names of the tools that are offered. */
  readonly tools: readonly string[];
  readonly stream: boolean;
  /** As it came. */
  readonly body: string;
  readonly headers: IncomingHttpHeaders;
}

const blockShape = z.looseObject({
  type: z.string(),
  text: z.string().optional(),
  tool_use_id: z.string().optional(),
});
const bodyShape = z.looseObject({
  model: z.string(),
  stream: z.boolean().default(false),
  messages: z.array(z.looseObject({ role: z.string(), content: z.union([z.string(), z.array(blockShape)]) })),
  tools: z.array(z.looseObject({ name: z.string().optional() })).default([]),
  metadata: z.looseObject({ user_id: z.string().optional() }).default({}),
});
type Block = z.infer<typeof blockShape>;

/** Undefined when it is no request of this API. */
export function readRequest(body: string, headers: IncomingHttpHeaders): ReadRequest | undefined {
  const parsed = bodyShape.safeParse(parseJson(body));
  if (!parsed.success) return undefined;
  const { model, stream, metadata } = parsed.data;
  const tools = parsed.data.tools.flatMap(({ name }) => name ?? []);
  const messages = parsed.data.messages.map(({ role, content }) => ({
    role,
    blocks: typeof content === 'string' ? [{ type: 'text', text: content }] : content,
  }));
  const first = messages.find(({ role }) => role === 'user');
  const fresh = messages
    .slice(messages.findLastIndex(({ role }) => role === 'assistant') + 1)
    .flatMap(({ blocks }) => blocks);
  const said = textOf(fresh);
  return {
    purpose: purposeOf(said, tools),
    conversation: /\[agent ([\w-]+)\]/.exec(textOf(first?.blocks ?? []))?.[1] ?? 'main',
    session: sessionOf(headers, metadata.user_id),
    said,
    results: fresh.flatMap(({ type, tool_use_id }) => (type === 'tool_result' ? (tool_use_id ?? []) : [])),
    ...{ model, tools, stream, body, headers },
  };
}

function purposeOf(said: string, tools: readonly string[]): ReadRequest['purpose'] {
  if (/create a detailed summary of|detailed summary of the conversation/i.test(said)) return 'summary';
  if (said.includes('This is a side question from the user')) return 'aside';
  // 2.0 and 2.1.0 warm up the cache for each kind of agent; 2.1.38 to 2.1.100 guess the next prompt.
  if (/^Warmup$/m.test(said) || said.includes('Reply with ONLY the suggestion')) return 'helper';
  return tools.length === 0 ? 'helper' : 'turn';
}

/** Newer clients say it in a header, older ones at the end of the user's id. */
function sessionOf(headers: IncomingHttpHeaders, userId = ''): string | undefined {
  const header = headers['x-claude-code-session-id'];
  return typeof header === 'string' ? header : /session_(?<id>[0-9a-f-]{36})/.exec(userId)?.groups?.['id'];
}

function textOf(blocks: readonly Block[]): string {
  return blocks.flatMap(({ type, text }) => (type === 'text' ? (text ?? []) : [])).join('\n');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
