// In: the client's version and the user's resource attributes. Out: resource and scope of the spans.
// Always: one object for each client version, because encoders group spans by the identity of these.
import { resourceFromAttributes } from '@opentelemetry/resources';
import { constant, safeName, type SafeText } from '../privacy/safe-text.ts';
import type { SpanSource } from './span.ts';

/** What the user set for the resource; wins over ours. */
export interface ResourceSettings {
  readonly serviceName?: SafeText | undefined;
  readonly attributes?: Readonly<Record<string, SafeText>> | undefined;
}

/** Gives the source for a client version. */
export type SourceOf = (clientVersion: string | undefined) => SpanSource;

/** Sources with `service.name` `claude-code` unless the user names another; `version` is Turnspan's own. */
export function createSources(version: SafeText, settings: ResourceSettings = {}): SourceOf {
  const scope = { name: 'turnspan', version };
  const sources = new Map<string | undefined, SpanSource>();
  return (clientVersion) => {
    const known = sources.get(clientVersion);
    if (known !== undefined) return known;
    const source: SpanSource = {
      scope,
      resource: resourceFromAttributes({
        'service.name': constant('claude-code'),
        ...(clientVersion === undefined ? {} : { 'service.version': safeName(clientVersion) }),
        'telemetry.distro.name': constant('turnspan'),
        'telemetry.distro.version': version,
        ...settings.attributes,
        ...(settings.serviceName === undefined ? {} : { 'service.name': settings.serviceName }),
      }),
    };
    sources.set(clientVersion, source);
    return source;
  };
}
