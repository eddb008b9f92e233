// A process that stands for Claude Code where it matters that the hooks are its children: a Node that runs hook commands as
// the client does, all of an event at once. Always: the hooks get its environment, what a project's settings put over it,
// and what the client itself sets on top; it ends with `stop`.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

export interface HookRun {
  readonly code: number | null;
  /** All that it printed. */
  readonly said: string;
}

export interface ClientProcess {
  readonly pid: number;
  /** Runs the commands side by side; `project` is what a project's settings say. */
  run(
    commands: readonly string[],
    input: object,
    project?: Readonly<Record<string, string>>,
    shell?: string,
  ): Promise<readonly HookRun[]>;
  stop(): Promise<void>;
}

/**
 * `set`: variables that the client sets for its hooks, over everything else. `parent`: the environment of the process that
 * started the client, whose id the hooks then find in CLAUDE_PID, as where a project has put it there.
 */
export function startClientProcess(
  environment: Readonly<Record<string, string>>,
  set: Readonly<Record<string, string>> = {},
  parent?: Readonly<Record<string, string>>,
): ClientProcess {
  const inner = { ...environment };
  const [program, env] = parent === undefined ? [PROGRAM, inner] : [startOf(inner), { ...parent }];
  const child = spawn(process.execPath, ['-e', program], { stdio: ['pipe', 'pipe', 'inherit'], env });
  const { pid } = child;
  if (pid === undefined) throw new Error('the client did not start');
  const gone = once(child, 'exit');
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    pid,
    run: async (commands, input, project = {}, shell = '/bin/sh') => {
      const env = { ...environment, ...project, CLAUDE_PID: String(pid), ...set };
      child.stdin.write(`${JSON.stringify({ commands, input: JSON.stringify(input), env, shell })}\n`);
      const answer = await answers.next();
      if (answer.done === true) throw new Error('the client has ended');
      return JSON.parse(answer.value) as readonly HookRun[]; // written by PROGRAM
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
const run = (command, { input, env, shell }) => new Promise((resolve) => {
  const hook = spawn(shell, ['-c', command], { env });
  let said = '';
  for (const stream of [hook.stdout, hook.stderr]) stream.on('data', (part) => (said += part));
  hook.stdin.on('error', () => {});
  hook.stdin.end(input);
  hook.on('close', (code) => resolve({ code, said }));
});
require('node:readline').createInterface({ input: process.stdin }).on('line', async (line) => {
  const asked = JSON.parse(line);
  const runs = await Promise.all(asked.commands.map((command) => run(command, asked)));
  console.log(JSON.stringify(runs));
});
`;
