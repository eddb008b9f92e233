// In: a destination as the configuration resolved it. Out: outbox/<id>/destination.json (0600), and back.
// Always: it holds what a later wake-up needs to send what waits, when the client whose environment named the
// endpoint and its headers is long gone; it is rewritten only when it changed. A crash leaves the old file or the new.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { removeIfThere } from '../platform/if-there.ts';

import * as z from 'zod';

import type { Destination, DestinationId } from '../config/destination.ts';
import { writeAtomic } from '../platform/atomic-file.ts';
import { backoffFile } from './backoff.ts';
import { makeFolder, outboxFolder } from './folders.ts';

/** What sending needs. How bytes were encoded and what content they hold is settled when they are written. */
export type SendTo = Pick<
  Destination,
  'name' | 'signal' | 'transport' | 'url' | 'headers' | 'timeoutMs' | 'compression' | 'tls' | 'proxy'
>;

/** What sending to `destination` needs. */
export function sendTo(destination: Destination): SendTo {
  const { name, signal, transport, url, headers, timeoutMs, compression, tls, proxy } = destination;
  return { name, signal, transport, url, headers, timeoutMs, compression, tls, proxy };
}

/** Keeps what is needed to send to `destination` later. A change (a repaired key, say) also ends a running back-off. */
export function rememberDestination(dir: string, destination: Destination): void {
  const folder = outboxFolder(dir, destination.id);
  const path = join(folder, FILE);
  const content = serialize(sendTo(destination));
  if (readText(path) === content) return;
  makeFolder(folder);
  writeAtomic(path, content);
  removeIfThere(backoffFile(dir, destination.id));
}

/** What was remembered, or undefined where the file is missing or is not one of ours. */
export function readDestination(dir: string, id: DestinationId): SendTo | undefined {
  try {
    return stored.parse(JSON.parse(readText(join(outboxFolder(dir, id), FILE)) ?? ''));
  } catch {
    return undefined; // The caller reports it; the batches wait until a ticket renews the file.
  }
}

const FILE = 'destination.json';

const file = z.string().optional();
const stored = z.object({
  version: z.literal(2),
  name: z.string(),
  signal: z.enum(['traces', 'metrics', 'logs']),
  url: z.string().min(1),
  headers: z.record(z.string(), z.string()),
  timeoutMs: z.number().int().positive(),
  compression: z.enum(['gzip', 'none']),
  transport: z.enum(['http', 'grpc', 'console']),
  tls: z
    .object({ certificate: file, clientCertificate: file, clientKey: file, extraCertificates: file })
    .optional(),
  proxy: z.string().optional(),
}) satisfies z.ZodType<SendTo>;

function serialize(content: SendTo): string {
  return `${JSON.stringify({ version: 2, ...content }, null, 2)}\n`;
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
