// The types of lines that tell something, each with its fields: which key of the transcript is which of the entry.
// Always: a field that is not essential and has another shape than we know counts as absent; one that is essential
// makes its line unreadable, and is named by its place alone. The envelope is spread last in each entry: V8 of Node 20
// takes a hundred times as long for fields that stand behind a spread.
import { parseContent } from './content.ts';
import type {
  ApiRequestEntry,
  ConversationEntry,
  Envelope,
  PullRequestEntry,
  RequestMessageEntry,
  TitleEntry,
} from './entry.ts';
import { asObject, field, flag, number, text, texts, time, type JsonObject } from './fields.ts';
import { parseUsage } from './usage.ts';

/** The place of an essential field that has another shape than we know. */
export type Misfit = string;

/** One type of line: its entry, or what does not fit. */
export type ParseLine = (
  line: JsonObject,
  offset: number,
) => ConversationEntry | ApiRequestEntry | RequestMessageEntry | PullRequestEntry | TitleEntry | Misfit;

type ParseInside = (line: JsonObject, envelope: Envelope) => ConversationEntry | Misfit;

/** A line with its place in the conversation: the envelope first, then what stands inside. */
function conversation(inside: ParseInside): ParseLine {
  return (line, offset) => {
    const uuid = text(line, 'uuid');
    if (uuid === undefined || uuid === '') return 'uuid';
    const timestamp = time(line, 'timestamp');
    if (timestamp === undefined) return 'timestamp';
    return inside(line, {
      offset,
      uuid,
      timestamp,
      parentUuid: text(line, 'parentUuid'),
      isSidechain: flag(line, 'isSidechain'),
      agentId: text(line, 'agentId'),
      version: text(line, 'version'),
    });
  };
}

const user = conversation((line, envelope) => {
  const message = asObject(line['message']);
  if (message === undefined) return 'message';
  const content = parseContent(message['content']);
  if (content === undefined) return 'message.content';
  return {
    kind: 'user',
    content,
    promptId: text(line, 'promptId'),
    // `queueTranscriptOnly` marks a notification that only the queue shows: nobody's prompt.
    isMeta: flag(line, 'isMeta') || flag(line, 'queueTranscriptOnly'),
    isCompactSummary: flag(line, 'isCompactSummary'),
    origin: text(line, 'turnOrigin') ?? text(line['origin'], 'kind'),
    permissionMode: text(line, 'permissionMode'),
    workingDirectory: text(line, 'cwd'),
    branch: text(line, 'gitBranch'),
    toolDenialKind: text(line, 'toolDenialKind'),
    permissionDecision: text(line['permissionDecision'], 'decision'),
    permissionSource: text(line['permissionDecision'], 'source'),
    toolUseResult: line['toolUseResult'],
    ...envelope,
  };
});

const assistant = conversation((line, envelope) => {
  const message = asObject(line['message']);
  if (message === undefined) return 'message';
  const content = parseContent(message['content']);
  if (content === undefined) return 'message.content';
  return {
    kind: 'assistant',
    messageId: text(message, 'id'),
    model: text(message, 'model') ?? 'unknown',
    requestedModel: text(line, 'requestedModel'),
    content,
    stopReason: text(message, 'stop_reason'),
    usage: parseUsage(message['usage']),
    requestId: text(line, 'requestId'),
    requestRef: text(line, 'requestRef'),
    isApiError: flag(line, 'isApiErrorMessage'),
    // The client's own word, else the API's.
    error: knownError(text(line, 'error')) ?? text(line, 'apiErrorType') ?? text(line, 'error'),
    apiErrorStatus: number(line, 'apiErrorStatus'),
    isAborted: flag(line, 'isAbortedMidStream'),
    effort: text(line, 'effort'),
    plugin: text(line, 'attributionPlugin'),
    ...envelope,
  };
});

/** `unknown` tells nothing. */
function knownError(error: string | undefined): string | undefined {
  return error === 'unknown' ? undefined : error;
}

const attachment = conversation((line, envelope) => {
  const inner = asObject(line['attachment']);
  if (inner === undefined) return 'attachment';
  const attachmentType = text(inner, 'type');
  if (attachmentType === undefined) return 'attachment.type';
  return {
    kind: 'attachment',
    attachmentType,
    hookEvent: text(inner, 'hookEvent'),
    prompt: parseContent(inner['prompt']),
    context: attachmentType === 'hook_additional_context' ? parseContent(inner['content']) : undefined,
    origin: text(inner['origin'], 'kind'),
    ...envelope,
  };
});

