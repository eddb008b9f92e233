// What a client of some version knows, as it was seen (docs/client-versions.md); and the versions that are tried.
import { atLeast, type Version } from '../../src/install/version-order.ts';

export const newest = '2.1.329';
/** One of each way in which a client wrote its sessions down. */
export const older = ['2.1.220', '2.1.100', '2.1.50', '2.1.0', '2.0.50', '1.0.128'] as const;

/** Those of them that are tried in a terminal too: what a person sees there differs from version to version. */
export const inTerminal: readonly string[] = ['2.1.220', '2.1.100'];

const since = {
  /** `claude_code.*` spans of its own. */
  nativeTraces: '2.1.220',
} as const;

export function knows(version: string, what: keyof typeof since): boolean {
  return isSince(version, since[what]);
}

export function isSince(version: string, first: string): boolean {
  return atLeast(version as Version, first as Version); // both are names of releases
}

/** What it continues is told with the next wake-up: its hooks name another file than the one that it writes. */
export function needsNextWakeUp(version: string): boolean {
  return !isSince(version, '2.0.50');
}

/** Turns the client's own telemetry on, so that ours joins its traces. */
export function nativeVariables(endpoint: string): Record<string, string> {
  return {
    CLAUDE_CODE_ENABLE_TELEMETRY: '1',
    CLAUDE_CODE_ENHANCED_TELEMETRY_BETA: '1',
    OTEL_TRACES_EXPORTER: 'otlp',
    OTEL_LOGS_EXPORTER: 'otlp',
    OTEL_METRICS_EXPORTER: 'otlp',
    OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf',
    OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
    OTEL_BSP_SCHEDULE_DELAY: '500',
    OTEL_BLRP_SCHEDULE_DELAY: '500',
    // For its traces the client has a variable of its own, and only with the second does it tell hooks which they are.
    OTEL_TRACES_EXPORT_INTERVAL: '500',
    CLAUDE_CODE_PROPAGATE_TRACEPARENT: '1',
  };
}
