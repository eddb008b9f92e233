// In: a destination that takes OTLP/HTTP. Out: its sender, a POST for each request.
// Always: one connection, kept alive until `close`; where the destination has a proxy, through that.
import type { SecureContext } from 'node:tls';

import { openClient } from './client.ts';
import type { SendTo } from './destination-file.ts';
import { post } from './post.ts';
import type { Sender } from './sender.ts';

/** A sender that posts. `context` holds the destination's own TLS files, `proxyContext` whom to trust as its proxy. */
export async function openHttpSender(
  { url, headers, timeoutMs, compression, proxy }: SendTo,
  context: SecureContext | undefined,
  proxyContext?: SecureContext,
): Promise<Sender> {
  const client = await openClient(
    url,
    context,
    proxy === undefined ? undefined : { url: proxy, context: proxyContext },
  );
  return {
    send: (shipment) => post({ url, headers, timeoutMs, compression, ...shipment }, client),
    close: () => {
      client.close();
    },
  };
}
