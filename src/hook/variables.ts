// The names that a ticket may carry. hook.sh holds the same list, spelled out; a test keeps the two equal.
// Always: a list of names, never a pattern, because the environment of a hook holds secrets (CLAUDE_CODE_MESSAGING_TOKEN
// is one). NODE_OPTIONS and NODE_TLS_REJECT_UNAUTHORIZED stay out on purpose: a project must not steer the worker.

/** The settings of the OTLP exporter, each of which exists for all signals and for each one (OpenTelemetry, "Protocol Exporter"). */
const OTLP_SETTINGS = [
  'ENDPOINT',
  'PROTOCOL',
  'HEADERS',
  'TIMEOUT',
  'COMPRESSION',
  'CERTIFICATE',
  'CLIENT_KEY',
  'CLIENT_CERTIFICATE',
];

/** What the hook copies from its environment into a ticket, in the order in which it is written. */
export const TICKET_VARIABLES: readonly string[] = [
  // The native trace that the turn belongs to.
  'TRACEPARENT',
  'TRACESTATE',
  // Who called, and where its files are.
  'CLAUDE_PID',
  'CLAUDE_PROJECT_DIR',
  'CLAUDE_CONFIG_DIR',
  'CLAUDE_CODE_ENABLE_TELEMETRY',
  'CLAUDE_CODE_ENHANCED_TELEMETRY_BETA',
  'ENABLE_ENHANCED_TELEMETRY_BETA',
  'CLAUDE_CODE_SESSION_ID',
  'CLAUDE_CODE_ENTRYPOINT',
  // The user's own switches.
  'TURNSPAN_CONTENT',
  'TURNSPAN_DISABLED',
  'TURNSPAN_USER',
  'TURNSPAN_TAGS',
  'TURNSPAN_DESTINATION',
  'TURNSPAN_NATIVE',
  // Destinations. Clients before 2.1.220 hand these to hooks; for newer ones the worker reads the client's own environment.
  'OTEL_SDK_DISABLED',
  'OTEL_SERVICE_NAME',
  'OTEL_RESOURCE_ATTRIBUTES',
  'OTEL_TRACES_EXPORTER',
  'OTEL_METRICS_EXPORTER',
  'OTEL_LOGS_EXPORTER',
  ...['', 'TRACES_', 'METRICS_', 'LOGS_'].flatMap((signal) =>
    OTLP_SETTINGS.map((setting) => `OTEL_EXPORTER_OTLP_${signal}${setting}`),
  ),
  'OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE',
  // What spans may hold.
  'OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT',
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
  // The way through a proxy, and whom to trust.
  'HTTP_PROXY',
  'HTTPS_PROXY',
  'NO_PROXY',
  'http_proxy',
  'https_proxy',
  'no_proxy',
  'NODE_EXTRA_CA_CERTS',
  'SSL_CERT_FILE',
  'SSL_CERT_DIR',
];
