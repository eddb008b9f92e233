// What one OpenTelemetry Collector on this machine takes from N bridges, and how much a turn is on the wire.
// In: a built Collector (OTELCOL; `npm run load` builds it). Out: turns a second with 1, 10 and 100 bridges that post at once, one
// request a turn as a worker does, what the Collector needs for a thousand turns, and the bytes of a turn by signal.
// Always: the Collector runs with the configuration of this repository, queue on disk and fsync, and passes all on to a backend
// that takes it; both, and the bridges, share this machine's processors.
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { requestsOf } from '../src/export-sessions.ts';
import { silentLog } from '../src/platform/log.ts';
import type { ContentLevel } from '../src/privacy/policy.ts';
import { spanMaker, type SpanMaker } from '../src/span-maker.ts';
import { startBackends } from './hook-support/backends.ts';
import { median } from './alternate.ts';
import { findCorpus } from './corpus.ts';
import { turnWithTools } from './recorded-turn.ts';
import { measureTurn, type SignalSize } from './turn-size.ts';

const BRIDGES = [1, 10, 100];
const SECONDS = 8;
/** Different turns, so that the Collector sees different bytes. */
const KINDS = 50;
/** Of loopback, for the Collector. */
const PORTS = { grpc: 21_317, http: 21_318, health: 21_133, metrics: 21_888 };

export interface LoadFigures {
  readonly rows: readonly LoadRow[];
  /** Of all spans of real sessions, where those lie beside the checkout. */
  readonly real: RealSessions | undefined;
  readonly turn: Readonly<Record<ContentLevel, readonly SignalSize[]>>;
}

interface LoadRow {
  readonly bridges: number;
  readonly turnsPerSecond: number;
  readonly spansPerSecond: number;
  /** Of a request, milliseconds. */
  readonly medianMs: number;
  readonly worstMs: number;
  /** Of the Collector, for a thousand turns. */
  readonly cpuSeconds: number;
  /** Of the Collector, at the end. */
  readonly memoryMb: number;
}

interface RealSessions {
  readonly turns: number;
  readonly spans: number;
  /** Protobuf, gzip a request, by content level. */
  readonly wireBytes: Readonly<Record<ContentLevel, number>>;
}

/** Undefined without a Collector. */
export async function benchLoad(folder: string): Promise<LoadFigures | undefined> {
  const { OTELCOL: otelcol } = process.env;
  if (otelcol === undefined) return undefined;
  mkdirSync(folder, { recursive: true });
  const turns = await turnsOf(folder);
  const backends = await startBackends();
  const collector = spawn(otelcol, ['--config', join(import.meta.dirname, '../otel-collector-config.yaml')], {
    cwd: folder,
    env: {
      HOME: folder,
      COLLECTOR_TRACES_TO: '[otlp_http/backend]',
      COLLECTOR_METRICS_TO: '[debug]',
      COLLECTOR_LOGS_TO: '[debug]',
      BACKEND_URL: backends.urls.up,
      COLLECTOR_GRPC_PORT: String(PORTS.grpc),
      COLLECTOR_HTTP_PORT: String(PORTS.http),
      COLLECTOR_HEALTH_PORT: String(PORTS.health),
      COLLECTOR_METRICS_PORT: String(PORTS.metrics),
    },
    stdio: 'ignore',
  });
  try {
    await isReady();
    const rows: LoadRow[] = [];
    await load(1, turns, 1, collector.pid);
    for (const bridges of BRIDGES) rows.push(await load(bridges, turns, SECONDS, collector.pid));
    return {
      rows,
      real: await realSessions(),
      turn: { none: await measureTurn(folder, 'none'), full: await measureTurn(folder, 'full') },
    };
  } finally {
    collector.kill('SIGKILL');
    backends.stop();
  }
}

export function printLoadFigures({ rows, real, turn }: LoadFigures): void {
  console.log(
    'One Collector, queue on disk with fsync, a backend behind it, and N bridges that post at once',
  );
  console.log('  bridges  turns/s  spans/s  a request, median  worst     CPU for 1,000 turns  memory');
  for (const row of rows) {
    const cells = [
      String(row.bridges).padStart(9),
      row.turnsPerSecond.toFixed(0).padStart(9),
      row.spansPerSecond.toFixed(0).padStart(9),
      `${row.medianMs.toFixed(1)} ms`.padStart(19),
      `${row.worstMs.toFixed(0)} ms`.padStart(8),
      `${row.cpuSeconds.toFixed(1)} s`.padStart(21),
      `${row.memoryMb.toFixed(0)} MB`.padStart(8),
    ];
    console.log(cells.join(''));
  }
  console.log(
    'A turn with five tool calls, as a worker posts it: bytes in the body, gzip (before gzip), requests',
  );
  for (const content of ['none', 'full'] as const) {
    for (const { path, wireBytes, bytes, requests } of turn[content]) {
      console.log(
        `  content ${content}, ${path.padEnd(11)} ${kilobytes(wireBytes).padStart(8)} ${`(${kilobytes(bytes)})`.padStart(11)} ${requests.toFixed(0).padStart(3)}`,
      );
    }
  }
  if (real === undefined) return;
  const perTurn = (bytes: number): string => kilobytes(bytes / real.turns);
  console.log(
    `Real sessions, ${real.turns} turns with ${(real.spans / real.turns).toFixed(1)} spans each: traces ${perTurn(real.wireBytes.none)} a turn at content none, ${perTurn(real.wireBytes.full)} at full`,
  );
}

