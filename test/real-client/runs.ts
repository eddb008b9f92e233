// Which scenario runs with which client. In: the scenarios, and what was asked for on the command line (by way of the environment).
import type { Scenario } from './scenario.ts';
import { inTerminal, isSince, newest, older } from './versions.ts';

interface Runs {
  readonly version: string;
  readonly runs: readonly Scenario[];
  /** Scenarios that this version does not know, and why. */
  readonly skipped: readonly (readonly [name: string, because: string])[];
}

/**
 * `TURNSPAN_REAL_CLIENT`: these versions only; `TURNSPAN_REAL_SHORT`: older ones on the short list;
 * `TURNSPAN_REAL_ONLY`: scenarios whose name holds this.
 */
export function runsToMake(scenarios: readonly Scenario[], env: NodeJS.ProcessEnv = process.env): Runs[] {
  const only = env['TURNSPAN_REAL_ONLY'] ?? '';
  const clients = env['TURNSPAN_REAL_CLIENT']?.split(' ');
  const asked = scenarios.filter(({ name }) => name.includes(only));
  return (clients ?? [newest, ...older]).map((version) => {
    const isOlder = clients === undefined && version !== newest;
    const wanted = asked.filter(
      ({ mode, short }) =>
        !isOlder ||
        (mode === 'headless'
          ? !isShort(env) || short === true
          : short === true && inTerminal.includes(version)),
    );
    return {
      version,
      runs: wanted.filter(({ from }) => from === undefined || isSince(version, from)),
      skipped: wanted.flatMap(({ name, from }) =>
        from === undefined || isSince(version, from) ? [] : [[name, `known from ${from} on`] as const],
      ),
    };
  });
}

/** The short list: what `.ci/run` plays. */
export function isShort(env: NodeJS.ProcessEnv = process.env): boolean {
  return env['TURNSPAN_REAL_SHORT'] === '1';
}

/** Whether a test of the newest client is asked for, one that is no scenario. */
export function isAskedFor(name: string, env: NodeJS.ProcessEnv = process.env): boolean {
  const clients = env['TURNSPAN_REAL_CLIENT']?.split(' ') ?? [newest];
  return name.includes(env['TURNSPAN_REAL_ONLY'] ?? '') && clients.includes(newest);
}
