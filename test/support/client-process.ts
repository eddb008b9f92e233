// A process that stands for Claude Code: it has its environment, hooks are its children, and it can be killed.
// Always: a hook gets the environment that the caller names and nothing of the test's own; it ends with `stop`.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

export interface HookRun {
  readonly code: number | null;
  /** All that it printed. */
  readonly said: string;
}

/** A hook as the client calls it. */
export interface HookOrder {
  readonly command: string;
  /** What it gets on standard input. */
  readonly input: string;
  readonly env: Readonly<Record<string, string>>;
  /** `/bin/sh` unless named. */
  readonly shell?: string;
}

export interface ClientProcess {
  readonly pid: number;
  run(order: HookOrder): Promise<HookRun>;
  /** Runs it at each SIGUSR2, and then makes the empty file `done`. Resolves once it listens. */
  runAtSignal(order: HookOrder, done: string): Promise<void>;
  stop(): Promise<void>;
}

/** `parent`: the environment of a process that starts the client, and is another ancestor of its hooks. */
export function startClientProcess(
  environment: Readonly<Record<string, string>>,
  parent?: Readonly<Record<string, string>>,
): ClientProcess {
  const [program, env] = parent === undefined ? [PROGRAM, environment] : [startOf(environment), parent];
  const child = spawn(process.execPath, ['-e', program], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...env },
  });
  const { pid } = child;
  if (pid === undefined) throw new Error('the client did not start');
  const gone = once(child, 'exit');
  const waiting = new Map<number, (run: HookRun) => void>();
  createInterface({ input: child.stdout }).on('line', (line) => {
    const { id, run } = JSON.parse(line) as { id: number; run: HookRun }; // written by PROGRAM
    waiting.get(id)?.(run);
    waiting.delete(id);
  });
  let orders = 0;
  const ask = (order: HookOrder, done?: string): Promise<HookRun> => {
    const id = orders++;
    const answer = new Promise<HookRun>((resolve) => waiting.set(id, resolve));
    child.stdin.write(`${JSON.stringify({ id, done, shell: '/bin/sh', ...order })}\n`);
    const died = gone.then((): never => {
      throw new Error('the client has ended before its hook');
    });
    return Promise.race([answer, died]);
  };
  return {
    pid,
    run: (order) => ask(order),
    runAtSignal: async (order, done) => {
      await ask(order, done);
    },
    stop: async () => {
      child.kill('SIGKILL');
      await gone;
    },
  };
}

/** Ends when the client does: its input is the client's, which ends with the pipe. */
function startOf(environment: Readonly<Record<string, string>>): string {
  return `require('node:child_process').spawn(process.execPath, ['-e', ${JSON.stringify(PROGRAM)}], {
    stdio: 'inherit', env: ${JSON.stringify(environment)} });`;
}

const PROGRAM = `
const { spawn } = require('node:child_process');
const { writeFileSync } = require('node:fs');
const run = ({ command, input, env, shell }) => new Promise((resolve) => {
  const hook = spawn(shell, ['-c', command], { env });
  let said = '';
  for (const stream of [hook.stdout, hook.stderr]) stream.on('data', (part) => (said += part));
  hook.stdin.on('error', () => {});
  hook.stdin.end(input);
  hook.on('close', (code) => resolve({ code, said }));
});
const listen = (order) => {
  process.removeAllListeners('SIGUSR2');
  process.on('SIGUSR2', async () => {
    await run(order);
    writeFileSync(order.done, '');
  });
  return { code: 0, said: '' };
};
require('node:readline').createInterface({ input: process.stdin }).on('line', async (line) => {
  const order = JSON.parse(line);
  const ran = order.done === undefined ? await run(order) : listen(order);
  console.log(JSON.stringify({ id: order.id, run: ran }));
});
`;