const stopHookSummary = conversation((line, envelope) => ({
  kind: 'stop-hook-summary',
  preventedContinuation: flag(line, 'preventedContinuation'),
  ...envelope,
}));

const turnDuration = conversation((_line, envelope) => ({ kind: 'turn-duration', ...envelope }));

const compaction = conversation((line, envelope) => {
  const told = line['compactMetadata'];
  return {
    kind: 'compaction',
    trigger: text(told, 'trigger'),
    tokensBefore: number(told, 'preTokens'),
    tokensAfter: number(told, 'postTokens'),
    durationMs: number(told, 'durationMs'),
    ...envelope,
  };
});

const retry = conversation((line, envelope) => ({
  kind: 'retry',
  status: number(line, 'status') ?? number(line['error'], 'status'),
  attempt: number(line, 'retryAttempt'),
  maxRetries: number(line, 'maxRetries'),
  waitMs: number(line, 'retryInMs'),
  ...envelope,
}));

const agentProgress = conversation((line, envelope) => {
  const parentToolUseId = text(line, 'parentToolUseID');
  if (parentToolUseId === undefined) return 'parentToolUseID';
  const progressAgentId = text(field(line, 'data'), 'agentId');
  if (progressAgentId === undefined) return 'data.agentId';
  return { kind: 'agent-progress', progressAgentId, parentToolUseId, ...envelope };
});

const apiRequest: ParseLine = (line, offset) => {
  const params = line['params'];
  const id = text(line, 'id');
  if (id === undefined) return 'id';
  const timestamp = time(line, 'timestamp');
  if (timestamp === undefined) return 'timestamp';
  return {
    kind: 'api-request',
    offset,
    id,
    timestamp,
    source: text(line, 'querySource'),
    model: text(params, 'model'),
    maxTokens: number(params, 'max_tokens'),
    temperature: number(params, 'temperature'),
    thinking: text(field(params, 'thinking'), 'type'),
    thinkingBudget: number(field(params, 'thinking'), 'budget_tokens'),
    effort: text(field(params, 'output_config'), 'effort'),
    base: text(line, 'base'),
    keep: number(line, 'keep'),
    tail: texts(line, 'tail'),
  };
};

const pullRequest: ParseLine = (line, offset) => {
  const url = text(line, 'prUrl');
  return url === undefined || !/^https?:\/\//.test(url) ? 'prUrl' : { kind: 'pull-request', offset, url };
};

const titleBy =
  (by: TitleEntry['by'], key: string): ParseLine =>
  (line, offset) => {
    const title = text(line, key);
    return title === undefined ? key : { kind: 'title', offset, by, title };
  };

/** A message of requests: text of the user, in every conversation of theirs; looked at only where it is asked for. */
export const requestMessage: ParseLine = (line, offset) => {
  const message = line['message'];
  const hash = text(line, 'hash');
  if (hash === undefined) return 'hash';
  const content = parseContent(field(message, 'content'));
  if (content === undefined) return 'message.content';
  const role = text(message, 'role') === 'assistant' ? 'assistant' : 'user';
  return { kind: 'request-message', offset, hash, role, content };
};

/** By type, or by type and subtype: that of a `system` line, or of a `progress` line's data. */
export const lineTypes: ReadonlyMap<string, ParseLine> = new Map([
  ['user', user],
  ['assistant', assistant],
  ['attachment', attachment],
  ['api-request', apiRequest],
  ['pr-link', pullRequest],
  ['custom-title', titleBy('user', 'customTitle')],
  ['ai-title', titleBy('client', 'aiTitle')],
  ['system/stop_hook_summary', stopHookSummary],
  ['system/turn_duration', turnDuration],
  ['system/compact_boundary', compaction],
  ['system/api_error', retry],
  ['progress/agent_progress', agentProgress],
]);

/** Known lines that tell nothing that is sent today. Any other type is `unknown` and counted. */
export const ignoredTypes: ReadonlySet<string> = new Set([
  'agent-color',
  'agent-name',
  'agent-setting',
  'api-request-blob',
  'api-request-shape',
  'atis-latch',
  'bridge-session',
  'content-replacement',
  'continued-in',
  'cost-state',
  'ended-by-model',
  'file-history-delta',
  'file-history-snapshot',
  'fork-context-ref',
  'frame-link',
  'last-prompt',
  'mode',
  'permission-mode',
  'progress',
  'queue-operation',
  'relocated',
  'summary',
  'system',
  'tag',
  'tools-used',
  'worktree-state',
]);
