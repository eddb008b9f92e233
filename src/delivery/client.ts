// In: the URL of an HTTP destination, and the proxy on the way. Out: a way to open requests to it over one kept-alive connection.
// Always: node:http, node:https and what a proxy needs are loaded only when something is sent that way; `close` lets the
// process end.
import type { Agent, ClientRequest } from 'node:http';
import type { SecureContext } from 'node:tls';

import type { Proxy } from './proxy-agent.ts';

/** One destination's connection. */
export interface Client {
  /** Its requests go through a proxy. */
  readonly proxied: boolean;
  /** Opens a POST. Throws on a URL or header that node:http does not take. */
  request(url: string, headers: Readonly<Record<string, string>>): ClientRequest;
  close(): void;
}

/** A client for the scheme of `url`, http or https; `context` in place of the authorities that come with Node. */
export async function openClient(url: string, context?: SecureContext, proxy?: Proxy): Promise<Client> {
  const { Agent: DirectAgent, request } = /^https:/i.test(url)
    ? await import('node:https')
    : await import('node:http');
  // Of the destination alone: a proxy is not shown the client's certificate.
  const secure = context === undefined ? {} : { secureContext: context };
  const client = (agent: Agent, close: () => void): Client => ({
    proxied: proxy !== undefined,
    request: (target, headers) => request(target, { method: 'POST', agent, headers, ...secure }),
    close,
  });
  if (proxy !== undefined) {
    const { openProxyAgent } = await import('./proxy-agent.ts');
    const { agent, close } = openProxyAgent(url, proxy);
    return client(agent, close);
  }
  const agent = new DirectAgent({ keepAlive: true, maxSockets: 1 });
  return client(agent, () => {
    agent.destroy();
  });
}
