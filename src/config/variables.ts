// The environment variables that decide where spans go, and who may have set them.
// Always: a list of names, never a pattern. What is not named here is never taken from an environment or kept.
import { SIGNALS } from './signal.ts';
import type { Signal } from './signal.ts';

/** Where a value came from. `client` is the environment that Claude Code itself was started with. */
export type VariableSource =
  'client' | 'user-settings' | 'managed-settings' | 'plugin-options' | 'hook' | 'project-settings';

/** Something about a variable that its owner should know. Holds no value: values are secrets or content. */
export interface ConfigWarning {
  readonly variable: string;
  /** Absent where the one who noticed does not know. */
  readonly source?: VariableSource;
  /** What is wrong, what was done instead, and the remedy. */
  readonly message: string;
}

const OTLP_SETTINGS = [
  'ENDPOINT',
  'HEADERS',
  'TIMEOUT',
  'COMPRESSION',
  'PROTOCOL',
  'CERTIFICATE',
  'CLIENT_KEY',
  'CLIENT_CERTIFICATE',
] as const;

/** The last part of the name of an OTLP exporter variable. */
export type OtlpSetting = (typeof OTLP_SETTINGS)[number];

/** The two variables of an OTLP setting, the one that counts first: for the signal, then for all signals. */
export function otlpVariables(setting: OtlpSetting, signal: Signal): readonly [string, string] {
  return [`OTEL_EXPORTER_OTLP_${signal.toUpperCase()}_${setting}`, `OTEL_EXPORTER_OTLP_${setting}`];
}

/** Says from what a metric's points count. */
export const TEMPORALITY_VARIABLE = 'OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE';

/** The OTLP exporter variables: where to, how, with which keys. */
export const OTLP_VARIABLES: readonly string[] = [
  ...new Set(OTLP_SETTINGS.flatMap((setting) => SIGNALS.flatMap((signal) => otlpVariables(setting, signal)))),
  TEMPORALITY_VARIABLE,
];

/** Says whether a signal goes out at all, and how: `otlp`, `console`, `none`. */
export function exporterVariable(signal: Signal): string {
  return `OTEL_${signal.toUpperCase()}_EXPORTER`;
}

/** The ecosystem's switch for content, which every GenAI instrumentation reads. */
export const CAPTURE_VARIABLE = 'OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT';

/** How much a span and a log record may hold: the specification's "Attribute Limits", "Span Limits" and "LogRecord Limits". */
const LIMIT_VARIABLES: readonly string[] = [
  'OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT',
  'OTEL_ATTRIBUTE_COUNT_LIMIT',
  'OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT',
  'OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT',
  'OTEL_SPAN_EVENT_COUNT_LIMIT',
  'OTEL_SPAN_LINK_COUNT_LIMIT',
  'OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT',
  'OTEL_LINK_ATTRIBUTE_COUNT_LIMIT',
  'OTEL_LOGRECORD_ATTRIBUTE_VALUE_LENGTH_LIMIT',
  'OTEL_LOGRECORD_ATTRIBUTE_COUNT_LIMIT',
];

/** Every variable that `readOtlpEnvironment` looks at. */
export const DESTINATION_VARIABLES: readonly string[] = [
  'TURNSPAN_DISABLED',
  'TURNSPAN_CONTENT',
  'TURNSPAN_USER',
  'TURNSPAN_TAGS',
  'TURNSPAN_DESTINATION',
  'OTEL_SDK_DISABLED',
  ...SIGNALS.map(exporterVariable),
  'OTEL_SERVICE_NAME',
  'OTEL_RESOURCE_ATTRIBUTES',
  CAPTURE_VARIABLE,
  ...LIMIT_VARIABLES,
  ...OTLP_VARIABLES,
];

/** The variables that tell of Claude Code's own traces, and how ours go beside them. */
const NATIVE_VARIABLES: readonly string[] = [
  'TURNSPAN_NATIVE',
  'CLAUDE_CODE_ENABLE_TELEMETRY',
  'CLAUDE_CODE_ENHANCED_TELEMETRY_BETA',
  'ENABLE_ENHANCED_TELEMETRY_BETA',
  'TRACEPARENT',
];

/** The way through a proxy, and whom to trust beside Node's authorities. */
export const PROXY_VARIABLES: readonly string[] = [
  'HTTP_PROXY',
  'HTTPS_PROXY',
  'NO_PROXY',
  'http_proxy',
  'https_proxy',
  'no_proxy',
  'NODE_EXTRA_CA_CERTS',
];

/** What is read of a client: the above, and where its user settings are. */
export const CLIENT_VARIABLES: readonly string[] = [
  ...DESTINATION_VARIABLES,
  ...NATIVE_VARIABLES,
  ...PROXY_VARIABLES,
  'CLAUDE_CONFIG_DIR',
];
