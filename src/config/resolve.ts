// In: what is known of a ticket. Out: where each signal of its session goes, or why none does, and how the spans stand to
// Claude Code's own traces; one call for the worker.
// Always: destinations in the user's config file beat the OTLP variables of whatever environment, all of them: headers
// and certificates there were meant for another address. The switches that turn export off count all the same. Every reason
// and every warning names the variable or the key and who set it, and shows no value.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { limitChoices } from './attribute-limits.ts';
import { resolveVariables } from './client-environment.ts';
import type { ResolvedVariables, TicketContext } from './client-environment.ts';
import type { Choice } from './choice.ts';
import { CONSOLE } from './destination.ts';
import { SIGNALS } from './signal.ts';
import type { Destination } from './destination.ts';
import type { Signal } from './signal.ts';
import { folderVerdict } from './folder-rules.ts';
import { readNative, sendsTelemetry } from './native.ts';
import type { NativeSettings } from './native.ts';
import { readOtlpEnvironment } from './otlp-environment.ts';
import type { OtlpSettings } from './otlp-environment.ts';
import type { ResourceSettings } from './resource.ts';
import { withProxies } from './proxy.ts';
import { readUserConfig } from './user-config.ts';
import type { UserConfigContent, UserEventKind, UserMetrics, UserPrice } from './user-config.ts';
import { userConfigFileOf } from './user-config-place.ts';
import { readUserDestinations } from './user-destinations.ts';
import type { UserDestinations } from './user-destinations.ts';
import { capturesNothing } from './switches.ts';
import { CAPTURE_VARIABLE, exporterVariable, OTLP_VARIABLES } from './variables.ts';
import type { ConfigWarning, VariableSource } from './variables.ts';

/**
 * Where the spans of this ticket's session go. `disabled`: nobody wants them. `unusable`: they must wait; nothing is read
 * past, nothing is sent.
 */
export type Resolution = Sending | Exclude<OtlpSettings, { readonly status: 'send' }>;

/** Spans are made: where they go, and how they stand to the client's own. */
export interface Sending {
  readonly status: 'send';
  /** At least one. */
  readonly destinations: readonly Destination[];
  readonly resource: ResourceSettings;
  readonly native: NativeSettings;
  /** What the user says that models cost. */
  readonly prices: readonly UserPrice[];
  readonly metrics: UserMetrics;
  /** Kinds of events that leave; all where nothing is said. */
  readonly events?: readonly UserEventKind[] | undefined;
  readonly warnings: readonly ConfigWarning[];
  /** Each setting, and who set it. */
  readonly choices: readonly Choice[];
}

/** Decides for one ticket, and remembers its client for the later ones. */
export function resolveDestinations(
  context: TicketContext,
  signals: readonly Signal[] = SIGNALS,
): Resolution {
  const resolved = resolveVariables(context);
  const { variables, unreadable, project } = resolved;
  const warnings = [...resolved.warnings];
  const [unread] = unreadable;
  if (unread !== undefined) {
    const why = `${NAMES[unread]} cannot be read, so where to send is not known: repair the JSON of the file`;
    return { status: 'unusable', variable: 'env', why, warnings };
  }
  const config = readUserConfig(userConfigFileOf(context.dir, context.home));
  const file: UserConfigContent =
    config.status === 'read' ? config.content : { version: 1, destinations: {} };
  const ownsDestinations = Object.keys(file.destinations).length > 0;
  const values = new Map([...variables].map(([name, { value }]) => [name, value]));
  const settings = readOtlpEnvironment(ownsDestinations ? withoutOtlp(values) : values, signals);
  const native = readNative(resolved, file.native, (variable, message) =>
    warnings.push(withSource({ variable, message }, variables)),
  );
  warnings.push(...settings.warnings.map((warning) => withSource(warning, variables)));
  if (settings.status !== 'send') {
    const source = variables.get(settings.variable)?.source;
    const why = source === undefined ? settings.why : `${settings.why} (from ${NAMES[source]})`;
    return { ...settings, why, warnings };
  }
  if (!ownsDestinations && settings.destinations.length === 0) {
    const variable = exporterVariable('traces');
    const source = variables.get(variable)?.source;
    const why = `${variable} is none${source === undefined ? '' : ` (from ${NAMES[source]})`}, and neither metrics nor logs are asked for`;
    return { status: 'disabled', variable, why, warnings };
  }
  const badly = (why: string): Resolution => ({ status: 'unusable', variable: 'config.json', why, warnings });
  if (config.status === 'bad') return badly(config.why);
  const verdict = folderVerdict(file, context.projectDirs, context.home);
  if (verdict.status === 'off') {
    const why = `the config file (config.json) ${verdict.why}`;
    return { status: 'disabled', variable: 'config.json', why, warnings };
  }
  if (project.disabled) {
    return { status: 'disabled', variable: '.turnspan.json', why: 'the project switches it off', warnings };
  }
  const told: UserDestinations = ownsDestinations
    ? readUserDestinations(file, settings.signals, settings.contentOf, {
        home: context.home,
        runsCommands: context.runsCommands ?? true,
        variable: (name) => resolved.secrets.get(name),
      })
    : { status: 'read', destinations: settings.destinations, choices: settings.choices };
  if (told.status === 'unusable') return badly(told.why);
  const own = withProxies(told, values, (variable, message) =>
    warnings.push(withSource({ variable, message }, variables)),
  );
  const picked = values.get('TURNSPAN_DESTINATION') ?? project.destination;
  const chosen = choose(own.destinations, Object.keys(file.destinations), verdict.destinations, picked);
  if (typeof chosen === 'string') return badly(chosen);
  if (picked !== undefined && chosen.every(({ name }) => name !== picked)) {
    warnings.push({ variable: 'TURNSPAN_DESTINATION', message: NO_SUCH_DESTINATION });
  }
  if (chosen.length === 0) {
    const why = `no destination of the config file (config.json) takes ${settings.signals.join(' or ')}`;
    return { status: 'disabled', variable: 'config.json', why, warnings };
  }
  // Ours goes before the ecosystem's switch, but not before a project that wants less.
  const captured = variables.get(CAPTURE_VARIABLE);
  const wantsLess =
    project.lessContent || (captured?.source === 'project-settings' && capturesNothing(captured.value));
  const general = choicesForAll(values, file, settings.resource, native);
  const tags = [...new Set([...(settings.resource.tags ?? []), ...project.tags])];
  return {
    status: 'send',
    destinations: chosen.map((one) => ({
      ...one,
      content: wantsLess ? 'none' : one.content,
      url: one.url === CONSOLE ? pathToFileURL(join(context.dir, CONSOLE_FILE)).href : one.url,
    })),
    resource: { ...settings.resource, ...(tags.length > 0 ? { tags } : {}) },
    native,
    prices: file.prices ?? [],
    metrics: metricsOf(file, sendsTelemetry(resolved), warnings),
    events: file.events,
    warnings,
    choices: [...own.choices, ...general].map((choice) => ({
      ...choice,
      from: sourceOf(choice.from, variables),
    })),
  };
}

