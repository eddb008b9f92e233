// In: one line. Out: its typed entries (one, but for glued lines). Each line is parsed once, here.
// Always: it never throws; unknown types and keys are fine; a field that is not essential and has another shape than
// we know counts as absent, one that is essential makes the line `unreadable`, with a reason that quotes nothing.
import * as z from 'zod';
import { contentSchema } from './content.ts';
import type { ConversationEntry, Entry } from './entry.ts';
import { parseJsonLine } from './json-objects.ts';
import type { Line } from './lines.ts';

/** Parses a line into its entries. */
export function parseEntries(line: Line): Entry[] {
  const offset = line.start;
  if (line.kind === 'too-long') {
    return [{ kind: 'unreadable', offset, reason: `longer than the limit: ${line.end - line.start} bytes` }];
  }
  const json = parseJsonLine(line.text);
  if (json.status === 'unreadable') return [{ kind: 'unreadable', offset, reason: json.reason }];
  return json.values.map((value) => parseEntry(value, offset));
}

const text = z.string().optional().catch(undefined);
const count = z.number().optional().catch(undefined);
const flag = z
  .boolean()
  .optional()
  .catch(undefined)
  .transform((value) => value === true);
const tokens = z.number().int().nonnegative().catch(0);
const time = z.iso.datetime({ offset: true }).transform((value) => Date.parse(value));

const envelope = {
  uuid: z.string().min(1),
  timestamp: time,
  parentUuid: text,
  isSidechain: flag,
  agentId: text,
  version: text,
};

const usage = z
  .object({
    input_tokens: tokens,
    output_tokens: tokens,
    cache_read_input_tokens: tokens,
    cache_creation_input_tokens: tokens,
    cache_creation: z
      .object({ ephemeral_5m_input_tokens: tokens, ephemeral_1h_input_tokens: tokens })
      .optional()
      .catch(undefined),
    output_tokens_details: z.object({ thinking_tokens: count }).optional().catch(undefined),
    service_tier: text,
    speed: text,
  })
  .transform((raw) => ({
    inputTokens: raw.input_tokens,
    outputTokens: raw.output_tokens,
    cacheReadTokens: raw.cache_read_input_tokens,
    // Before 2.1.152 the flat number could be 0 while the split held the tokens.
    cacheCreationTokens: Math.max(
      raw.cache_creation_input_tokens,
      (raw.cache_creation?.ephemeral_5m_input_tokens ?? 0) +
        (raw.cache_creation?.ephemeral_1h_input_tokens ?? 0),
    ),
    cacheCreation5mTokens: raw.cache_creation?.ephemeral_5m_input_tokens,
    cacheCreation1hTokens: raw.cache_creation?.ephemeral_1h_input_tokens,
    thinkingTokens: raw.output_tokens_details?.thinking_tokens,
    serviceTier: raw.service_tier,
    speed: raw.speed,
  }));

const user = z
  .object({
    ...envelope,
    message: z.object({ content: contentSchema }),
    promptId: text,
    isMeta: flag,
    isCompactSummary: flag,
    turnOrigin: text,
    origin: z.object({ kind: text }).optional().catch(undefined),
    permissionMode: text,
    toolDenialKind: text,
    permissionDecision: z.object({ decision: text, source: text }).optional().catch(undefined),
    toolUseResult: z.unknown().optional(),
  })
  .transform(({ message, turnOrigin, origin, permissionDecision, ...rest }) => ({
    ...rest,
    kind: 'user' as const,
    content: message.content,
    origin: turnOrigin ?? origin?.kind,
    permissionDecision: permissionDecision?.decision,
    permissionSource: permissionDecision?.source,
  }));

const assistant = z
  .object({
    ...envelope,
    message: z.object({
      id: text,
      model: z.string().catch('unknown'),
      content: contentSchema,
      stop_reason: z.string().nullish().catch(undefined),
      usage: usage.optional().catch(undefined),
    }),
    requestId: text,
    requestRef: text,
    requestedModel: text,
    isApiErrorMessage: flag,
    error: text,
    apiErrorStatus: count,
    effort: text,
  })
  .transform(({ message, isApiErrorMessage, ...rest }) => ({
    ...rest,
    kind: 'assistant' as const,
    messageId: message.id,
    model: message.model,
    content: message.content,
    stopReason: message.stop_reason ?? undefined,
    usage: message.usage,
    isApiError: isApiErrorMessage,
  }));

