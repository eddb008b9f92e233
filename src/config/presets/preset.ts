// What a preset is: a well-known backend's address, and how its keys become headers. Data, and nothing that acts.
// Always: a URL of somebody's cloud names its host itself; only self-hosted backends, and clouds that give each customer
// an address of its own, take it from the user. A parameter that stands in the URL is required or has a default.
import type { DestinationLimits, Temporality } from '../destination.ts';
import type { DialectName } from '../dialect.ts';
import type { Signal } from '../signal.ts';

/** A value that the user has and we do not. */
export interface PresetParameter {
  readonly name: string;
  /** The environment variable that it is read from: the backend's own name for it, where it has one. */
  readonly variable: string;
  /** Never printed, and stored with mode 0600. */
  readonly secret: boolean;
  readonly required: boolean;
  readonly default?: string;
  /** Where to find it. */
  readonly hint: string;
}

/** Values by the parameters' names. */
export type PresetValues = Readonly<Record<string, string>>;

/** One backend, or one region of it. */
export interface Preset {
  /** `langfuse-eu` */
  readonly name: string;
  /** `Langfuse Cloud (EU)` */
  readonly title: string;
  /** Base or traces URL; `{word}` is filled from `parameters`. Loopback default for self-hosted ones. */
  readonly endpoint: { readonly kind: 'base' | 'traces'; readonly url: string };
  readonly protocol: 'http/protobuf' | 'http/json' | 'grpc';
  readonly parameters: readonly PresetParameter[];
  /** Headers from the parameters' values; names in lower case. */
  readonly headers: (values: PresetValues) => Readonly<Record<string, string>>;
  /** What the backend takes at this address, with the same headers. A traces URL takes traces alone. */
  readonly signals: readonly Signal[];
  /** What it documents that it wants metrics to count from; cumulative without. */
  readonly temporality?: Temporality;
  /** What it takes at most, where that is documented. */
  readonly limits?: DestinationLimits;
  /** What it reads of spans beside the base attributes, where that is worth its bytes. */
  readonly dialect?: DialectName;
  /** Where a trace can be looked at, by its id, where the address is known. */
  readonly traceUrl?: (values: PresetValues, traceId: string) => string | undefined;
}
