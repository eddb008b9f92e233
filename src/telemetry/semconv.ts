// Names of attributes. The GenAI ones are those of the semantic conventions v1.41, copied because that part is
// unstable and its package asks not to be imported for it; `turnspan.*` is our own.
// Source: opentelemetry.io/docs/specs/semconv/gen-ai (v1.41).

export const GenAi = {
  operation: 'gen_ai.operation.name',
  provider: 'gen_ai.provider.name',
  conversationId: 'gen_ai.conversation.id',
  agentName: 'gen_ai.agent.name',
  agentId: 'gen_ai.agent.id',
  agentDescription: 'gen_ai.agent.description',
  requestModel: 'gen_ai.request.model',
  requestMaxTokens: 'gen_ai.request.max_tokens',
  responseModel: 'gen_ai.response.model',
  responseId: 'gen_ai.response.id',
  finishReasons: 'gen_ai.response.finish_reasons',
  inputTokens: 'gen_ai.usage.input_tokens',
  outputTokens: 'gen_ai.usage.output_tokens',
  cacheReadTokens: 'gen_ai.usage.cache_read.input_tokens',
  cacheCreationTokens: 'gen_ai.usage.cache_creation.input_tokens',
  toolName: 'gen_ai.tool.name',
  toolCallId: 'gen_ai.tool.call.id',
  toolType: 'gen_ai.tool.type',
  inputMessages: 'gen_ai.input.messages',
  outputMessages: 'gen_ai.output.messages',
  toolArguments: 'gen_ai.tool.call.arguments',
  toolResult: 'gen_ai.tool.call.result',
} as const;

export const Common = {
  sessionId: 'session.id',
  errorType: 'error.type',
  httpStatus: 'http.response.status_code',
  mcpMethod: 'mcp.method.name',
} as const;

/** Join keys with Claude Code's own telemetry, under its names. */
export const Native = {
  promptId: 'prompt.id',
  requestId: 'request_id',
  toolUseId: 'tool_use_id',
  agentId: 'agent_id',
} as const;

export const Turnspan = {
  turnId: 'turnspan.turn.id',
  turnNumber: 'turnspan.turn.number',
  turnStatus: 'turnspan.turn.status',
  turnOrigin: 'turnspan.turn.origin',
  permissionMode: 'turnspan.turn.permission_mode',
  agentsPending: 'turnspan.turn.agents_pending',
  clientVersion: 'turnspan.client.version',
  startInferred: 'turnspan.start.inferred',
  endInferred: 'turnspan.end.inferred',
  usageIncomplete: 'turnspan.usage.incomplete',
  cacheCreation5m: 'turnspan.usage.cache_creation_5m_tokens',
  cacheCreation1h: 'turnspan.usage.cache_creation_1h_tokens',
  thinkingTokens: 'turnspan.usage.thinking_tokens',
  serviceTier: 'turnspan.request.service_tier',
  speed: 'turnspan.request.speed',
  effort: 'turnspan.request.effort',
  stopReason: 'turnspan.response.stop_reason',
  toolOutcome: 'turnspan.tool.outcome',
  toolInputBytes: 'turnspan.tool.input_bytes',
  toolResultBytes: 'turnspan.tool.result_bytes',
  mcpServer: 'turnspan.mcp.server',
  agentOrphan: 'turnspan.agent.orphan',
  agentDepth: 'turnspan.agent.depth',
  agentBackground: 'turnspan.agent.background',
  agentOutcome: 'turnspan.agent.outcome',
  compactionTrigger: 'turnspan.compaction.trigger',
  compactionBefore: 'turnspan.compaction.tokens_before',
  compactionAfter: 'turnspan.compaction.tokens_after',
  retryAttempt: 'turnspan.retry.attempt',
  retryWaitMs: 'turnspan.retry.wait_ms',
} as const;
