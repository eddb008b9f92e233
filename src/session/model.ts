// The nouns of a session, as they leave this room. Each value below becomes exactly one span.
// Always: times are milliseconds since the epoch and recorded, or marked inferred; texts are the user's own and still
// unprotected (only `privacy/` may let them out).
import type { Block } from '../transcript/content.ts';
import type { ApiRequestEntry, RetryEntry, Usage } from '../transcript/entry.ts';

/** Which turn a thing belongs to; small, because it outlives its turn (background agents, late lines). */
export interface TurnScope {
  /** uuid of the prompt's line: the identity of the turn, which survives forks. */
  readonly turnId: string;
  /** Counts from 1 in its transcript. */
  readonly number: number;
  readonly sessionId: string;
  readonly promptId?: string | undefined;
  readonly startedAt: number;
  readonly clientVersion?: string | undefined;
}

/** What a span hangs under: the turn itself, or an agent run inside it. */
export interface AgentOwner {
  readonly agentId: string;
  /** uuid of the first line of the run. */
  readonly runId: string;
}

/** One message of a conversation, new since the request before it. */
export interface Message {
  readonly role: 'user' | 'assistant' | 'tool';
  readonly blocks: readonly Block[];
}

/** One API response. */
export interface Generation {
  /** message.id, else the uuid of its first line. */
  readonly id: string;
  readonly messageId?: string | undefined;
  readonly requestId?: string | undefined;
  /** What answered; absent where nothing did. */
  readonly model?: string | undefined;
  readonly requestedModel?: string | undefined;
  readonly startedAt: number;
  readonly startInferred: boolean;
  readonly endedAt: number;
  readonly endInferred: boolean;
  readonly stopReason?: string | undefined;
  readonly usage?: Usage | undefined;
  /** The stream was cut off, or no answer was written at all. */
  readonly isCutOff: boolean;
  /** No line had a `stop_reason`: the output tokens may be what the stream began with. */
  readonly usageIncomplete: boolean;
  /** Its price in nanodollars (billionths of a US dollar), a whole number; absent where nobody knows it. */
  readonly cost?: number | undefined;
  /** The request as it left, where a line says so. */
  readonly request?: ApiRequestEntry | undefined;
  readonly effort?: string | undefined;
  readonly input: readonly Message[];
  /** All that the model was sent, where it was recorded and asked for; `input` is what was new in it. */
  readonly wholeInput?: readonly Message[] | undefined;
  readonly output: readonly Block[];
  readonly retries: readonly RetryEntry[];
}

/** How a tool call ended. `unfinished`: no result was ever recorded. */
export type ToolOutcome = 'succeeded' | 'failed' | 'denied' | 'interrupted' | 'unfinished';

/** One tool call, from its `tool_use` block to its result. */
export interface ToolCall {
  readonly id: string;
  readonly name: string;
  readonly startedAt: number;
  readonly endedAt: number;
  readonly endInferred: boolean;
  readonly outcome: ToolOutcome;
  readonly arguments: unknown;
  /** The `content` of its result: a string or blocks, as recorded. */
  readonly result?: unknown;
  /** The structured result that the client keeps beside it: an object, a string (an error), or blocks. */
  readonly details?: unknown;
  /** What was decided about it and by what, and why it was not run, in the client's words. */
  readonly permissionDecision?: string | undefined;
  readonly permissionSource?: string | undefined;
  readonly denialKind?: string | undefined;
  /** The agent, or the run of a workflow, that it launched, where its result names one. */
  readonly agentId?: string | undefined;
}

/** What one tool call did to the work: its files, its repository, the world outside. */
export interface ToolWork {
  readonly fileRead?: string | undefined;
  readonly fileModified?: string | undefined;
  readonly linesAdded: number;
  readonly linesRemoved: number;
  /** A command of a shell ran. */
  readonly isCommand: boolean;
  /** What git called them; one that it did not name has the name of its tool call. */
  readonly commits: readonly string[];
  /** Their URLs; one without has the name of its tool call. */
  readonly pullRequests: readonly string[];
  readonly isWebSearch: boolean;
  readonly isWebFetch: boolean;
  readonly isSkill: boolean;
  /** What that skill is called. */
  readonly skill?: string | undefined;
  readonly mcpServer?: string | undefined;
}

/** What the tool calls of a thread did, and of the agents that finished under it. Each name is there once, in no order. */
export interface Work {
  readonly linesAdded: number;
  readonly linesRemoved: number;
  readonly commands: number;
  readonly webSearches: number;
  readonly webFetches: number;
  readonly skillCalls: number;
  readonly filesRead: readonly string[];
  readonly filesModified: readonly string[];
  /** As in `ToolWork`. */
  readonly commits: readonly string[];
  /** As in `ToolWork`, and those that a line of the transcript links to. */
  readonly pullRequests: readonly string[];
  readonly mcpServers: readonly string[];
  readonly skills: readonly string[];
  /** Those that responses of the model are put down to. */
  readonly plugins: readonly string[];
}

