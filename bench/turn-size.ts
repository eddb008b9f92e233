// How much a turn is on the wire, by signal: what real workers post to a server that counts, one wake-up a turn.
import { appendFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { ContentLevel } from '../src/privacy/policy.ts';
import { runChild } from './child.ts';
import { openBenchInstallation, startClient } from './installation.ts';
import { turnWithTools } from './recorded-turn.ts';

const TURNS = 10;

/** Bytes of one turn: as they are posted (gzip, without headers), and before that. */
export interface SignalSize {
  readonly path: string;
  readonly wireBytes: number;
  readonly bytes: number;
  readonly requests: number;
}

/** The means over ten turns with five tool calls each; the first, which also says what is new, does not count. */
export async function measureTurn(folder: string, content: ContentLevel): Promise<readonly SignalSize[]> {
  const posted: { path: string; wireBytes: number; bytes: number }[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks);
      const isPacked = request.headers['content-encoding'] === 'gzip';
      const bytes = isPacked ? gunzipSync(body).length : body.length;
      posted.push({ path: request.url ?? '', wireBytes: body.length, bytes });
      response.end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo; // a TCP server that listens has one
  const client = await startClient(`http://127.0.0.1:${port}`, {
    OTEL_METRICS_EXPORTER: 'otlp',
    OTEL_LOGS_EXPORTER: 'otlp',
    TURNSPAN_CONTENT: content,
  });
  try {
    const { transcript, worker, leaveTicket } = openBenchInstallation(
      join(folder, `turn-${content}`),
      client,
    );
    const turn = turnWithTools();
    writeFileSync(transcript, '');
    for (let number = 0; number <= TURNS; number += 1) {
      appendFileSync(transcript, turn(number));
      await leaveTicket();
      await runChild(worker.args, worker);
      if (number === 0) posted.length = 0;
    }
  } finally {
    client.stop();
    server.closeAllConnections();
    server.close();
  }
  return ['/v1/traces', '/v1/metrics', '/v1/logs'].map((path) => {
    const own = posted.filter((one) => one.path === path);
    const mean = (of: (one: (typeof own)[number]) => number): number =>
      own.reduce((sum, one) => sum + of(one), 0) / TURNS;
    return {
      path,
      wireBytes: mean(({ wireBytes }) => wireBytes),
      bytes: mean(({ bytes }) => bytes),
      requests: own.length / TURNS,
    };
  });
}
