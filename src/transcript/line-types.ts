// The types of lines that tell something, each with its fields: which key of the transcript is which of the entry.
// Always: a field that is not essential and has another shape than we know counts as absent; one that is essential
// makes its line unreadable, and is named by its place alone.
import { parseContent } from './content.ts';
import type { ApiRequestEntry, ConversationEntry, Envelope } from './entry.ts';
import { asObject, field, flag, number, text, time, type JsonObject } from './fields.ts';
import { parseUsage } from './usage.ts';

/** The place of an essential field that has another shape than we know. */
export type Misfit = string;

/** One type of line: its entry, or what does not fit. */
export type ParseLine = (line: JsonObject, offset: number) => ConversationEntry | ApiRequestEntry | Misfit;

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
    ...envelope,
    kind: 'user',
    content,
    promptId: text(line, 'promptId'),
    isMeta: flag(line, 'isMeta'),
    isCompactSummary: flag(line, 'isCompactSummary'),
    origin: text(line, 'turnOrigin') ?? text(line['origin'], 'kind'),
    permissionMode: text(line, 'permissionMode'),
    toolDenialKind: text(line, 'toolDenialKind'),
    permissionDecision: text(line['permissionDecision'], 'decision'),
    permissionSource: text(line['permissionDecision'], 'source'),
    toolUseResult: line['toolUseResult'],
  };
});

const assistant = conversation((line, envelope) => {
  const message = asObject(line['message']);
  if (message === undefined) return 'message';
  const content = parseContent(message['content']);
  if (content === undefined) return 'message.content';
  return {
    ...envelope,
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
    error: text(line, 'error'),
    apiErrorStatus: number(line, 'apiErrorStatus'),
    effort: text(line, 'effort'),
  };
});

const attachment = conversation((line, envelope) => {
  const inner = asObject(line['attachment']);
  if (inner === undefined) return 'attachment';
  const attachmentType = text(inner, 'type');
  if (attachmentType === undefined) return 'attachment.type';
  return {
    ...envelope,
    kind: 'attachment',
    attachmentType,
    hookEvent: text(inner, 'hookEvent'),
    prompt: parseContent(inner['prompt']),
    origin: text(inner['origin'], 'kind'),
  };
});

const stopHookSummary = conversation((line, envelope) => ({
  ...envelope,
  kind: 'stop-hook-summary',
  preventedContinuation: flag(line, 'preventedContinuation'),
}));

const turnDuration = conversation((_line, envelope) => ({ ...envelope, kind: 'turn-duration' }));

const compaction = conversation((line, envelope) => {
  const told = line['compactMetadata'];
  return {
    ...envelope,
    kind: 'compaction',
    trigger: text(told, 'trigger'),
    tokensBefore: number(told, 'preTokens'),
    tokensAfter: number(told, 'postTokens'),
    durationMs: number(told, 'durationMs'),
  };
});

const retry = conversation((line, envelope) => ({
  ...envelope,
  kind: 'retry',
  status: number(line, 'status') ?? number(line['error'], 'status'),
  attempt: number(line, 'retryAttempt'),
  maxRetries: number(line, 'maxRetries'),
  waitMs: number(line, 'retryInMs'),
}));

const agentProgress = conversation((line, envelope) => {
  const parentToolUseId = text(line, 'parentToolUseID');
  if (parentToolUseId === undefined) return 'parentToolUseID';
  const progressAgentId = text(field(line, 'data'), 'agentId');
  if (progressAgentId === undefined) return 'data.agentId';
  return { ...envelope, kind: 'agent-progress', progressAgentId, parentToolUseId };
});

const apiRequest: ParseLine = (line, offset) => {
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
    model: text(line['params'], 'model'),
    maxTokens: number(line['params'], 'max_tokens'),
  };
};

/** By type, or by type and subtype: that of a `system` line, or of a `progress` line's data. */
export const lineTypes: ReadonlyMap<string, ParseLine> = new Map([
  ['user', user],
  ['assistant', assistant],
  ['attachment', attachment],
  ['api-request', apiRequest],
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
  'ai-title',
  'api-request-blob',
  'api-request-shape',
  'atis-latch',
  'bridge-session',
  'content-replacement',
  'continued-in',
  'cost-state',
  'custom-title',
  'ended-by-model',
  'file-history-delta',
  'file-history-snapshot',
  'fork-context-ref',
  'frame-link',
  'last-prompt',
  'mode',
  'permission-mode',
  'pr-link',
  'progress',
  'queue-operation',
  'relocated',
  'summary',
  'system',
  'tag',
  'tools-used',
  'worktree-state',
]);
