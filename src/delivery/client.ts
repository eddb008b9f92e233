// In: the URL of an HTTP destination. Out: a way to open requests to it over one kept-alive connection.
// Always: node:http and node:https are loaded only when something is sent; `close` lets the process end.
import type { ClientRequest } from 'node:http';
import type { SecureContext } from 'node:tls';

/** One destination's connection. */
export interface Client {
  /** Opens a POST. Throws on a URL or header that node:http does not take. */
  request(url: string, headers: Readonly<Record<string, string>>): ClientRequest;
  close(): void;
}

/** A client for the scheme of `url`, http or https; `context` in place of the authorities that come with Node. */
export async function openClient(url: string, context?: SecureContext): Promise<Client> {
  const { Agent, request } = /^https:/i.test(url) ? await import('node:https') : await import('node:http');
  const agent = new Agent({
    keepAlive: true,
    maxSockets: 1,
    ...(context !== undefined && { secureContext: context }),
  });
  return {
    request: (target, headers) => request(target, { method: 'POST', agent, headers }),
    close: () => {
      agent.destroy();
    },
  };
}
