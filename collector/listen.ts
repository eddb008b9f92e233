// In: a server and the port it should have. Out: the port it got, on 127.0.0.1.
// Always: it listens on loopback only. A taken port gives way to the next ones; any other failure is told.
import type { Server } from 'node:http';

const HOST = '127.0.0.1';
const NEXT_PORTS = 20;
const LAST_PORT = 65_535;

export type Listening =
  { readonly ok: true; readonly port: number } | { readonly ok: false; readonly message: string };

/** Listens on `wanted` or, if that is taken, on one of the 20 ports after it. 0 is any free port. */
export async function listen(server: Server, wanted: number): Promise<Listening> {
  const last = wanted === 0 ? 0 : Math.min(wanted + NEXT_PORTS, LAST_PORT);
  for (let port = wanted; port <= last; port++) {
    const code = await tryListen(server, port);
    if (code === null) {
      const address = server.address();
      return { ok: true, port: typeof address === 'object' && address !== null ? address.port : port };
    }
    if (code !== 'EADDRINUSE') return { ok: false, message: `cannot listen on ${HOST}:${port} (${code})` };
  }
  return { ok: false, message: `the ports ${wanted} to ${last} are all taken. Choose another with --port` };
}

/** `null` when it listens, else the error code. */
async function tryListen(server: Server, port: number): Promise<string | null> {
  return new Promise((resolve) => {
    const onError = (error: NodeJS.ErrnoException): void => {
      server.off('listening', onListening);
      resolve(error.code ?? error.name);
    };
    const onListening = (): void => {
      server.off('error', onError);
      resolve(null);
    };
    server.once('error', onError).once('listening', onListening).listen(port, HOST);
  });
}
