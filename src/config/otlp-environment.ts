// In: environment variables, whoever set them. Out: where each signal goes and how, or why none does.
// Always: pure; the rules are those of the OpenTelemetry specification ("OTLP Exporter Configuration", "Exporter
// Selection"). A warning that several signals give is told once.
import type { Warn } from './best-of.ts';
import type { Choice } from './choice.ts';
import { readContent } from './content-switch.ts';
import type { ContentOf } from './content-switch.ts';
import type { ContentLevel, Destination } from './destination.ts';
import type { Signal } from './signal.ts';
import { consoleSignal, readOtlpSignal } from './otlp-signal.ts';
import type { SignalSettings } from './otlp-signal.ts';
import { readResource } from './resource.ts';
import type { ResourceSettings } from './resource.ts';
import { exporterNames, isOtelTrue, isSwitchedOff } from './switches.ts';
import { exporterVariable } from './variables.ts';
import type { ConfigWarning } from './variables.ts';

export type OtlpSettings = { readonly warnings: readonly ConfigWarning[] } & (
  | {
      readonly status: 'send';
      /** At least one; a signal may have two, OTLP and the console. */
      readonly destinations: readonly Destination[];
      /** The signals that are not switched off. */
      readonly signals: readonly Signal[];
      readonly resource: ResourceSettings;
      /** Where each setting came from; `from` is a variable. */
      readonly choices: readonly Choice[];
      /** What `TURNSPAN_CONTENT` says. */
      readonly level: ContentLevel | undefined;
      /** How much content the variables let out. */
      readonly contentOf: ContentOf;
    }
  /** The user wants nothing of this. `why` names the variable. */
  | { readonly status: 'disabled'; readonly variable: string; readonly why: string }
  /** The user wants it, but where to cannot be told. `why` names the variable and the remedy. */
  | { readonly status: 'unusable'; readonly variable: string; readonly why: string }
);

type Variables = ReadonlyMap<string, string>;
type Disabled = { readonly variable: string; readonly why: string };

/** Reads the variables that `DESTINATION_VARIABLES` names, for these signals; a variable set to nothing counts as not set. */
export function readOtlpEnvironment(given: Variables, signals: readonly Signal[]): OtlpSettings {
  const variables = new Map([...given].filter(([, value]) => value.trim() !== ''));
  const told = new Map<string, ConfigWarning>();
  const warn: Warn = (variable, message) => told.set(`${variable} ${message}`, { variable, message });
  const end = <T extends object>(settings: T) => ({ ...settings, warnings: [...told.values()] });

  const off = whyAllDisabled(variables);
  if (off !== undefined) return end({ status: 'disabled', ...off });
  const wanted = signals.map((signal) => ({ signal, exporters: exportersOf(signal, variables, warn) }));
  const on = wanted.filter(({ exporters }) => exporters !== 'none').map(({ signal }) => signal);
  if (on.length === 0) {
    const variable = exporterVariable(signals[0] ?? 'traces');
    return end({ status: 'disabled', variable, why: `${variable} is none` });
  }
  const resource = readResource(variables, warn);
  const { level, contentOf } = readContent(variables, warn);
  const destinations: Destination[] = [];
  let failed: Extract<SignalSettings, { status: 'unusable' }> | undefined;
  const choices: Choice[] = [];
  for (const { signal, exporters } of wanted) {
    for (const exporter of exporters === 'none' ? [] : exporters) {
      const settings =
        exporter === 'otlp'
          ? readOtlpSignal(signal, variables, contentOf, warn)
          : consoleSignal(signal, contentOf);
      if (settings.status === 'unusable') {
        failed ??= settings;
        // Spans wait until it is known where to; of the others none are made meanwhile.
        if (signal === 'traces') return end(settings);
        warn(
          settings.variable,
          `${settings.why.replace(`${settings.variable} `, '')}; without it no ${signal} are made`,
        );
        continue;
      }
      destinations.push(settings.destination);
      choices.push(...settings.choices);
    }
  }
  if (failed !== undefined && destinations.length === 0) return end(failed);
  return end({ status: 'send', destinations, signals: on, resource, choices, level, contentOf });
}

/** What switches all signals off. */
function whyAllDisabled(variables: Variables): Disabled | undefined {
  const off = (variable: string, is: string) => ({ variable, why: `${variable} is ${is}` });
  if (isSwitchedOff(variables.get('TURNSPAN_DISABLED') ?? '')) return off('TURNSPAN_DISABLED', 'set');
  if (isOtelTrue(variables.get('OTEL_SDK_DISABLED') ?? '')) return off('OTEL_SDK_DISABLED', 'true');
  return undefined;
}

const EXPORTERS = ['otlp', 'console'] as const;

/**
 * Those that we have of the list; of traces OTLP where nothing is said. Metrics and logs leave only where they are asked for, as
 * the client's own do: by the variable, or by `signals` of a destination in the config file.
 */
function exportersOf(
  signal: Signal,
  variables: Variables,
  warn: Warn,
): readonly (typeof EXPORTERS)[number][] | 'none' {
  const variable = exporterVariable(signal);
  const named = variables.get(variable);
  if (named === undefined) return signal === 'traces' ? ['otlp'] : [];
  const names = exporterNames(named);
  if (names.includes('none')) return 'none';
  const known = EXPORTERS.filter((name) => names.includes(name));
  if (known.length > 0) return known;
  warn(variable, 'names exporters that Turnspan does not have; it sends OTLP (write otlp, console or none)');
  return ['otlp'];
}