function kilobytes(bytes: number): string {
  return `${(bytes / 1000).toFixed(1)} kB`;
}

/** Undefined where they are not. */
async function realSessions(): Promise<RealSessions | undefined> {
  const corpus = findCorpus();
  if (corpus === undefined) return undefined;
  let turns = 0;
  let spans = 0;
  const wireBytes = { none: 0, full: 0 };
  for (const content of ['none', 'full'] as const) {
    const toSpan = spanMaker(content, { attributes: {} });
    const counting: SpanMaker = (one) => {
      if (content === 'none' && one.kind === 'turn') turns += 1;
      return toSpan(one);
    };
    for (const transcript of corpus.transcripts) {
      for await (const one of requestsOf([transcript], counting, 'protobuf', { log: silentLog })) {
        if (content === 'none') spans += one.spans;
        wireBytes[content] += gzipSync(one.bytes).length;
      }
    }
  }
  return { turns, spans, wireBytes };
}

/** A turn as its bridge sends it: one request. */
interface Turn {
  readonly spans: number;
  readonly body: Buffer;
}

async function turnsOf(folder: string): Promise<Turn[]> {
  const recorded = turnWithTools();
  const turns: Turn[] = [];
  for (let number = 0; number < KINDS; number += 1) {
    const transcript = join(folder, `turn-${number}.jsonl`);
    writeFileSync(transcript, recorded(number));
    const toSpan = spanMaker('none', { attributes: {} });
    for await (const one of requestsOf([transcript], toSpan, 'protobuf', { log: silentLog }))
      turns.push({ spans: one.spans, body: gzipSync(one.bytes) });
  }
  return turns;
}

async function isReady(): Promise<void> {
  for (let tried = 0; tried < 100; tried += 1) {
    const answer = await fetch(`http://127.0.0.1:${PORTS.health}/`).catch(() => undefined);
    if (answer?.ok === true) return;
    await sleep(100);
  }
  throw new Error('the Collector does not get ready: run it by hand with otel-collector-config.yaml');
}

/** `bridges` connections, each posting one turn after the other. */
async function load(
  bridges: number,
  turns: readonly Turn[],
  seconds: number,
  pid: number | undefined,
): Promise<LoadRow> {
  const agent = new Agent({ keepAlive: true, maxSockets: bridges });
  const before = usage(pid);
  const started = performance.now();
  const until = started + seconds * 1000;
  const times: number[] = [];
  let spans = 0;
  const bridge = async (first: number): Promise<void> => {
    for (let number = first; performance.now() < until; number += 1) {
      const turn = turns[number % turns.length];
      if (turn === undefined) throw new Error('there are no turns');
      const began = performance.now();
      await post(turn.body, agent);
      times.push(performance.now() - began);
      spans += turn.spans;
    }
  };
  await Promise.all(Array.from({ length: bridges }, (_, number) => bridge(number)));
  const elapsed = (performance.now() - started) / 1000;
  const after = usage(pid);
  agent.destroy();
  return {
    bridges,
    turnsPerSecond: times.length / elapsed,
    spansPerSecond: spans / elapsed,
    medianMs: median(times),
    worstMs: Math.max(...times),
    cpuSeconds: ((after.cpuSeconds - before.cpuSeconds) / times.length) * 1000,
    memoryMb: after.memoryMb,
  };
}

/** Rejects unless it is taken. */
function post(body: Buffer, agent: Agent): Promise<void> {
  return new Promise((resolve, reject) => {
    const headers = {
      'content-type': 'application/x-protobuf',
      'content-encoding': 'gzip',
      'content-length': body.length,
    };
    const options = {
      host: '127.0.0.1',
      port: PORTS.http,
      path: '/v1/traces',
      method: 'POST',
      headers,
      agent,
    };
    const sent = request(options, (answer) => {
      answer.resume().on('end', () => {
        if (answer.statusCode === 200) resolve();
        else reject(new Error(`the Collector answers ${answer.statusCode ?? 'nothing'}`));
      });
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

/** What a process has used so far; Linux alone tells. */
function usage(pid: number | undefined): { readonly cpuSeconds: number; readonly memoryMb: number } {
  try {
    const fields =
      readFileSync(`/proc/${String(pid)}/stat`, 'latin1')
        .split(') ')[1]
        ?.split(' ') ?? [];
    const status = readFileSync(`/proc/${String(pid)}/status`, 'latin1');
    const ticks = Number(fields[11]) + Number(fields[12]);
    return { cpuSeconds: ticks / 100, memoryMb: Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1]) / 1024 };
  } catch {
    return { cpuSeconds: NaN, memoryMb: NaN };
  }
}
