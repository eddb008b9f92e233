// In: the steps of a recording. Out: the files that Claude Code would have written, and its hooks called as it calls
// them: with `/bin/sh -c`, the event on standard input, and waited for.
import { spawn } from 'node:child_process';
import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Step } from './recording.ts';

export interface Stage {
  readonly projectFolder: string;
  /** The hook entry of settings.json. */
  readonly hookCommand: string;
  /** What Claude Code puts into a hook's environment beside its own. */
  readonly environment: Readonly<Record<string, string>>;
  /** Recorded seconds a second. */
  readonly speed: number;
}

/** Plays the steps in their order. */
export async function play(steps: readonly Step[], stage: Stage): Promise<void> {
  let before = steps[0]?.at ?? 0;
  for (const step of steps) {
    const pause = (step.at - before) / stage.speed;
    if (pause >= 1) await sleep(pause);
    before = step.at;
    await perform(step, stage);
  }
}

/** Does one step. */
export async function perform(step: Step, { projectFolder, hookCommand, environment }: Stage): Promise<void> {
  if (step.kind === 'hook') return callHook(hookCommand, step.payload, environment);
  const path = join(projectFolder, step.file);
  mkdirSync(dirname(path), { recursive: true });
  if (step.kind === 'line') appendFileSync(path, `${step.text}\n`);
  else writeFileSync(path, step.text);
}

async function callHook(command: string, payload: string, environment: Stage['environment']): Promise<void> {
  const hook = spawn('/bin/sh', ['-c', command], {
    stdio: ['pipe', 'inherit', 'inherit'],
    env: { ...process.env, ...environment },
  });
  hook.stdin.end(payload);
  await new Promise<void>((resolve, reject) => {
    hook.on('error', reject).on('close', (code) => {
      if (code === 0) resolve();
      else reject(new Error(`the hook ended with ${code ?? 'a signal'}`));
    });
  });
}
