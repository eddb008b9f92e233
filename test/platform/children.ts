// Starts processes for a test and ends them all with it.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { ChildProcessByStdio } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { afterEach } from 'vitest';

export interface Child {
  readonly pid: number;
  /** Writes a line to its standard input. */
  say(line: string): void;
  /** The next line of its standard output; rejects when it ends without one. */
  line(): Promise<string>;
  /** Ends it and waits until it is gone. */
  kill(): Promise<void>;
  /** Resolves with the exit code, or the signal's name. */
  readonly ended: Promise<number | string>;
}

const running = new Set<Child>();

afterEach(async () => {
  await Promise.all([...running].map((child) => child.kill()));
});

/** Starts `command`; with `environment`, the child has these variables and no others. */
export function start(command: string, args: readonly string[], environment?: NodeJS.ProcessEnv): Child {
  return follow(
    spawn(command, args, {
      stdio: ['pipe', 'pipe', 'inherit'],
      ...(environment ? { env: environment } : {}),
    }),
  );
}

function follow(process: ChildProcessByStdio<Writable, Readable, null>): Child {
  const lines = createInterface({ input: process.stdout })[Symbol.asyncIterator]();
  process.stdin.on('error', () => {}); // It may be killed before it has read what was said.
  const ended = once(process, 'exit').then(
    ([code, signal]: unknown[]) => (code ?? signal) as number | string,
  );
  if (process.pid === undefined) throw new Error('The child did not start.');
  const child: Child = {
    pid: process.pid,
    ended,
    say: (line) => process.stdin.write(`${line}\n`),
    line: async () => {
      const next = await lines.next();
      if (next.done === true) throw new Error('The child ended without a further line.');
      return next.value;
    },
    kill: async () => {
      process.kill('SIGKILL');
      await ended;
    },
  };
  running.add(child);
  void ended.then(() => running.delete(child));
  return child;
}
