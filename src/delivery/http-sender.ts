// In: a destination that takes OTLP/HTTP. Out: its sender, a POST for each request.
// Always: one connection, kept alive until `close`.
import type { SecureContext } from 'node:tls';

import { openClient } from './client.ts';
import type { SendTo } from './destination-file.ts';
import { post } from './post.ts';
import type { Sender } from './sender.ts';

/** A sender that posts. `context` holds the destination's own TLS files. */
export async function openHttpSender(
  { tracesUrl: url, headers, timeoutMs, compression }: SendTo,
  context: SecureContext | undefined,
): Promise<Sender> {
  const client = await openClient(url, context);
  return {
    send: (shipment) => post({ url, headers, timeoutMs, compression, ...shipment }, client),
    close: () => {
      client.close();
    },
  };
}
