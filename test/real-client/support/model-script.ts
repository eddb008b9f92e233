// What a scripted model says: replies, and the short words that build them. A script is a function from a request to a
// reply, or for each conversation a list of replies, one a request.
import type { ModelRequest } from './model-request.ts';

/** A block of an answer. */
export type Block =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'thinking'; readonly thinking: string }
  | {
      readonly type: 'tool_use';
      readonly name: string;
      readonly input: Readonly<Record<string, unknown>>;
      /** By what `ModelRequest.results` names its result. */
      readonly key?: string;
    };

/** What the server does with a request. */
export type Reply =
  | {
      readonly kind: 'answer';
      readonly blocks: readonly Block[];
      /** Before the first byte, in ms. */
      readonly waitMs?: number;
      /** Between two pieces of the stream, in ms; a piece is a few words. */
      readonly pieceMs?: number;
      /** After this many pieces the stream stands still for ever. */
      readonly stallAfter?: number;
      readonly stopReason?: string;
    }
  | { readonly kind: 'error'; readonly status: number; readonly type: string; readonly message: string }
  /** Takes the request and never answers. */
  | { readonly kind: 'silence' };

/** Decides for each request; undefined leaves it to the server: `OK.`, a title, a summary. */
export type Script = (request: ModelRequest) => Reply | undefined;

type Line = Reply | ((request: ModelRequest) => Reply);

/**
 * One reply a request, in order, for each conversation (`main`, or an agent's NAME). `helper`, `summary` and `aside` are
 * those of the requests that belong to no turn. What comes after the end of a list gets the server's own `OK.`.
 */
export function play(parts: Readonly<Record<string, readonly Line[]>>): Script {
  return (request) => {
    const part = request.purpose === 'turn' ? request.conversation : request.purpose;
    const line = parts[part]?.[request.earlier];
    return typeof line === 'function' ? line(request) : line;
  };
}

/** An answer of these blocks; a string is a text. */
export function say(...blocks: readonly (Block | string)[]): Extract<Reply, { kind: 'answer' }> {
  return { kind: 'answer', blocks: blocks.map((block) => (typeof block === 'string' ? text(block) : block)) };
}

/** A thought. */
export function think(thinking: string): Block {
  return { type: 'thinking', thinking };
}

/** A tool call. `Agent` is called `Task` where the client knows only that. */
export function use(name: string, input: Readonly<Record<string, unknown>>, key?: string): Block {
  return key === undefined ? { type: 'tool_use', name, input } : { type: 'tool_use', name, input, key };
}

/** `Bash` with a command. */
export function bash(command: string, description = 'Run a command'): Block {
  return use('Bash', { command, description });
}

/** `Agent` with a prompt that carries the name of its conversation. */
export function agent(name: string, options: Readonly<Record<string, unknown>> = {}, key?: string): Block {
  const { prompt = 'do your part.', ...rest } = options;
  const input = {
    description: `Ask ${name}`,
    prompt: `[agent ${name}] ${String(prompt)}`,
    subagent_type: 'general-purpose',
    ...rest,
  };
  return use('Agent', input, key);
}

/** 529, which every client tries again. */
export const overloaded: Reply = {
  kind: 'error',
  status: 529,
  type: 'overloaded_error',
  message: 'Overloaded',
};

/** 400 with a text. */
export function refused(message: string): Reply {
  return { kind: 'error', status: 400, type: 'invalid_request_error', message };
}

/** No answer at all. */
export const silence: Reply = { kind: 'silence' };

function text(words: string): Block {
  return { type: 'text', text: words };
}
