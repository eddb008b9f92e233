// In: OTEL_SERVICE_NAME, OTEL_RESOURCE_ATTRIBUTES, TURNSPAN_USER, TURNSPAN_TAGS and the limits. Out: what the user wants the
// sender of the spans to be called, what they want on each span, and how much one may hold.
// Always: one bad entry costs only itself, as the client does it since 2.1.328.
import { readAttributeLimits, withValueLength, type AttributeLimits } from './attribute-limits.ts';
import type { Warn } from './best-of.ts';
import { parseKeyValues } from './key-values.ts';

export interface ResourceSettings {
  /** `OTEL_SERVICE_NAME`, else `service.name` of the attributes. */
  readonly serviceName?: string;
  /** The attributes without `service.name`; of a key that is there twice, the last. */
  readonly attributes: Readonly<Record<string, string>>;
  /** `TURNSPAN_USER`: who works here. */
  readonly user?: string;
  /** `TURNSPAN_TAGS`: words to find these spans by, separated by commas. */
  readonly tags?: readonly string[];
  /** Absent: nothing limits. */
  readonly attributeLimits?: AttributeLimits;
}

/** The same at a backend that takes no longer texts than `valueLength`. */
export function shortenedTo(valueLength: number | undefined, resource: ResourceSettings): ResourceSettings {
  const attributeLimits = withValueLength(resource.attributeLimits, valueLength);
  return attributeLimits === undefined ? resource : { ...resource, attributeLimits };
}

/** The resource as the OpenTelemetry specification ("Resource SDK") reads it from the environment. */
export function readResource(variables: ReadonlyMap<string, string>, warn: Warn): ResourceSettings {
  const { pairs, problems } = parseKeyValues(variables.get(LIST) ?? '');
  for (const problem of problems) warn(LIST, `${problem}, and is left out (expected: key=value,key2=value2)`);
  const attributes = new Map(pairs.map(({ key, value }) => [key, value]));
  const serviceName = variables.get('OTEL_SERVICE_NAME')?.trim() ?? attributes.get('service.name');
  attributes.delete('service.name');
  const user = variables.get('TURNSPAN_USER')?.trim();
  const tags = (variables.get('TURNSPAN_TAGS') ?? '').split(',').flatMap((tag) => tag.trim() || []);
  const attributeLimits = readAttributeLimits(variables, warn);
  return {
    ...(attributeLimits === undefined ? {} : { attributeLimits }),
    ...(user ? { user } : {}),
    ...(tags.length > 0 ? { tags } : {}),
    ...(serviceName === undefined ? {} : { serviceName }),
    attributes: Object.fromEntries(attributes),
  };
}

const LIST = 'OTEL_RESOURCE_ATTRIBUTES';
