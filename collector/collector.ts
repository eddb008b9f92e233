// The local collector: one server on loopback that receives OTLP, keeps it in DuckDB and shows it.
// In: a port and, unless in memory, a file. Out: its address, and how to close it.
import { type IncomingMessage, type Server, type ServerResponse, createServer } from 'node:http';
import { join } from 'node:path';
import { guard } from './guard.ts';
import { listen } from './listen.ts';
import { type CollectorLog, silentLog } from './log.ts';
import { createReceiver } from './receiver/receiver.ts';
import { openStore } from './store/store.ts';
import { createApi } from './web/api.ts';
import { respondError } from './web/respond.ts';
import { serveWeb } from './web/web.ts';

export interface CollectorOptions {
  /** The port to have; when it is taken, one of the 20 after it. 0 is any free port. */
  readonly port: number;
  /** The database file, made if missing; in memory without. */
  readonly file?: string;
  readonly log?: CollectorLog;
  /** The folder that scripts/build-page.mjs has made; the one beside the bundle unless given. */
  readonly pageFolder?: string;
}

export interface Collector {
  /** Both the endpoint for exporters and the address of the page: `http://127.0.0.1:PORT`. */
  readonly url: string;
  readonly port: number;
  /** Answers the requests under way, then closes the server and the database. */
  close(): Promise<void>;
}

/** The collector cannot start for a reason that the user can change; `message` names it and its remedy. */
export class CollectorError extends Error {
  override readonly name = 'CollectorError';
}

/** Starts a collector. Rejects with CollectorError: DuckDB missing, file unusable or in use, no free port. */
export async function startCollector(options: CollectorOptions): Promise<Collector> {
  const { log = silentLog, pageFolder = join(import.meta.dirname, 'page') } = options;
  const opened = await openStore(options.file);
  if (!opened.ok) throw new CollectorError(opened.message);
  const store = opened.value;
  const receiver = createReceiver(store, log);
  const api = createApi(store, receiver.counts, Date.now());

  let port = 0;
  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      log.error('http.failed', { error: error instanceof Error ? error.name : typeof error });
      if (response.headersSent) response.destroy();
      else respondError(response, 500, 'the collector failed on this request');
    });
  });
  const listening = await listen(server, options.port);
  if (!listening.ok) {
    await store.close();
    throw new CollectorError(listening.message);
  }
  port = listening.port;
  const url = `http://127.0.0.1:${port}`;
  log.info('collector.started', { port, store: options.file === undefined ? 'memory' : 'file' });

  return {
    url,
    port,
    async close() {
      await closeServer(server);
      await store.close();
    },
  };

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const verdict = guard(request.headers, port);
    if (!verdict.ok) {
      respondError(response, 403, verdict.message);
      return;
    }
    const [path = '/'] = (request.url ?? '/').split('?');
    if (await receiver.handle(path, request, response)) return;
    await serveWeb(path, request, response, api, pageFolder);
  }
}

const CLOSE_AFTER_MS = 2_000;

async function closeServer(server: Server): Promise<void> {
  await new Promise<void>((resolve) => {
    server.close(() => {
      resolve();
    });
    // A client that stands still in the middle of a request must not hold the end up.
    setTimeout(() => {
      server.closeAllConnections();
    }, CLOSE_AFTER_MS).unref();
  });
}
