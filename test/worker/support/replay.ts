// The example, played by a process that stands for Claude Code (dist/client.cjs): the same code as in `npm start`.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join, resolve } from 'node:path';
import { readRecording } from '../../../examples/recording.ts';
import { BUNDLES, type World } from './world.ts';

export const RECORDING = resolve(import.meta.dirname, '../../../examples/session');

/** The recording is dated: times are moved so that it ends now. */
export interface Replay {
  readonly transcript: string;
  readonly sessionId: string;
  /** Resolves when the last hook has returned. */
  readonly played: Promise<void>;
}

/** Plays the example into the project's folder, `speed` recorded seconds a second. */
export function replay(world: World, environment: Readonly<Record<string, string>>, speed: number): Replay {
  const { sessionId, startsAt, endsAt } = readRecording(RECORDING, world.project, 0);
  const now = Date.now() + (endsAt - startsAt) / speed;
  const args = ['--recording', RECORDING, '--project', world.project, '--hook', world.hook];
  const client = spawn(
    process.execPath,
    [join(BUNDLES, 'client.cjs'), ...args, '--speed', String(speed), '--ends-at', String(now)],
    {
      stdio: ['ignore', 'ignore', 'inherit'],
      env: { PATH: '/usr/bin:/bin', HOME: world.home, ...environment },
    },
  );
  const played = once(client, 'close').then(([code]) => {
    if (code !== 0) throw new Error(`the replay ended with ${String(code)}`);
  });
  return { transcript: join(world.project, `${sessionId}.jsonl`), sessionId, played };
}
