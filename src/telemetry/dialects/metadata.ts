// In: a span's base attributes. Out: the few of them that people filter by, under short names.
// Always: none of them is content; a backend that keeps metadata flat finds them there.
import { GenAi, Turnspan } from '../semconv.ts';
import type { SafeAttributes } from '../span.ts';
import type { SafeFields } from './safe-json.ts';

const NAMES = {
  turn_number: Turnspan.turnNumber,
  turn_status: Turnspan.turnStatus,
  turn_origin: Turnspan.turnOrigin,
  permission_mode: Turnspan.permissionMode,
  client_version: Turnspan.clientVersion,
  request_source: Turnspan.requestSource,
  stop_reason: Turnspan.stopReason,
  usage_incomplete: Turnspan.usageIncomplete,
  tool_outcome: Turnspan.toolOutcome,
  tool_denial_kind: Turnspan.toolDenialKind,
  mcp_server: Turnspan.mcpServer,
  agent_name: GenAi.agentName,
  agent_outcome: Turnspan.agentOutcome,
  agent_depth: Turnspan.agentDepth,
  agent_background: Turnspan.agentBackground,
  compaction_trigger: Turnspan.compactionTrigger,
} as const;

/** By their short names; what the span does not have is not there. */
export function metadataOf(base: SafeAttributes): SafeFields {
  const found: Record<string, SafeFields[string]> = {};
  for (const [name, attribute] of Object.entries(NAMES)) {
    const value = base[attribute];
    if (value !== undefined && typeof value !== 'object') found[name] = value;
  }
  return found;
}

/** Each as an attribute below `prefix`. */
export function metadataBelow(prefix: string, base: SafeAttributes): SafeAttributes {
  return Object.fromEntries(
    Object.entries(metadataOf(base)).map(([name, value]) => [`${prefix}.${name}`, value]),
  );
}