/** The conversation was replaced by a summary. */
export interface Compaction {
  readonly id: string;
  readonly startedAt: number;
  readonly startInferred: boolean;
  readonly endedAt: number;
  readonly trigger?: string | undefined;
  readonly tokensBefore?: number | undefined;
  readonly tokensAfter?: number | undefined;
}

/** Sums over one thread and the agents that finished under it. Tokens as in `Usage`. */
export interface RollUp {
  readonly generations: number;
  readonly toolCalls: number;
  readonly toolFailures: number;
  readonly agents: number;
  readonly retries: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cacheReadTokens: number;
  readonly cacheCreationTokens: number;
  /** Some generation's output tokens are incomplete. */
  readonly incomplete: boolean;
  /** Of the generations that have a price, in nanodollars; and how many have none. */
  readonly cost: number;
  readonly unpriced: number;
  readonly work: Work;
}

/** How an agent run ended. `stopped`: by the user or by the model; `unknown`: the client was gone before it said so. */
export type AgentOutcome = 'completed' | 'failed' | 'stopped' | 'unknown';

/** One run of a subagent, from its prompt to its end. */
export interface AgentRun {
  readonly owner: AgentOwner;
  readonly type?: string | undefined;
  readonly description?: string | undefined;
  /** The tool call that launched it; absent where the transcript does not tell. */
  readonly toolUseId?: string | undefined;
  /**
   * No line says what launched it. `adopted`: it belongs to its turn by its time; `orphan`: its call is missing, its span
   * is the root of a trace.
   */
  readonly unlaunched?: 'adopted' | 'orphan' | undefined;
  /** 1 for an agent of the turn itself, 2 for an agent's agent, … */
  readonly depth: number;
  readonly background: boolean;
  readonly startedAt: number;
  readonly endedAt: number;
  readonly endInferred: boolean;
  readonly outcome: AgentOutcome;
  /** Name of the API error that it ended with. */
  readonly error?: string | undefined;
  readonly input: readonly Message[];
  readonly output: readonly Block[];
  readonly rollUp: RollUp;
}

/** A message that the model read while the turn ran: typed by the user, or the notification of an agent. */
export interface AbsorbedMessage {
  readonly at: number;
  readonly origin?: string | undefined;
  readonly blocks: readonly Block[];
}

export type TurnStatus = 'completed' | 'failed' | 'interrupted' | 'lost';

/** One turn: a prompt and all that followed until it was answered or ended otherwise. */
export interface Turn {
  readonly scope: TurnScope;
  /** Where the client was when it was prompted, and on which branch. */
  readonly workingDirectory?: string | undefined;
  readonly branch?: string | undefined;
  /** What the session was called when it closed. */
  readonly title?: string | undefined;
  /** The turn before it in this transcript. */
  readonly previous?: TurnScope | undefined;
  /** The same, where that one is another session's: this session is a fork, and this its first own turn. */
  readonly forkedFrom?: TurnScope | undefined;
  readonly origin?: string | undefined;
  readonly permissionMode?: string | undefined;
  /** How hard the model was asked to think, in its last response that tells. */
  readonly effort?: string | undefined;
  readonly endedAt: number;
  readonly endInferred: boolean;
  readonly status: TurnStatus;
  /** Its client ended in it, and not by being killed. */
  readonly withGoodbye: boolean;
  /** Name and HTTP status of the API error that it ended with. */
  readonly error?: string | undefined;
  readonly errorStatus?: number | undefined;
  readonly input: readonly Message[];
  readonly output: readonly Block[];
  readonly rollUp: RollUp;
  /** Agents launched in it that had not finished when it closed. */
  readonly agentsPending: number;
  /** The tool call whose background agent this turn reports on, where it is a notification's turn. */
  readonly notifiedBy?: { readonly toolUseId: string; readonly turn: TurnScope } | undefined;
  /** Retries that led to no answer. */
  readonly retries: readonly RetryEntry[];
  readonly absorbed: readonly AbsorbedMessage[];
}

/** What the session room hands on, each as soon as it can no longer change. `owner` absent: the turn's own thread. */
export type Completed =
  | {
      readonly kind: 'generation';
      readonly scope: TurnScope;
      readonly owner?: AgentOwner;
      readonly generation: Generation;
    }
  | {
      readonly kind: 'tool-call';
      readonly scope: TurnScope;
      readonly owner?: AgentOwner;
      readonly toolCall: ToolCall;
    }
  | {
      readonly kind: 'compaction';
      readonly scope: TurnScope;
      readonly owner?: AgentOwner;
      readonly compaction: Compaction;
    }
  | { readonly kind: 'agent-run'; readonly scope: TurnScope; readonly agentRun: AgentRun }
  | { readonly kind: 'turn'; readonly scope: TurnScope; readonly turn: Turn };
