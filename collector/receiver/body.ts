// In: an HTTP request. Out: its decoded body, or why it cannot be taken, as a status and a sentence.
// Always: at most MAX_WIRE_BYTES are read into memory and MAX_DECODED_BYTES come out, whatever the sender claims or packs.
import type { IncomingMessage } from 'node:http';
import { promisify } from 'node:util';
import { gunzip, inflate } from 'node:zlib';

export const MAX_WIRE_BYTES = 16 * 1024 * 1024;
export const MAX_DECODED_BYTES = 64 * 1024 * 1024;

export type Body =
  | { readonly ok: true; readonly bytes: Uint8Array }
  | { readonly ok: false; readonly status: 400 | 413 | 415; readonly message: string };

/** Reads and unpacks the body. Rejects only when the connection breaks before its end. */
export async function readBody(request: IncomingMessage): Promise<Body> {
  const encoding = (request.headers['content-encoding'] ?? 'identity').trim().toLowerCase();
  const unpack = UNPACK[encoding];
  if (unpack === undefined) {
    await discard(request);
    return refusal(415, 'Content-Encoding must be gzip, deflate or identity');
  }
  const packed = await readWire(request);
  if (packed === null)
    return refusal(413, `the request is larger than ${MAX_WIRE_BYTES} bytes; send smaller batches`);
  try {
    return { ok: true, bytes: await unpack(packed) };
  } catch (error) {
    return isTooLarge(error)
      ? refusal(413, `the unpacked request is larger than ${MAX_DECODED_BYTES} bytes; send smaller batches`)
      : refusal(400, `the body is not valid ${encoding}`);
  }
}

const limits = { maxOutputLength: MAX_DECODED_BYTES };
const UNPACK: Readonly<Partial<Record<string, (packed: Buffer) => Uint8Array | Promise<Uint8Array>>>> = {
  identity: (packed) => packed,
  gzip: (packed) => promisify<Buffer, typeof limits, Buffer>(gunzip)(packed, limits),
  deflate: (packed) => promisify<Buffer, typeof limits, Buffer>(inflate)(packed, limits),
};

/** The bytes as they came; `null` when there are too many, and then they have been read all the same. */
async function readWire(request: IncomingMessage): Promise<Buffer | null> {
  if (Number(request.headers['content-length'] ?? 0) > MAX_WIRE_BYTES) {
    await discard(request);
    return null;
  }
  const chunks: Buffer[] = [];
  let size = 0;
  // Leaving the loop must not destroy the request: its answer goes over the same connection.
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_WIRE_BYTES) break;
    chunks.push(chunk);
  }
  if (size <= MAX_WIRE_BYTES) return Buffer.concat(chunks, size);
  // Behind the loop: while its iterator lives, the request does not flow.
  await discard(request);
  return null;
}

/**
 * Reads what is left and forgets it: an answer on a connection with unread bytes is often lost in the reset that closes
 * it. Gives up past MAX_DECODED_BYTES.
 */
export async function discard(request: IncomingMessage): Promise<void> {
  await new Promise<void>((resolve) => {
    let size = 0;
    const onData = (chunk: Buffer): void => {
      size += chunk.length;
      if (size > MAX_DECODED_BYTES) {
        request.off('data', onData);
        request.pause();
        resolve();
      }
    };
    if (request.readableEnded || request.destroyed) {
      resolve();
      return;
    }
    request
      .on('data', onData)
      .on('end', resolve)
      .on('close', resolve)
      .on('error', () => {
        resolve();
      })
      .resume();
  });
}

function refusal(status: 400 | 413 | 415, message: string): Body {
  return { ok: false, status, message };
}

function isTooLarge(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE';
}
