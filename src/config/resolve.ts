// In: what is known of a ticket. Out: where its spans go, or why they do not, and how they stand to
// Claude Code's own traces; one call for the worker.
// Always: a destination in the user's config file beats the OTLP variables of whatever environment, all of them: headers
// and certificates there were meant for another address. The switches that turn export off count all the same. Every reason
// and every warning names the variable and who set it, and shows no value.
import { resolveVariables } from './client-environment.ts';
import type { ResolvedVariables, TicketContext } from './client-environment.ts';
import { readNative } from './native.ts';
import type { NativeSettings } from './native.ts';
import { readOtlpEnvironment } from './otlp-environment.ts';
import type { OtlpSettings } from './otlp-environment.ts';
import { readUserConfig } from './user-config.ts';
import type { UserConfig } from './user-config.ts';
import { userConfigFileOf } from './user-config-place.ts';
import { OTLP_VARIABLES } from './variables.ts';
import type { ConfigWarning, VariableSource } from './variables.ts';

/** Where the spans of this ticket's session go. With `unusable` they must wait: nothing is read past, nothing is sent. */
export type Resolution = Sending | Exclude<OtlpSettings, { readonly status: 'send' }>;

/** Spans are made: where they go, and how they stand to the client's own. */
export type Sending = Extract<OtlpSettings, { readonly status: 'send' }> & {
  readonly native: NativeSettings;
};

/** Decides for one ticket, and remembers its client for the later ones. */
export function resolveDestination(context: TicketContext): Resolution {
  const resolved = resolveVariables(context);
  const { variables, unreadable } = resolved;
  const warnings = [...resolved.warnings];
  const [unread] = unreadable;
  if (unread !== undefined) {
    const why = `${NAMES[unread]} cannot be read, so where to send is not known: repair the JSON of the file`;
    return { status: 'unusable', variable: 'env', why, warnings };
  }
  const config = readUserConfig(userConfigFileOf(context.dir, context.home));
  const values = new Map([...variables].map(([name, { value }]) => [name, value]));
  const settings = readOtlpEnvironment(withUserConfig(values, config));
  const native = readNative(resolved, 'native' in config ? config.native : undefined, (variable, message) =>
    warnings.push(withSource({ variable, message }, variables)),
  );
  const told = {
    warnings: [...warnings, ...settings.warnings.map((warning) => withSource(warning, variables))],
  };
  if (config.status === 'bad' && settings.status !== 'disabled') {
    return { status: 'unusable', variable: 'config.json', why: config.why, ...told };
  }
  if (settings.status === 'send') return { ...settings, ...told, native };
  const source = variables.get(settings.variable)?.source;
  return { ...settings, ...told, why: source ? `${settings.why} (from ${NAMES[source]})` : settings.why };
}

function withUserConfig(
  values: ReadonlyMap<string, string>,
  config: UserConfig,
): ReadonlyMap<string, string> {
  if (config.status !== 'destination') return values;
  const others = [...values].filter(([name]) => !OTLP_VARIABLES.includes(name));
  return new Map([...others, ['OTEL_EXPORTER_OTLP_ENDPOINT', config.endpoint]]);
}

function withSource(warning: ConfigWarning, variables: ResolvedVariables['variables']): ConfigWarning {
  const source = variables.get(warning.variable)?.source;
  return source === undefined ? warning : { ...warning, source };
}

const NAMES: Readonly<Record<VariableSource, string>> = {
  client: "the client's environment",
  'user-settings': "the user's settings",
  'managed-settings': 'the managed settings',
  hook: "the hook's environment",
  'project-settings': "the project's settings",
};
