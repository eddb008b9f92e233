// The typed entries: what one line of a transcript can be, as the rest of the program sees it.
// Always: `offset` is the byte at which the line begins; times are milliseconds since the epoch, as recorded; a line
// of a type that we do not know is `unknown`, one that cannot be read is `unreadable`. Nothing inside asks again.
import type { Block } from './content.ts';

/** What the API reported for one request. Tokens, exactly as recorded. */
export interface Usage {
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cacheReadTokens: number;
  readonly cacheCreationTokens: number;
  readonly cacheCreation5mTokens?: number | undefined;
  readonly cacheCreation1hTokens?: number | undefined;
  /** A subset of the output tokens. */
  readonly thinkingTokens?: number | undefined;
  readonly serviceTier?: string | undefined;
  readonly speed?: string | undefined;
  /** Searches of the web that the server made. */
  readonly webSearches?: number | undefined;
  /** Where the model had to run: `us`, `global`. */
  readonly inferenceGeo?: string | undefined;
}

/** What every line of the conversation carries. */
export interface Envelope {
  readonly offset: number;
  readonly uuid: string;
  readonly timestamp: number;
  /** The line before it in the chain; absent at the beginning of one. */
  readonly parentUuid?: string | undefined;
  readonly isSidechain: boolean;
  readonly agentId?: string | undefined;
  readonly version?: string | undefined;
}

/** A prompt, a tool's result, or text that the client put in. */
export interface UserEntry extends Envelope {
  readonly kind: 'user';
  readonly content: readonly Block[];
  readonly promptId?: string | undefined;
  readonly isMeta: boolean;
  readonly isCompactSummary: boolean;
  /** Who speaks, where the client says so: `human`, `task-notification`, `sdk`, … */
  readonly origin?: string | undefined;
  readonly permissionMode?: string | undefined;
  readonly workingDirectory?: string | undefined;
  /** As git calls it; `HEAD` or nothing where there is none. */
  readonly branch?: string | undefined;
  readonly toolDenialKind?: string | undefined;
  /** What was decided about the tool call and by what: `accept`, by `config`, `user_temporary`, … */
  readonly permissionDecision?: string | undefined;
  readonly permissionSource?: string | undefined;
  /** The structured result of the tool: any JSON. */
  readonly toolUseResult?: unknown;
}

/** A piece of one API response (one block a line), or a message that the client made up (`<synthetic>`). */
export interface AssistantEntry extends Envelope {
  readonly kind: 'assistant';
  readonly messageId?: string | undefined;
  /** What answered, and what was asked for where the client says so. */
  readonly model: string;
  readonly requestedModel?: string | undefined;
  readonly content: readonly Block[];
  readonly stopReason?: string | undefined;
  readonly usage?: Usage | undefined;
  readonly requestId?: string | undefined;
  /** Id of the `api-request` line that began this response. */
  readonly requestRef?: string | undefined;
  readonly isApiError: boolean;
  readonly error?: string | undefined;
  readonly apiErrorStatus?: number | undefined;
  /** The stream was cut off: this is all that came of it. */
  readonly isAborted: boolean;
  readonly effort?: string | undefined;
  /** The plugin whose skill or agent the client puts it down to. */
  readonly plugin?: string | undefined;
}

/** A request to the API as it left (2.1.329 and later). */
export interface ApiRequestEntry {
  readonly kind: 'api-request';
  readonly offset: number;
  readonly id: string;
  readonly timestamp: number;
  readonly source?: string | undefined;
  readonly model?: string | undefined;
  readonly maxTokens?: number | undefined;
  readonly temperature?: number | undefined;
  /** `adaptive`, `enabled`, `disabled`, and how many tokens it may take. */
  readonly thinking?: string | undefined;
  readonly thinkingBudget?: number | undefined;
  readonly effort?: string | undefined;
  /** Its messages: the first `keep` of the request `base`, then those with the hashes of `tail`. */
  readonly base?: string | undefined;
  readonly keep?: number | undefined;
  readonly tail?: readonly string[] | undefined;
}

/** A message of requests, once for all that hold it (2.1.329 and later). Read only where whole inputs are asked for. */
export interface RequestMessageEntry {
  readonly kind: 'request-message';
  readonly offset: number;
  readonly hash: string;
  readonly role: 'user' | 'assistant';
  readonly content: readonly Block[];
}

/** The session is linked to a pull request: the client has seen it made. It is written again, at a resume for one. */
export interface PullRequestEntry {
  readonly kind: 'pull-request';
  readonly offset: number;
  readonly url: string;
}

/** What the session is called: by the user, or by the client, which asks a model for it. The last of each counts. */
export interface TitleEntry {
  readonly kind: 'title';
  readonly offset: number;
  readonly by: 'user' | 'client';
  /** Empty: it has none any more. */
  readonly title: string;
}

/** Written after the Stop hooks of a turn have returned. */
export interface StopHookSummaryEntry extends Envelope {
  readonly kind: 'stop-hook-summary';
  readonly preventedContinuation: boolean;
}

export interface TurnDurationEntry extends Envelope {
  readonly kind: 'turn-duration';
}

/** The conversation was replaced by a summary. */
export interface CompactionEntry extends Envelope {
  readonly kind: 'compaction';
  readonly trigger?: string | undefined;
  readonly tokensBefore?: number | undefined;
  readonly tokensAfter?: number | undefined;
  readonly durationMs?: number | undefined;
}

/** One failed attempt of a request that the client tried again. */
export interface RetryEntry extends Envelope {
  readonly kind: 'retry';
  readonly status?: number | undefined;
  readonly attempt?: number | undefined;
  readonly maxRetries?: number | undefined;
  readonly waitMs?: number | undefined;
}

export interface AttachmentEntry extends Envelope {
  readonly kind: 'attachment';
  readonly attachmentType: string;
  readonly hookEvent?: string | undefined;
  /** `hook_additional_context`: what a hook of the user's tells the model. */
  readonly context?: readonly Block[] | undefined;
  /** `queued_command`: what was typed while the turn ran. */
  readonly prompt?: readonly Block[] | undefined;
  readonly origin?: string | undefined;
}

/** Progress of a subagent: read for the link between its id and its tool call alone; its messages are copies. */
export interface AgentProgressEntry extends Envelope {
  readonly kind: 'agent-progress';
  readonly progressAgentId: string;
  readonly parentToolUseId: string;
}

/** A line of a known type that tells nothing that we send. */
export interface IgnoredEntry {
  readonly kind: 'ignored';
  readonly offset: number;
  readonly type: string;
}

/** A type that this version does not know: counted, not fatal. */
export interface UnknownEntry {
  readonly kind: 'unknown';
  readonly offset: number;
  readonly type: string;
}

export interface UnreadableEntry {
  readonly kind: 'unreadable';
  readonly offset: number;
  readonly reason: string;
}

/** A line with its place in the conversation. */
export type ConversationEntry =
  | UserEntry
  | AssistantEntry
  | StopHookSummaryEntry
  | TurnDurationEntry
  | CompactionEntry
  | RetryEntry
  | AttachmentEntry
  | AgentProgressEntry;

export type Entry =
  | ConversationEntry
  | ApiRequestEntry
  | RequestMessageEntry
  | PullRequestEntry
  | TitleEntry
  | IgnoredEntry
  | UnknownEntry
  | UnreadableEntry;
