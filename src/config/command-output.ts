// In: a command that the user wrote into their own config file, to have a secret from. Out: what it printed.
// Always: it gets the user's home and the system's search path and nothing else, ends after ten seconds, and is asked once in
// five minutes: the worker looks at its configuration at every step. What it prints is kept in memory alone.
import { spawnSync } from 'node:child_process';

export type CommandOutput =
  | { readonly status: 'ok'; readonly text: string }
  /** `why` goes on after "the command". */
  | { readonly status: 'failed'; readonly why: string };

/** Runs `command` with the system's shell. Failures are asked again the next time. */
export function commandOutput(command: string, home: string, now: number = Date.now()): CommandOutput {
  const before = asked.get(command);
  if (before !== undefined && now - before.at < FRESH_MS) return before.output;
  const output = run(command, home);
  if (output.status === 'ok') asked.set(command, { at: now, output });
  return output;
}

const FRESH_MS = 5 * 60_000;
const LONGEST_MS = 10_000;
const asked = new Map<string, { readonly at: number; readonly output: CommandOutput }>();

function run(command: string, home: string): CommandOutput {
  const { status, signal, stdout, error } = spawnSync(command, {
    shell: true,
    env: { HOME: home, PATH: process.env['PATH'] ?? '/usr/local/bin:/usr/bin:/bin' },
    cwd: home,
    timeout: LONGEST_MS,
    maxBuffer: 64 * 1024,
    stdio: ['ignore', 'pipe', 'ignore'],
    encoding: 'utf8',
  });
  if (signal !== null) return { status: 'failed', why: `did not end within ${LONGEST_MS / 1000} s` };
  if (error !== undefined) return { status: 'failed', why: 'could not be run' };
  if (status !== 0) return { status: 'failed', why: `ended with ${status}` };
  return { status: 'ok', text: stdout };
}
