// A real program as a process: started, waited for, stopped or killed by the test that started it.
// Always: it gets no environment but what is named here, and none outlives the test run.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';

export interface Start {
  readonly command: string;
  readonly args: readonly string[];
  /** Beside PATH and HOME, which is the folder that it runs in. */
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd: string;
  /** Answers with 2xx once the program is ready. */
  readonly readyUrl: string;
  /** The longest wait for that; 60 s without. */
  readonly readyMs?: number;
}

export interface Running {
  readonly pid: number;
  /** What it has said, the last 64 KB. */
  readonly output: () => string;
  /** Asks it to end, and waits; after 20 s it is killed. */
  readonly stop: () => Promise<void>;
  /** Kills it at once (SIGKILL), and waits. */
  readonly kill: () => Promise<void>;
}

/** Starts a program; rejects with its last words where it ends or does not get ready. */
export async function start({
  command,
  args,
  env = {},
  cwd,
  readyUrl,
  readyMs = 60_000,
}: Start): Promise<Running> {
  const child = spawn(command, args, {
    cwd,
    env: { PATH: process.env['PATH'] ?? '', HOME: cwd, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    // A group of its own: some have children, which are to go with them.
    detached: true,
  });
  const running = follow(child);
  try {
    await ready(child, readyUrl, readyMs);
    return running;
  } catch (error) {
    await running.kill();
    throw new Error(`${command} ${args.join(' ')}: ${String(error)}\n${running.output()}`);
  }
}

const MOST_OUTPUT = 64 * 1024;

function follow(child: ChildProcess): Running {
  let said = '';
  const hear = (chunk: Buffer): void => {
    said = (said + chunk.toString('utf8')).slice(-MOST_OUTPUT);
  };
  child.stdout?.on('data', hear);
  child.stderr?.on('data', hear);
  child.once('error', (error) => {
    said += String(error);
  });
  const gone = new Promise<void>((resolve) => {
    child.once('close', resolve);
  });
  const last = (): void => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    } catch {
      // It has ended by itself.
    }
  };
  process.once('exit', last);
  void gone.then(() => process.removeListener('exit', last));
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    if (hasEnded(child)) return;
    // Programs pass it on to their children in their own way.
    if (signal === 'SIGKILL') last();
    else child.kill(signal);
    const timer = setTimeout(last, 20_000);
    await gone;
    clearTimeout(timer);
  };
  return {
    pid: child.pid ?? -1,
    output: () => said,
    stop: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
  };
}

async function ready(child: ChildProcess, url: string, waitMs: number): Promise<void> {
  if (child.pid === undefined) await once(child, 'spawn');
  const until = Date.now() + waitMs;
  while (Date.now() < until) {
    if (hasEnded(child)) throw new Error(`it ended with ${child.exitCode ?? child.signalCode}`);
    if (await answers(url)) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`it was not ready after ${waitMs / 1000} s`);
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

async function answers(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(2000) });
    await response.body?.cancel();
    return response.ok;
  } catch {
    return false;
  }
}
