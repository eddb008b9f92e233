// In: a destination. Out: a way to send requests to it, over HTTP or gRPC; or the setting that nothing can be sent with.
// Always: who sends need not know which of the two it is; what a transport needs is loaded only when it is used.
import type { Encoding } from '../config/destination.ts';
import { openConsoleSender } from './console-sender.ts';
import type { SendTo } from './destination-file.ts';
import { openHttpSender } from './http-sender.ts';
import type { Outcome } from './outcome.ts';
import { openSecureContext } from './secure-context.ts';

/** One request on its way out. */
export interface Shipment {
  /** An encoded OTLP request, uncompressed. */
  readonly body: Uint8Array;
  readonly encoding: Encoding;
  /** Gives up at once; the outcome is `later` with cause `aborted`. */
  readonly signal?: AbortSignal | undefined;
}

/** Sends requests to one destination, over a connection that it keeps. */
export interface Sender {
  /** Sends once, within the destination's timeout. Never rejects for anything that a backend does. */
  send(shipment: Shipment): Promise<Outcome>;
  /** Lets the connection, and with it the process, end. */
  close(): void;
}

/** A setting of the destination that nothing can be sent with. */
export interface Unusable {
  readonly status: 'unusable';
  readonly setting: 'certificate' | 'clientCertificate' | 'clientKey' | 'headers' | 'endpoint';
  /** Names the setting; no path and no value. */
  readonly why: string;
}

/** A sender, or why there is none. */
export type Opened = { readonly status: 'open'; readonly sender: Sender } | Unusable;

/** Reads the destination's TLS files, if it has any, and makes its sender. The connection opens with the first request. */
export async function openSender(destination: SendTo): Promise<Opened> {
  if (destination.transport === 'console') return openConsoleSender(destination);
  const secure = await openSecureContext(destination);
  if (secure.status === 'unusable') return secure;
  if (destination.transport === 'http') {
    return { status: 'open', sender: await openHttpSender(destination, secure.context, secure.proxyContext) };
  }
  const { openGrpcSender } = await import('./grpc-sender.ts');
  return openGrpcSender(destination, secure.context);
}
