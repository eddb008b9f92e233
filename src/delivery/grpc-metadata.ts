// In: a destination's headers. Out: the metadata of each call, or why they cannot be sent.
// Always: what describes the call itself is gRPC's, not the user's; no name and no value is told.
import { Metadata } from '@grpc/grpc-js';

import type { Unusable } from './sender.ts';

/** The headers as metadata. `user-agent` is no metadata: the channel has it. */
export function metadataFor(headers: Readonly<Record<string, string>>): Metadata | Unusable {
  const metadata = new Metadata();
  for (const [given, value] of Object.entries(headers)) {
    const name = given.toLowerCase();
    if (OURS.has(name) || name.startsWith('grpc-')) continue;
    if (name.endsWith('-bin'))
      return unusable('has a name that ends in -bin, which gRPC keeps for binary values: rename it');
    try {
      metadata.set(name, value);
    } catch {
      return unusable('has a character that gRPC does not allow (values: ASCII only)');
    }
  }
  return metadata;
}

/** Of HTTP/1, of the body, or of the call. */
const OURS: ReadonlySet<string> = new Set([
  'accept-encoding',
  'connection',
  'content-encoding',
  'content-length',
  'content-type',
  'host',
  'keep-alive',
  'proxy-connection',
  'te',
  'transfer-encoding',
  'upgrade',
  'user-agent',
]);

function unusable(what: string): Unusable {
  return { status: 'unusable', setting: 'headers', why: `one of the headers ${what}` };
}