/** Under the client's own names nothing may be counted that the client counts itself. */
function metricsOf(
  { metrics = {} }: UserConfigContent,
  clientCounts: boolean,
  warnings: ConfigWarning[],
): UserMetrics {
  if (metrics.names !== 'native' || !clientCounts) return metrics;
  warnings.push({ variable: 'config.json', message: NATIVE_COUNTS });
  return { ...metrics, names: 'turnspan' };
}

const NATIVE_COUNTS =
  'has metrics.names "native", but Claude Code sends metrics of its own under these names (CLAUDE_CODE_ENABLE_TELEMETRY): ours keep their own names, so that nothing is counted twice';

/** Settings that are no destination's. */
function choicesForAll(
  values: ReadonlyMap<string, string>,
  file: UserConfigContent,
  { serviceName, user, tags }: ResourceSettings,
  { mode }: NativeSettings,
): Choice[] {
  const first = (...names: readonly string[]): string => names.find((name) => values.has(name)) ?? 'default';
  const own = file.native === undefined ? 'default' : 'config.json';
  const named =
    serviceName === undefined ? 'default' : first('OTEL_SERVICE_NAME', 'OTEL_RESOURCE_ATTRIBUTES');
  return [
    { setting: 'native', shown: mode, from: values.has('TURNSPAN_NATIVE') ? 'TURNSPAN_NATIVE' : own },
    { setting: 'service.name', shown: serviceName ?? 'claude-code', from: named },
    ...(user === undefined ? [] : [{ setting: 'user', shown: user, from: first('TURNSPAN_USER') }]),
    ...(tags === undefined
      ? []
      : [{ setting: 'tags', shown: tags.join(', '), from: first('TURNSPAN_TAGS') }]),
    ...limitChoices(values),
    ...ofFile('metrics.names', file.metrics?.names),
    ...ofFile('metrics.attributes', file.metrics?.attributes?.join(', ')),
    ...ofFile('events', file.events?.join(', ')),
    ...ofFile('prices', file.prices?.map(({ model }) => model).join(', ')),
  ];
}

/** A setting that only the file can have. */
function ofFile(setting: string, shown: string | undefined): Choice[] {
  return shown === undefined ? [] : [{ setting, shown, from: 'config.json' }];
}

/** Those that a folder rule names, and of them the one that the project picks; or what is wrong with the rule. */
function choose(
  all: readonly Destination[],
  written: readonly string[],
  named: readonly string[] | undefined,
  picked: string | undefined,
): readonly Destination[] | string {
  // One that takes other signals is there, though not in `all`.
  const missing = named?.find((name) => !written.includes(name) && all.every((one) => one.name !== name));
  if (missing !== undefined)
    return `a folder rule of the config file (config.json) names a destination that is not there: ${missing}`;
  const allowed = named === undefined ? all : all.filter(({ name }) => named.includes(name));
  const one = allowed.filter(({ name }) => name === picked);
  return one.length > 0 ? one : allowed;
}

const NO_SUCH_DESTINATION =
  'names none of the destinations of the config file (config.json) that this folder may use, and is ignored';

/** What `console` among the exporters means for hooks: the worker has no console. Below the installation's folder. */
const CONSOLE_FILE = 'console.jsonl';

function withoutOtlp(values: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  return new Map([...values].filter(([name]) => !OTLP_VARIABLES.includes(name)));
}

function withSource(warning: ConfigWarning, variables: ResolvedVariables['variables']): ConfigWarning {
  const source = variables.get(warning.variable)?.source;
  return source === undefined ? warning : { ...warning, source };
}

function sourceOf(from: string, variables: ResolvedVariables['variables']): string {
  const source = variables.get(from)?.source;
  return source === undefined ? from : `${from} of ${NAMES[source]}`;
}

const NAMES: Readonly<Record<VariableSource, string>> = {
  client: "the client's environment",
  'user-settings': "the user's settings",
  'managed-settings': 'the managed settings',
  'plugin-options': "the plugin's options",
  hook: "the hook's environment",
  'project-settings': "the project's settings",
};
