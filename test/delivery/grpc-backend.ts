// A real gRPC server on loopback, made with grpc-js, that plays a backend: it records every request, decodes none, and
// answers as it was told.
import {
  Metadata,
  Server,
  ServerCredentials,
  type status,
  type handleUnaryCall,
  type ServiceDefinition,
} from '@grpc/grpc-js';
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';

import type { Destination } from '../../src/config/destination.ts';
import { sendTo } from '../../src/delivery/destination-file.ts';
import { openSender, type Opened, type Sender } from '../../src/delivery/sender.ts';
import { destinationTo } from './fixtures.ts';

/** What a call is answered with. */
export type GrpcAnswer =
  /** OK, with these bytes as the message. */
  | { readonly message: Uint8Array }
  | { readonly code: status; readonly details?: string; readonly statusDetails?: Uint8Array }
  /** Takes the call and never answers. */
  | 'hang';

export interface GrpcBackend {
  /** `http://127.0.0.1:PORT`, or `https://localhost:PORT` with credentials. */
  readonly url: string;
  readonly requests: readonly { readonly body: Buffer; readonly metadata: Metadata; readonly peer: string }[];
  /** Answers for the next calls, one each; the last one stays for all that follow. */
  answer(...answers: readonly GrpcAnswer[]): void;
  /** Resolves when `count` calls have come in all. */
  received(count: number): Promise<void>;
  /** Drops all connections and stops listening. */
  stop(): void;
}

export async function startGrpcBackend(credentials?: ServerCredentials): Promise<GrpcBackend> {
  const requests: { body: Buffer; metadata: Metadata; peer: string }[] = [];
  const waiting: { count: number; resolve: () => void }[] = [];
  let script: GrpcAnswer[] = [];
  const handle: handleUnaryCall<Buffer, Buffer> = (call, callback) => {
    requests.push({ body: call.request, metadata: call.metadata, peer: call.getPeer() });
    const next = (script.length > 1 ? script.shift() : script[0]) ?? { message: new Uint8Array() };
    for (const { count, resolve } of waiting) if (requests.length >= count) resolve();
    if (next === 'hang') return;
    if ('message' in next) {
      callback(null, Buffer.from(next.message));
      return;
    }
    const metadata = new Metadata();
    if (next.statusDetails) metadata.set('grpc-status-details-bin', Buffer.from(next.statusDetails));
    callback({ code: next.code, details: next.details ?? 'KEY of someone', metadata });
  };
  const server = new Server();
  server.addService(SERVICE, { export: handle });
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', credentials ?? ServerCredentials.createInsecure(), (error, bound) => {
      if (error) reject(error);
      else resolve(bound);
    });
  });
  return {
    url: credentials ? `https://localhost:${port}` : `http://127.0.0.1:${port}`,
    requests,
    answer: (...answers) => {
      script = [...answers];
    },
    received: (count) =>
      new Promise((resolve) => {
        if (requests.length >= count) resolve();
        else waiting.push({ count, resolve });
      }),
    stop: () => {
      server.forceShutdown();
    },
  };
}

const identity = (bytes: Buffer): Buffer => bytes;

const SERVICE: ServiceDefinition = {
  export: {
    path: '/opentelemetry.proto.collector.trace.v1.TraceService/Export',
    requestStream: false,
    responseStream: false,
    requestSerialize: identity,
    requestDeserialize: identity,
    responseSerialize: identity,
    responseDeserialize: identity,
  },
};

/** A `google.rpc.Status` with a `RetryInfo`, behind another detail. */
export function retryInfo(seconds: number, nanos = 0): Uint8Array {
  const delay = new BinaryWriter();
  if (seconds !== 0) delay.tag(1, WireType.Varint).int64(seconds);
  if (nanos !== 0) delay.tag(2, WireType.Varint).int32(nanos);
  const info = new BinaryWriter().tag(1, WireType.LengthDelimited).bytes(delay.finish()).finish();
  const detail = (type: string, value: Uint8Array): Uint8Array =>
    new BinaryWriter()
      .tag(1, WireType.LengthDelimited)
      .string(`type.googleapis.com/google.rpc.${type}`)
      .tag(2, WireType.LengthDelimited)
      .bytes(value)
      .finish();
  return new BinaryWriter()
    .tag(1, WireType.Varint)
    .int32(8)
    .tag(2, WireType.LengthDelimited)
    .string('slow down')
    .tag(3, WireType.LengthDelimited)
    .bytes(detail('ErrorInfo', new Uint8Array([1, 2, 3])))
    .tag(3, WireType.LengthDelimited)
    .bytes(detail('RetryInfo', info))
    .finish();
}

/** A destination that takes gRPC. */
export function grpcDestinationTo(url: string, changes: Partial<Destination> = {}): Destination {
  return destinationTo(url, { transport: 'grpc', url: url, ...changes });
}

/** The sender to `destination`, which must be usable. */
export async function senderTo(destination: Destination): Promise<Sender> {
  const opened: Opened = await openSender(sendTo(destination));
  if (opened.status === 'unusable') throw new Error(opened.why);
  return opened.sender;
}
