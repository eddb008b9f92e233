// A destination: where one signal goes and how, as one value with an id.
// Always: the id is the same for the same signal, URL and encoding, whatever headers or limits change, and does not show the
// URL. Headers are secrets: whoever writes a destination to disk does so with mode 0600 (delivery/destination-file.ts).
import { createHash } from 'node:crypto';
import type { DialectName } from './dialect.ts';
import type { Signal } from './signal.ts';

/** `none`: numbers, ids, outcomes and names of tools, models and agents. `full`: everything. */
export type ContentLevel = 'none' | 'full';
export type Encoding = 'protobuf' | 'json';
export type Compression = 'gzip' | 'none';
/** How requests travel: a POST each, calls of `Export`, or lines of OTLP/JSON in a file or on standard output. */
export type Transport = 'http' | 'grpc' | 'console';

/** What a metric's point counts from: its series' beginning, or the point before. `lowmemory`: delta where that needs no memory. */
export type Temporality = 'cumulative' | 'delta' | 'lowmemory';
export const TEMPORALITIES: readonly Temporality[] = ['cumulative', 'delta', 'lowmemory'];

/** Files in PEM; absolute paths. */
export interface TlsFiles {
  /** Who may have signed the backend's certificate, in place of the authorities that come with Node. */
  readonly certificate?: string | undefined;
  /** The client's own certificate and its key, for backends that ask for one. */
  readonly clientCertificate?: string | undefined;
  readonly clientKey?: string | undefined;
  /** More authorities, beside those that come with Node (`NODE_EXTRA_CA_CERTS`): of a proxy that breaks up TLS, say. */
  readonly extraCertificates?: string | undefined;
}

/** 16 hexadecimal digits; names the destination's outbox. Made by `destinationId` alone. */
export type DestinationId = string & { readonly __brand: 'DestinationId' };

/** What a backend takes at most. */
export interface DestinationLimits {
  /** In one request. */
  readonly requestBytes?: number | undefined;
  readonly spans?: number | undefined;
  /** Characters of an attribute's text. */
  readonly valueLength?: number | undefined;
  /** How long ago a span may have ended when its request is made. */
  readonly spanAgeMs?: number | undefined;
}

/** A backend's address for one signal, and all that is needed to make its bytes and to send them. */
export interface Destination {
  readonly id: DestinationId;
  /** What the user calls it; `environment` where variables alone name it. Those of its signals have one name. */
  readonly name: string;
  readonly signal: Signal;
  readonly transport: Transport;
  /** The whole URL that requests are posted to; of gRPC the target, `http://host:port`; of the console a file's, or `CONSOLE`. */
  readonly url: string;
  /** Names in lower case. The values are secrets: never printed. */
  readonly headers: Readonly<Record<string, string>>;
  /** The longest wait for one request. */
  readonly timeoutMs: number;
  readonly compression: Compression;
  readonly encoding: Encoding;
  readonly tls?: TlsFiles | undefined;
  /** The proxy that it is reached through, `http:` or `https:`; may hold a password: never printed. gRPC has none. */
  readonly proxy?: string | undefined;
  readonly content: ContentLevel;
  /** Where it takes less than is usual. */
  readonly limits?: DestinationLimits | undefined;
  /** Of traces alone: what its spans say beside the base attributes. */
  readonly dialect?: DialectName | undefined;
  /** Of traces alone: where a person sees one, with `TRACE_ID` in place of its id, where the address is known. */
  readonly tracePage?: string | undefined;
  /** Of metrics alone. */
  readonly temporality?: Temporality | undefined;
}

/** Stands for the id in the address of a trace's page. */
export const TRACE_ID = 'TRACE_ID';

/** The address of the console before it is known which file stands for it: standard output. */
export const CONSOLE = 'console:';

/** The id of a destination. What changes from ticket to ticket (a renewed key, say) is no part of it. */
export function destinationId(
  url: string,
  encoding: Encoding | 'grpc' | 'console',
  signal: Signal = 'traces',
): DestinationId {
  // Traces are not named: outboxes of theirs lie on disks since before there were other signals.
  const kind = signal === 'traces' ? encoding : `${encoding}:${signal}`;
  const hash = createHash('sha256').update(`turnspan:v1:destination:${kind}:${url}`).digest('hex');
  return hash.slice(0, 16) as DestinationId; // The only maker of the brand.
}
