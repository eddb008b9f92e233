// In: the URL of a destination, and the proxy that it is reached through. Out: an agent for node:http and node:https.
// Always: loaded only where there is a proxy; an `https:` destination is reached through a tunnel (CONNECT), so the proxy sees
// neither headers nor spans; the proxy's name and password go to the proxy alone, in a header, and never into an error or a log.
import type { Agent } from 'node:http';
import type { SecureContext } from 'node:tls';

import { HttpProxyAgent } from 'http-proxy-agent';
import { HttpsProxyAgent } from 'https-proxy-agent';

/** A proxy on the way to a destination. */
export interface Proxy {
  /** `http:` or `https:`; may hold a name and a password. */
  readonly url: string;
  /** For an `https:` proxy: whom to trust, where it is not Node's authorities alone. */
  readonly context?: SecureContext | undefined;
}

/** An agent, and the end of all its connections. */
export interface ProxyAgent {
  readonly agent: Agent;
  close(): void;
}

/** Keeps one connection. */
export function openProxyAgent(destination: string, { url, context }: Proxy): ProxyAgent {
  const { proxy, headers } = withoutPassword(url);
  // The libraries leave a connection to the proxy that is still being made to itself: this ends it.
  const ending = new AbortController();
  const options = {
    keepAlive: true,
    maxSockets: 1,
    headers,
    signal: ending.signal,
    ...(context !== undefined && { secureContext: context }),
  };
  const agent = /^https:/i.test(destination)
    ? new HttpsProxyAgent(proxy, options)
    : new HttpProxyAgent(proxy, options);
  return {
    agent,
    close: () => {
      agent.destroy();
      ending.abort();
    },
  };
}

/** As a header, because the libraries tell the address to whoever switches their debugging on. */
function withoutPassword(text: string): { proxy: URL; headers: Record<string, string> } {
  const proxy = new URL(text);
  const { username, password } = proxy;
  if (username === '' && password === '') return { proxy, headers: {} };
  [proxy.username, proxy.password] = ['', ''];
  const pair = `${decoded(username)}:${decoded(password)}`;
  return { proxy, headers: { 'Proxy-Authorization': `Basic ${Buffer.from(pair).toString('base64')}` } };
}

/** A lone `%` in a password stays one. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
