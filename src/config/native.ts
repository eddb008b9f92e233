// In: what the environments and the user's config file say. Out: whether Claude Code makes spans of its own, where they go,
// and how the user wants ours beside them.
// Always: pure. What the client itself does is read as the client reads it: its settings files go before its environment.
import { parseBestOf } from './best-of.ts';
import type { Warn } from './best-of.ts';
import type { ResolvedVariables } from './client-environment.ts';
import { readOtlpEnvironment } from './otlp-environment.ts';
import { exporterNames } from './switches.ts';
import { OTLP_VARIABLES } from './variables.ts';

/** `auto`: in one trace where both go to one place. `merge`: in one trace. `separate`: a trace of our own, with a link. */
export type NativeMode = 'auto' | 'merge' | 'separate';

export const NATIVE_MODES: readonly NativeMode[] = ['auto', 'merge', 'separate'];

export interface NativeSettings {
  readonly mode: NativeMode;
  /** The client makes spans of its own. */
  readonly tracing: boolean;
  /** The URL that the client posts them to; absent: it posts none, or nobody can tell where. */
  readonly tracesUrl?: string | undefined;
  /** The `TRACEPARENT` that the client was started with: a span of whoever started it. */
  readonly inherited?: string | undefined;
  /** A settings file of the project sets `TRACEPARENT`, or cannot be asked. */
  readonly isDoubtful: boolean;
}

/** `userMode` is what the user's config file says; `TURNSPAN_NATIVE` goes before it. */
export function readNative(
  { variables, asClientReads, doubtful }: ResolvedVariables,
  userMode: NativeMode | undefined,
  warn: Warn,
): NativeSettings {
  const values = new Map([...variables].map(([name, { value }]) => [name, value]));
  const tracing =
    sendsTelemetry({ asClientReads }) &&
    (isClientTrue(asClientReads.get('CLAUDE_CODE_ENHANCED_TELEMETRY_BETA')) ||
      isClientTrue(asClientReads.get('ENABLE_ENHANCED_TELEMETRY_BETA')));
  const inherited = variables.get('TRACEPARENT');
  return {
    mode: parseBestOf(values, ['TURNSPAN_NATIVE'], MODE, userMode ?? 'auto', warn),
    tracing,
    tracesUrl: tracing ? tracesUrlOfClient(asClientReads) : undefined,
    // In a hook's environment it is the client's own, where the client makes spans.
    inherited: inherited?.source === 'hook' && tracing ? undefined : inherited?.value,
    isDoubtful: doubtful.has('TRACEPARENT'),
  };
}

/** Does the client send telemetry of its own, its metrics at least? */
export function sendsTelemetry({ asClientReads }: Pick<ResolvedVariables, 'asClientReads'>): boolean {
  return isClientTrue(asClientReads.get('CLAUDE_CODE_ENABLE_TELEMETRY'));
}

function tracesUrlOfClient(variables: ReadonlyMap<string, string>): string | undefined {
  if (!exporterNames(variables.get('OTEL_TRACES_EXPORTER') ?? '').includes('otlp')) return undefined;
  const otlp = new Map([...variables].filter(([name]) => OTLP_VARIABLES.includes(name)));
  const settings = readOtlpEnvironment(otlp, ['traces']);
  return settings.status === 'send' ? settings.destinations[0]?.url : undefined;
}

/** The client's own idea of a switch that is on. */
function isClientTrue(value: string | undefined): boolean {
  return ['1', 'true', 'yes', 'on'].includes((value ?? '').trim().toLowerCase());
}

const MODE = {
  expected: 'auto, merge or separate',
  parse: (text: string) => NATIVE_MODES.find((mode) => mode === text.toLowerCase()),
};
