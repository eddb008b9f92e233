// The library: a session's files ▶ a typed session ▶ the SDK's own spans, for any `SpanExporter`.
// Always: what is not named here is no part of the package's interface.
export { readSession, type ReadOptions, type Session, type UnreadableLine } from './read-session.ts';
export { toReadableSpans, type SpansOptions } from './to-readable-spans.ts';
export type { ContentLevel } from './privacy/policy.ts';
export type {
  AbsorbedMessage,
  AgentOutcome,
  AgentOwner,
  AgentRun,
  Compaction,
  Completed,
  Generation,
  Message,
  RollUp,
  ToolCall,
  ToolOutcome,
  Turn,
  TurnScope,
  TurnStatus,
} from './session/model.ts';
export type { PriceOverride } from './telemetry/cost/overrides.ts';
export type { Block } from './transcript/content.ts';
export type { RetryEntry, Usage } from './transcript/entry.ts';
