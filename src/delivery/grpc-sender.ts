// In: a destination that takes OTLP/gRPC. Out: its sender, a call of its signal's `Export` for each request.
// Always: the bytes go out as they are; one connection, no proxy, no retries of the library's own (the outbox has them),
// nothing printed. Loaded only when something is sent by gRPC.
import type { Socket } from 'node:net';
import type { SecureContext } from 'node:tls';

import {
  Client,
  compressionAlgorithms,
  credentials,
  logVerbosity,
  setLogVerbosity,
  type ChannelCredentials,
  type ChannelOptions,
  type Metadata,
} from '@grpc/grpc-js';

import { readPartialSuccess } from './answer.ts';
import type { SendTo } from './destination-file.ts';
import { EXPORT_METHODS } from './export-methods.ts';
import { outcomeOfFailure } from './grpc-failure.ts';
import { metadataFor } from './grpc-metadata.ts';
import type { Outcome } from './outcome.ts';
import type { Opened, Shipment } from './sender.ts';

/** A sender that calls. `context` holds the destination's own TLS files. */
export async function openGrpcSender(
  destination: SendTo,
  context: SecureContext | undefined,
): Promise<Opened> {
  const { url: target, headers, timeoutMs } = destination;
  if (!URL.canParse(target)) return { status: 'unusable', setting: 'endpoint', why: 'endpoint is no URL' };
  const metadata = metadataFor(headers);
  if ('status' in metadata) return metadata;
  setLogVerbosity(logVerbosity.NONE); // it would print addresses and the backend's words
  const url = new URL(target);
  const sockets = new Set<Socket>();
  const secure = url.protocol === 'https:';
  const channel = watched(secure ? await tls(context) : credentials.createInsecure(), sockets);
  const client = new Client(
    `dns:${url.hostname}:${url.port || (secure ? 443 : 80)}`,
    channel,
    optionsFor(destination),
  );
  return {
    status: 'open',
    sender: {
      send: (shipment) => call(client, EXPORT_METHODS[destination.signal], metadata, shipment, timeoutMs),
      close: () => {
        client.close();
        // `close` leaves a connection that is still being made to itself, and a backend that never ends its TLS
        // handshake would keep this process alive for good.
        for (const socket of sockets) socket.destroy();
      },
    },
  };
}

function optionsFor({ headers, compression }: SendTo): ChannelOptions {
  return {
    'grpc.primary_user_agent': headers['user-agent'] ?? 'turnspan',
    'grpc.default_compression_algorithm':
      compression === 'gzip' ? compressionAlgorithms.gzip : compressionAlgorithms.identity,
    'grpc.enable_http_proxy': 0,
    'grpc.enable_retries': 0,
    'grpc.enable_channelz': 0,
    // No TXT records are asked for settings of the backend's.
    'grpc.service_config_disable_resolution': 1,
    // Else a drain would wait out the back-off of the one before.
    'grpc.use_local_subchannel_pool': 1,
  };
}

function call(
  client: Client,
  method: string,
  metadata: Metadata,
  shipment: Shipment,
  timeoutMs: number,
): Promise<Outcome> {
  const { body, encoding, signal } = shipment;
  if (encoding !== 'protobuf') return Promise.resolve({ status: 'refused', why: 'gRPC takes protobuf only' });
  if (signal?.aborted) return Promise.resolve(ABORTED);
  return new Promise((resolve) => {
    let head: Metadata | undefined;
    const deadline = Date.now() + timeoutMs;
    const ended = client.makeUnaryRequest<Uint8Array, Uint8Array>(
      method,
      asBuffer,
      (bytes) => bytes,
      body,
      metadata,
      { deadline },
      (error, answer) => {
        signal?.removeEventListener('abort', abort);
        if (error === null) resolve(taken(answer));
        else if (signal?.aborted) resolve(ABORTED);
        else resolve(outcomeOfFailure({ error, head, late: Date.now() >= deadline - TIMER_MS }));
      },
    );
    ended.on('metadata', (received) => {
      head = received;
    });
    const abort = (): void => {
      ended.cancel();
    };
    signal?.addEventListener('abort', abort);
  });
}

/** A timer may fire so much before its time. */
const TIMER_MS = 2;

const ABORTED: Outcome = { status: 'later', cause: 'aborted', why: 'aborted' };

function taken(answer: Uint8Array | undefined): Outcome {
  const partial = answer && readPartialSuccess(answer, undefined, 'protobuf');
  return partial ? { status: 'partial', ...partial } : { status: 'accepted' };
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

async function tls(context: SecureContext | undefined): Promise<ChannelCredentials> {
  const { createSecureContext } = await import('node:tls');
  // Always a context of ours: grpc-js would take authorities and ciphers from variables of its own.
  return credentials.createFromSecureContext(context ?? createSecureContext());
}

/** The same credentials, which note the sockets that connections are made on. */
function watched(channel: ChannelCredentials, sockets: Set<Socket>): ChannelCredentials {
  const create = channel._createSecureConnector.bind(channel);
  channel._createSecureConnector = (...args) => {
    const connector = create(...args);
    const connect = connector.connect.bind(connector);
    connector.connect = (socket) => {
      sockets.add(socket);
      socket.once('close', () => sockets.delete(socket));
      return connect(socket);
    };
    return connector;
  };
  return channel;
}
