// A server on loopback that answers as a preset's backend documents: over TLS with a certificate for the backend's own host,
// or plainly for one that is self-hosted. What came is kept.
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import type { BackendAnswer, DocumentedBackend } from './documented.ts';

/** A request that was taken. */
export interface TakenRequest {
  /** Decompressed; an empty one is the doctor's. */
  readonly body: Buffer;
}

export interface BackendServer {
  readonly port: number;
  readonly taken: readonly TakenRequest[];
  /** Statuses of the answers, in order. */
  readonly answers: readonly number[];
  stop(): Promise<void>;
}

export async function startBackendServer(
  backend: DocumentedBackend,
  tls: { readonly cert: Buffer; readonly key: Buffer },
): Promise<BackendServer> {
  const taken: TakenRequest[] = [];
  const answers: number[] = [];
  const listener: RequestListener = (incoming, response) => {
    void answer(incoming, response);
  };
  const answer = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer); // no encoding is set, so chunks are buffers
    const sent = Buffer.concat(chunks);
    const body = incoming.headers['content-encoding'] === 'gzip' ? gunzipSync(sent) : sent;
    const { status, type, body: text } = answerTo(backend, incoming);
    if (status < 300) taken.push({ body });
    answers.push(status);
    response.writeHead(status, type === undefined ? {} : { 'content-type': type }).end(text);
  };
  const server = backend.host === undefined ? createServer(listener) : createTlsServer(tls, listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo; // a listening TCP server has one
  return {
    port,
    taken,
    answers,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

function answerTo(
  { host, path, headers, good, bad = { status: 400 } }: DocumentedBackend,
  incoming: IncomingMessage,
): BackendAnswer {
  if (incoming.method !== 'POST' || incoming.url !== path) return { status: 404 };
  // A proxy does not change what the backend is asked for.
  if (host !== undefined && incoming.headers.host !== host && incoming.headers.host !== `${host}:443`)
    return { status: 421 };
  if (incoming.headers['content-type'] !== 'application/x-protobuf') return { status: 415 };
  const wanted = Object.entries(headers).every(([name, value]) => incoming.headers[name] === value);
  return wanted ? good : bad;
}