const apiRequest = z
  .object({
    id: z.string(),
    timestamp: time,
    querySource: text,
    params: z.object({ model: text, max_tokens: count }).optional().catch(undefined),
  })
  .transform(({ id, timestamp, querySource, params }) => ({
    kind: 'api-request' as const,
    id,
    timestamp,
    source: querySource,
    model: params?.model,
    maxTokens: params?.max_tokens,
  }));

const stopHookSummary = z
  .object({ ...envelope, preventedContinuation: flag })
  .transform((rest) => ({ ...rest, kind: 'stop-hook-summary' as const }));

const turnDuration = z.object(envelope).transform((rest) => ({ ...rest, kind: 'turn-duration' as const }));

const compaction = z
  .object({
    ...envelope,
    compactMetadata: z
      .object({ trigger: text, preTokens: count, postTokens: count, durationMs: count })
      .optional()
      .catch(undefined),
  })
  .transform(({ compactMetadata, ...rest }) => ({
    ...rest,
    kind: 'compaction' as const,
    trigger: compactMetadata?.trigger,
    tokensBefore: compactMetadata?.preTokens,
    tokensAfter: compactMetadata?.postTokens,
    durationMs: compactMetadata?.durationMs,
  }));

const retry = z
  .object({
    ...envelope,
    status: count,
    error: z.object({ status: count }).optional().catch(undefined),
    retryAttempt: count,
    maxRetries: count,
    retryInMs: count,
  })
  .transform(({ status, error, retryAttempt, maxRetries, retryInMs, ...rest }) => ({
    ...rest,
    kind: 'retry' as const,
    status: status ?? error?.status,
    attempt: retryAttempt,
    maxRetries,
    waitMs: retryInMs,
  }));

const attachment = z
  .object({
    ...envelope,
    attachment: z.object({
      type: z.string(),
      hookEvent: text,
      prompt: contentSchema.optional().catch(undefined),
      origin: z.object({ kind: text }).optional().catch(undefined),
    }),
  })
  .transform(({ attachment: inner, ...rest }) => ({
    ...rest,
    kind: 'attachment' as const,
    attachmentType: inner.type,
    hookEvent: inner.hookEvent,
    prompt: inner.prompt,
    origin: inner.origin?.kind,
  }));

const agentProgress = z
  .object({ ...envelope, parentToolUseID: z.string(), data: z.object({ agentId: z.string() }) })
  .transform(({ parentToolUseID, data, ...rest }) => ({
    ...rest,
    kind: 'agent-progress' as const,
    parentToolUseId: parentToolUseID,
    progressAgentId: data.agentId,
  }));

type WithoutOffset<E> = E extends unknown ? Omit<E, 'offset'> : never;

/** Line type (and subtype) → its schema. */
const schemas = new Map<string, z.ZodType<WithoutOffset<ConversationEntry>>>([
  ['user', user],
  ['assistant', assistant],
  ['attachment', attachment],
  ['system/stop_hook_summary', stopHookSummary],
  ['system/turn_duration', turnDuration],
  ['system/compact_boundary', compaction],
  ['system/api_error', retry],
  ['progress/agent_progress', agentProgress],
]);

/** Known lines that tell nothing that is sent today. Any other type is `unknown` and counted. */
const ignored = new Set([
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

function parseEntry(value: unknown, offset: number): Entry {
  const line = asObject(value);
  const type = line?.['type'];
  if (line === undefined || typeof type !== 'string') {
    return { kind: 'unreadable', offset, reason: 'not an object with a type' };
  }
  if (type === 'api-request') return typed(apiRequest.safeParse(line), type, offset);
  const schema = schemas.get(type) ?? schemas.get(`${type}/${subtypeOf(line)}`);
  if (schema !== undefined) return typed(schema.safeParse(line), type, offset);
  return ignored.has(type) ? { kind: 'ignored', offset, type } : { kind: 'unknown', offset, type };
}

/** `system` lines have a subtype, `progress` lines the type of their data. Looked up by hand: most lines end here. */
function subtypeOf(line: Readonly<Record<string, unknown>>): string {
  const subtype = line['subtype'] ?? asObject(line['data'])?.['type'];
  return typeof subtype === 'string' ? subtype : '';
}

function asObject(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : undefined;
}

function typed<T extends object>(
  result: z.ZodSafeParseResult<T>,
  type: string,
  offset: number,
): (T & { offset: number }) | Entry {
  if (result.success) return { ...result.data, offset };
  // Only where the fault lies, never what stood there.
  const place = result.error.issues[0]?.path.join('.') ?? '';
  return { kind: 'unreadable', offset, reason: `${type} line: unexpected value at "${place}"` };
}
