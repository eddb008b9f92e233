// An installation in a folder, whose session's transcript is `transcript`; its client is a process whose environment names
// a backend, and nothing of this bench's own environment comes in.
import { spawn } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import {
  appendFileSync,
  closeSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { makeInstallation } from '../examples/stage.ts';
import { readProcess } from '../src/platform/processes.ts';
import { SESSION_ID } from './recorded-turn.ts';

export interface BenchInstallation {
  readonly transcript: string;
  /** Arguments and environment of the worker's process. */
  readonly worker: { readonly args: readonly string[]; readonly env: NodeJS.ProcessEnv };
  /** The real hook script leaves a ticket and wakes nobody. */
  readonly leaveTicket: () => Promise<void>;
  /** Spans that ever went into the outbox. Throws if one still waits there. */
  readonly sent: () => number;
  /** Lets the project's ledger hold `spans` more, ten a batch. For when a worker has made the ledger. */
  readonly addHistory: (spans: number) => void;
}

/** `since` is 0: every turn of the transcript is younger and is sent. */
export function openBenchInstallation(folder: string, client: BenchClient): BenchInstallation {
  const { dir, home, project, hook } = makeInstallation(folder, import.meta.dirname, 0);
  mkdirSync(project, { recursive: true });
  const transcript = join(project, `${SESSION_ID}.jsonl`);
  const event = { session_id: SESSION_ID, transcript_path: transcript, cwd: home, hook_event_name: 'Stop' };
  const hint = join(dir, 'worker.alive');
  const counted: Counted = new Map();
  return {
    transcript,
    worker: {
      args: [join(import.meta.dirname, 'worker.cjs'), '--dir', dir],
      env: { PATH: process.env['PATH'], HOME: home },
    },
    leaveTicket: async () => {
      // To the hook, this process is the worker that is alive.
      writeFileSync(hint, `${process.pid} ${readProcess(process.pid)?.startTime ?? ''}\n`);
      await client.callHook(hook, JSON.stringify(event));
      rmSync(hint);
      if (readdirSync(join(dir, 'inbox')).length === 0) throw new Error('the hook left no ticket');
    },
    sent: () => {
      const waiting = filesBelow(join(dir, 'outbox')).filter((name) => name.endsWith('.otlp'));
      if (waiting.length > 0) throw new Error(`${waiting.length} requests were not delivered`);
      return filesBelow(join(dir, 'ledger')).reduce((sum, path) => sum + spansIn(path, counted), 0);
    },
    addHistory: (spans) => {
      for (const path of filesBelow(join(dir, 'ledger'))) appendFileSync(path, inventedBatches(spans));
    },
  };
}

/** A process that calls hooks, as Claude Code does: they are its children. */
export interface BenchClient {
  readonly callHook: (command: string, input: string) => Promise<void>;
  stop(): void;
}

/** A client with only `endpoint`, the search path and `more` in its environment; it ends when this process does. */
export async function startClient(endpoint: string, more: NodeJS.ProcessEnv = {}): Promise<BenchClient> {
  const child = spawn(process.execPath, ['-e', CLIENT], {
    env: { PATH: process.env['PATH'], OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, ...more },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  return {
    callHook: async (command, input) => {
      child.stdin.write(`${JSON.stringify({ command, input })}\n`);
      await once(child.stdout, 'data');
    },
    stop: () => void child.kill('SIGKILL'),
  };
}

const CLIENT = `
console.log('up');
require('node:readline').createInterface({ input: process.stdin }).on('line', (line) => {
  const { command, input } = JSON.parse(line);
  require('node:child_process').spawnSync('/bin/sh', ['-c', command], { input });
  console.log('called');
});`;

function inventedBatches(spans: number): string {
  const line = (): string =>
    [randomUUID(), SESSION_ID, ...Array.from({ length: 10 }, inventedSpanId)].join(' ');
  return `${Array.from({ length: spans / 10 }, line).join('\n')}\n`;
}

function inventedSpanId(): string {
  return randomBytes(8).toString('hex');
}

/** By ledger: how much of it was read, and the span ids in that. */
type Counted = Map<string, { readonly bytes: number; readonly spans: number }>;

/** The span ids among the words of all lines. Only what is new is read: garbage of this process would slow down what it measures next. */
function spansIn(path: string, counted: Counted): number {
  const { bytes, spans } = counted.get(path) ?? { bytes: 0, spans: 0 };
  const more = Buffer.alloc(statSync(path).size - bytes);
  const file = openSync(path, 'r');
  readSync(file, more, 0, more.length, bytes);
  closeSync(file);
  const ids = more.toString('latin1').match(/(?<=[ \n]|^)[0-9a-f]{16}(?=[ \n]|$)/g)?.length ?? 0;
  counted.set(path, { bytes: bytes + more.length, spans: spans + ids });
  return spans + ids;
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? filesBelow(path) : [path];
  });
}
