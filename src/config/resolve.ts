// In: what is known of a ticket. Out: where its spans go, or why they do not; one call for the worker.
// Always: every reason and every warning names the variable and who set it, and shows no value.
import { resolveVariables } from './client-environment.ts';
import type { ResolvedVariables, TicketContext } from './client-environment.ts';
import { readOtlpEnvironment } from './otlp-environment.ts';
import type { OtlpSettings } from './otlp-environment.ts';
import type { ConfigWarning, VariableSource } from './variables.ts';

/** Where the spans of this ticket's session go. With `unusable` they must wait: nothing is read past, nothing is sent. */
export type Resolution = OtlpSettings;

/** Decides for one ticket, and remembers its client for the later ones. */
export function resolveDestination(context: TicketContext): Resolution {
  const { variables, warnings, unreadable } = resolveVariables(context);
  const [unread] = unreadable;
  if (unread !== undefined) {
    const why = `${NAMES[unread]} cannot be read, so where to send is not known: repair the JSON of the file`;
    return { status: 'unusable', variable: 'env', why, warnings };
  }
  const settings = readOtlpEnvironment(new Map([...variables].map(([name, { value }]) => [name, value])));
  const told = {
    warnings: [...warnings, ...settings.warnings.map((warning) => withSource(warning, variables))],
  };
  if (settings.status === 'send' || settings.status === 'wait') return { ...settings, ...told };
  const source = variables.get(settings.variable)?.source;
  return { ...settings, ...told, why: source ? `${settings.why} (from ${NAMES[source]})` : settings.why };
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
