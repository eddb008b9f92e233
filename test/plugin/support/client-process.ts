// The client as plugins meet it: all hooks of an event at once, with what a project's settings put over the client's environment and
// what the client itself sets on top.
import { startClientProcess as startClient, type HookRun } from '../../support/client-process.ts';

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
  const client = startClient(environment, parent);
  const { pid } = client;
  return {
    pid,
    run: (commands, input, project = {}, shell = '/bin/sh') => {
      const env = { ...environment, ...project, CLAUDE_PID: String(pid), ...set };
      const order = { input: JSON.stringify(input), env, shell };
      return Promise.all(commands.map((command) => client.run({ ...order, command })));
    },
    stop: () => client.stop(),
  };
}
