// The environment variables that decide where spans go, and who may have set them.
// Always: a list of names, never a pattern. What is not named here is never taken from an environment or kept.

/** Where a value came from. `client` is the environment that Claude Code itself was started with. */
export type VariableSource = 'client' | 'user-settings' | 'managed-settings' | 'hook' | 'project-settings';

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

/** The two variables of an OTLP setting, the one that counts first: for traces, then for all signals. */
export function otlpVariables(setting: OtlpSetting): readonly [string, string] {
  return [`OTEL_EXPORTER_OTLP_TRACES_${setting}`, `OTEL_EXPORTER_OTLP_${setting}`];
}

/** The OTLP exporter variables that decide for traces: where to, how, with which keys. */
export const OTLP_VARIABLES: readonly string[] = OTLP_SETTINGS.flatMap(otlpVariables);

/** Every variable that `readOtlpEnvironment` looks at. */
export const DESTINATION_VARIABLES: readonly string[] = [
  'TURNSPAN_DISABLED',
  'TURNSPAN_CONTENT',
  'TURNSPAN_USER',
  'TURNSPAN_TAGS',
  'TURNSPAN_DESTINATION',
  'OTEL_SDK_DISABLED',
  'OTEL_TRACES_EXPORTER',
  'OTEL_SERVICE_NAME',
  'OTEL_RESOURCE_ATTRIBUTES',
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

/** What is read of a client: the above, and where its user settings are. */
export const CLIENT_VARIABLES: readonly string[] = [
  ...DESTINATION_VARIABLES,
  ...NATIVE_VARIABLES,
  'CLAUDE_CONFIG_DIR',
];
