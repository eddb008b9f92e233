// Claude Code without a terminal (`-p`): one prompt a process, or many through `stream-json`.
// In: an installed client, a stage, arguments. Out: what it printed, line by line, and how it ended.
// Always: it has the stage's environment and nothing else, and does not outlive `stop`.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import * as z from 'zod';
import type { ClientStage } from './client-stage.ts';
import type { InstalledClient } from './clients.ts';

/** How a process ended. */
export interface ClientEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A line that the client printed. */
export type PrintedLine = Readonly<Record<string, unknown>> & { readonly type: string };

/** A client that takes prompt after prompt. */
export interface HeadlessClient {
  readonly pid: number;
  /** All that it printed so far. */
  readonly lines: readonly PrintedLine[];
  /** Hands it a prompt and does not wait. */
  send(prompt: string): void;
  /** Hands it a prompt; resolves to its `result` line. Rejects when the client ends before that. */
  ask(prompt: string): Promise<PrintedLine>;
  /** Resolves to the next line that fits, from those printed after this call. Rejects when the client ends before. */
  next(fits: (line: PrintedLine) => boolean): Promise<PrintedLine>;
  signal(name: NodeJS.Signals): void;
  /** Closes its input, as a user does who is done; resolves when it has ended. */
  finish(): Promise<ClientEnd>;
  /** Ends it at once if it still runs. */
  stop(): Promise<ClientEnd>;
  readonly ended: Promise<ClientEnd>;
}

const lineShape = z.looseObject({ type: z.string() });
const allowed = 'Bash,Agent,Task,Read,Write,Edit';

/** One prompt, one process: `claude -p PROMPT …args`. */
export async function runHeadless(
  client: InstalledClient,
  stage: ClientStage,
  prompt: string,
  args: readonly string[] = [],
): Promise<ClientEnd> {
  const started = start(client, stage, ['-p', prompt, '--allowedTools', allowed, ...args]);
  started.child.stdin.end();
  return started.ended;
}

/** Many prompts in one process. `args` are such as `--continue`, `--resume ID`, `--fork-session`, `--model NAME`. */
export function startHeadless(
  client: InstalledClient,
  stage: ClientStage,
  args: readonly string[] = [],
): HeadlessClient {
  const streams = ['--input-format', 'stream-json', '--output-format', 'stream-json', '--verbose'];
  const { child, ended } = start(client, stage, ['-p', ...streams, '--allowedTools', allowed, ...args]);
  const lines: PrintedLine[] = [];
  const waiting = new Set<(line: PrintedLine) => void>();
  createInterface({ input: child.stdout }).on('line', (text) => {
    const line = readLine(text);
    if (line === undefined) return;
    lines.push(line);
    for (const look of [...waiting]) look(line);
  });

  const next = (fits: (line: PrintedLine) => boolean) =>
    new Promise<PrintedLine>((resolve, reject) => {
      const look = (line: PrintedLine) => {
        if (!fits(line)) return;
        waiting.delete(look);
        resolve(line);
      };
      waiting.add(look);
      ended.then(({ code, signal, stderr }) => {
        const end = String(signal ?? code);
        reject(new Error(`the client ended (${end}) before it said that; ${stderr.slice(0, 1000)}`));
      }, reject);
    });
  const send = (prompt: string) => {
    child.stdin.write(`${JSON.stringify({ type: 'user', message: { role: 'user', content: prompt } })}\n`);
  };
  return {
    pid: child.pid ?? -1, // `ended` rejects where it could not be started
    lines,
    send,
    ask: (prompt) => {
      const result = next(({ type }) => type === 'result');
      send(prompt);
      return result;
    },
    next,
    signal: (name) => child.kill(name),
    finish: () => {
      child.stdin.end();
      return ended;
    },
    stop: () => {
      child.kill('SIGKILL');
      return ended;
    },
    ended,
  };
}

function start({ executable }: InstalledClient, stage: ClientStage, args: readonly string[]) {
  const child = spawn(executable, args, { cwd: stage.work, env: { ...stage.env }, stdio: 'pipe' });
  const text = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (part: string) => {
      text[name] += part;
    });
  }
  child.stdin.on('error', () => {
    // It ended before it read everything; `ended` tells how.
  });
  const ended = new Promise<ClientEnd>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => {
      resolve({ code, signal, ...text });
    });
  });
  return { child, ended };
}

function readLine(text: string): PrintedLine | undefined {
  try {
    return lineShape.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
