// Every metric that a dashboard asks for, as Prometheus names it when it takes OTLP: dots are underscores, the unit and `_total`
// are at the end. A histogram is the three series that Prometheus makes of it.
// Always: a name or label that is not in here cannot be asked for; a test holds them to Turnspan's catalog, and another to what
// a real Prometheus makes of its requests. Typed here and not imported: `collector/` knows nothing of `src/`.

/** A counter or gauge. */
export interface Metric<Label extends string = string> {
  readonly name: string;
  readonly labels: readonly Label[];
}

/** Of a session's work, or of the exporter itself: only the first has a project and a user. */
export type Scope = 'session' | 'exporter';

const MODEL = 'gen_ai_response_model';
const THREAD = 'turnspan_thread';
const SPEED = 'turnspan_request_speed';
const INFERENCE = ['gen_ai_operation_name', 'gen_ai_provider_name', 'gen_ai_request_model', MODEL] as const;
const WAY = ['turnspan_destination', 'turnspan_signal'] as const;

/** Counters. */
export const counters = {
  sessions: metric('turnspan_sessions_total', ['turnspan_session_start']),
  turns: metric('turnspan_turns_total', ['turnspan_turn_status', 'turnspan_turn_origin']),
  generations: metric('turnspan_generations_total', [MODEL, THREAD]),
  toolCalls: metric('turnspan_tool_calls_total', ['gen_ai_tool_name', 'turnspan_tool_outcome']),
  subagents: metric('turnspan_subagents_total', ['gen_ai_agent_name', 'turnspan_agent_outcome']),
  errors: metric('turnspan_errors_total', ['error_type']),
  retries: metric('turnspan_retries_total', ['http_response_status_code']),
  cost: metric('turnspan_cost_USD_total', [MODEL, THREAD, SPEED]),
  unknownCost: metric('turnspan_cost_unknown_total', [MODEL, 'turnspan_cost_unknown_reason']),
  tokens: metric('turnspan_tokens_total', ['turnspan_token_type', MODEL, THREAD, SPEED]),
  lines: metric('turnspan_lines_total', ['turnspan_line_change']),
  commits: metric('turnspan_commits_total', []),
  pullRequests: metric('turnspan_pull_requests_total', []),
  compactions: metric('turnspan_compactions_total', ['turnspan_compaction_trigger']),
  dropped: metric('turnspan_exporter_dropped_total', WAY),
  refused: metric('turnspan_exporter_refused_total', WAY),
} as const;

/** Histograms: without `_bucket`, `_sum` and `_count`. */
export const histograms = {
  tokenUsage: metric('gen_ai_client_token_usage', [...INFERENCE, 'gen_ai_token_type']),
  operationDuration: metric('gen_ai_client_operation_duration_seconds', INFERENCE),
  turnDuration: metric('turnspan_turn_duration_seconds', ['turnspan_turn_status']),
  toolDuration: metric('turnspan_tool_duration_seconds', ['gen_ai_tool_name']),
  contextSize: metric('turnspan_context_size', [MODEL, THREAD]),
} as const;

/** Gauges. */
export const gauges = {
  outbox: metric('turnspan_exporter_outbox', WAY),
  lag: metric('turnspan_exporter_lag_seconds', WAY),
} as const;

/** Labels that any metric has: whose it is, from `service.name` and `service.instance.id`. */
export const RESOURCE_LABELS = ['job', 'instance'] as const;

/** Labels of a session's metrics that are there where the user switched them on (`metrics.attributes`). */
export const SWITCHED_LABELS = [
  'turnspan_project',
  'user_id',
  'turnspan_branch',
  'session_id',
  'turnspan_client_version',
] as const;

/** What an expression about a metric can be divided by. */
export type LabelOf<Label extends string> =
  Label | (typeof RESOURCE_LABELS)[number] | (typeof SWITCHED_LABELS)[number];

/** What the metric is about. */
export function scopeOf({ name }: Metric): Scope {
  return name.startsWith('turnspan_exporter_') ? 'exporter' : 'session';
}

function metric<const Label extends string>(name: string, labels: readonly Label[]): Metric<Label> {
  return { name, labels };
}
