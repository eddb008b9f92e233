// `npm start`: the local collector, and the recorded session replayed into it as Claude Code would write it, through
// the real hook and the real worker over real HTTP. `--once` ends by itself. Nothing stays behind.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { CollectorError, startCollector, type Collector } from '../collector/collector.ts';
import type { TraceView, TurnView } from '../collector/query/views.ts';
import { readRecording } from './recording.ts';
import { makeInstallation, type ReplayFolders } from './stage.ts';
import { formatTrace } from './trace-tree.ts';

const USAGE =
  'Usage: npm start [-- --once] [-- --port PORT]\n\n  --once       end when the trace is shown\n  --port PORT  where the collector listens (default 4318, or the next free port)';
/** Recorded seconds a second: the three minutes of the recording take five seconds. */
const SPEED = 40;
const PATIENCE_MS = 60_000;

const bundles = import.meta.dirname;
const recordingFolder = resolve(bundles, '../examples/session');

void main().then((code) => {
  process.exitCode = code;
});

async function main(): Promise<number> {
  const options = readOptions();
  if (options === undefined) return 2;
  const folder = mkdtempSync(join(tmpdir(), 'turnspan-'));
  let collector: Collector | undefined;
  try {
    collector = await startCollector({ port: options.port });
    console.log(
      `Collector on ${collector.url}, replaying a recorded session of Claude Code through the hook …\n`,
    );
    await replay(folder, collector.url);
    await show(collector.url);
    if (!options.once) await interrupted();
    return 0;
  } catch (error) {
    if (!(error instanceof CollectorError)) throw error;
    console.error(error.message);
    return 1;
  } finally {
    await collector?.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

function readOptions(): { once: boolean; port: number } | undefined {
  try {
    const { values } = parseArgs({ options: { once: { type: 'boolean' }, port: { type: 'string' } } });
    const port = Number(values.port ?? '4318');
    if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new Error(`--port is no port number`);
    return { once: values.once === true, port };
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : 'wrong command line'}\n\n${USAGE}`);
    return undefined;
  }
}

/** Plays the session in a process that stands for Claude Code, then waits until the worker has sent everything. */
async function replay(folder: string, endpoint: string): Promise<void> {
  const { startsAt, endsAt } = readRecording(recordingFolder, folder, 0);
  const endsNow = Date.now() + (endsAt - startsAt) / SPEED;
  const folders = makeInstallation(folder, bundles, endsNow - (endsAt - startsAt) - 1000);
  const { project, hook, home } = folders;
  const args = ['--recording', recordingFolder, '--project', project, '--hook', hook];
  const client = spawn(
    process.execPath,
    [join(bundles, 'client.cjs'), ...args, '--speed', String(SPEED), '--ends-at', String(endsNow)],
    {
      stdio: ['ignore', 'inherit', 'inherit'],
      env: {
        PATH: process.env['PATH'],
        HOME: home,
        OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
        TURNSPAN_CONTENT: 'full',
      },
    },
  );
  await new Promise<void>((done, failed) => {
    client.on('error', failed).on('close', (code) => {
      if (code === 0) done();
      else failed(new Error(`the replay ended with ${code ?? 'a signal'}`));
    });
  });
  await settled(folders);
}

/** The worker has taken every ticket and has left. */
async function settled({ dir }: ReplayFolders): Promise<void> {
  const giveUpAt = Date.now() + PATIENCE_MS;
  const isAtWork = (): boolean =>
    existsSync(join(dir, 'worker.alive')) || readdirSync(join(dir, 'inbox')).length > 0;
  while (isAtWork()) {
    if (Date.now() > giveUpAt) throw new Error('the worker did not finish within a minute');
    await sleep(20);
  }
}

async function show(url: string): Promise<void> {
  const { sessions } = await get<{ sessions: { id: string }[] }>(url, '/api/sessions');
  const session = sessions[0];
  if (session === undefined) throw new Error('no span arrived at the collector');
  const { turns } = await get<{ turns: TurnView[] }>(url, `/api/sessions/${session.id}/turns`);
  for (const turn of turns) {
    console.log(`Turn ${turn.number ?? '?'}: ${firstLine(turn.title)}`);
    const trace = await get<TraceView>(url, `/api/traces/${turn.traceId}`);
    console.log(`${formatTrace(trace).join('\n')}\n`);
  }
  const page = turns.reduce((most, turn) => (turn.spans > most.spans ? turn : most));
  console.log(`Look at it: ${url}/#/trace/${page.traceId}`);
}

function firstLine(title: string): string {
  const line = title.split('\n')[0] ?? '';
  return line.length > 90 ? `${line.slice(0, 89)}…` : line;
}

async function get<T>(url: string, path: string): Promise<T> {
  const answer = await fetch(`${url}${path}`);
  if (!answer.ok) throw new Error(`the collector answered ${answer.status} to ${path}`);
  // The collector's own types: both sides are in this repository.
  return (await answer.json()) as T;
}

/** Until Ctrl+C, or until the shell that npm put between is gone: it passes no signal on. */
async function interrupted(): Promise<void> {
  console.log('Ctrl+C ends the collector.');
  const parent = process.ppid;
  await new Promise<void>((done) => {
    const watch = setInterval(() => {
      if (process.ppid !== parent) stop();
    }, 250);
    const stop = (): void => {
      clearInterval(watch);
      process.off('SIGINT', stop).off('SIGTERM', stop);
      done();
    };
    process.on('SIGINT', stop).on('SIGTERM', stop);
  });
}
