// A destination: where spans go and how, as one value with an id.
// Always: the id is the same for the same URL and encoding, whatever headers or limits change, and does not show the
// URL. Headers are secrets: whoever writes a destination to disk does so with mode 0600 (delivery/destination-file.ts).
import { createHash } from 'node:crypto';

/** `none`: numbers, ids, outcomes and names of tools, models and agents. `full`: everything. */
export type ContentLevel = 'none' | 'full';
export type Encoding = 'protobuf' | 'json';
export type Compression = 'gzip' | 'none';
/** How requests travel: a POST each, or calls of `TraceService/Export`. */
export type Transport = 'http' | 'grpc';

/** Files in PEM; absolute paths. */
export interface TlsFiles {
  /** Who may have signed the backend's certificate, in place of the authorities that come with Node. */
  readonly certificate?: string | undefined;
  /** The client's own certificate and its key, for backends that ask for one. */
  readonly clientCertificate?: string | undefined;
  readonly clientKey?: string | undefined;
}

/** 16 hexadecimal digits; names the destination's outbox. Made by `destinationId` alone. */
export type DestinationId = string & { readonly __brand: 'DestinationId' };

/** A backend's address, and all that is needed to make its bytes and to send them. */
export interface Destination {
  readonly id: DestinationId;
  /** What the user calls it; `environment` where variables alone name it. */
  readonly name: string;
  readonly transport: Transport;
  /** The whole URL that traces are posted to; of gRPC the target, `http://host:port`. */
  readonly tracesUrl: string;
  /** Names in lower case. The values are secrets: never printed. */
  readonly headers: Readonly<Record<string, string>>;
  /** The longest wait for one request. */
  readonly timeoutMs: number;
  readonly compression: Compression;
  readonly encoding: Encoding;
  readonly tls?: TlsFiles | undefined;
  readonly content: ContentLevel;
  /** Where it takes less in one request than is usual. */
  readonly limits?:
    { readonly requestBytes?: number | undefined; readonly spans?: number | undefined } | undefined;
}

/** The id of an HTTP destination. What changes from ticket to ticket (a renewed key, say) is no part of it. */
export function destinationId(tracesUrl: string, encoding: Encoding | 'grpc'): DestinationId {
  const hash = createHash('sha256').update(`turnspan:v1:destination:${encoding}:${tracesUrl}`).digest('hex');
  return hash.slice(0, 16) as DestinationId; // The only maker of the brand.
}
