// Stands in for Claude Code: a process with a given environment, which the configuration reads from the system.
import { readProcess } from '../../src/platform/processes.ts';
import { start } from '../platform/children.ts';
import type { Child } from '../platform/children.ts';

export interface StartedClient {
  readonly child: Child;
  readonly client: { readonly pid: number; readonly startTime: string };
}

/** Starts a process that has these variables and no others; it ends with the test. */
export function startClient(environment: NodeJS.ProcessEnv): StartedClient {
  const child = start('/bin/sleep', ['1000'], environment);
  const startTime = readProcess(child.pid)?.startTime;
  if (startTime === undefined) throw new Error('The child is gone.');
  return { child, client: { pid: child.pid, startTime } };
}
