// A person at a terminal: the built command in a pseudo terminal, which tmux plays on a socket of its own.
// In: arguments and the whole environment. Out: a terminal that takes keys and can be looked at.
// Always: each step waits for what can be seen, never for a time; what was started is stopped after the test, and no other tmux
// server is touched.
import { execFile, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterEach } from 'vitest';
import { temporaryFolder } from '../support/folders.ts';

/** Why the tests with a terminal cannot be run here; undefined where they can. */
export const noTerminal: string | undefined =
  spawnSync('tmux', ['-V']).status === 0 ? undefined : 'tmux is not on this machine';

export interface Terminal {
  /** Types text without Enter. */
  type(text: string): Promise<void>;
  /** Presses keys by tmux's names: `Enter`, `Escape`, `Down`, `C-c`. */
  press(...keys: readonly string[]): Promise<void>;
  /** Resolves to the screen when this is on it. */
  see(text: string): Promise<string>;
  /** Resolves to the exit code when the command has ended. */
  ended(): Promise<number>;
  /** Every byte that the command has ever written to the terminal. */
  written(): string;
}

const bundle = join(import.meta.dirname, '../../dist/turnspan.cjs');
const started: (() => Promise<void>)[] = [];
// Before the folders go.
afterEach(async () => {
  for (const stop of started.splice(0)) await stop();
});

/** Runs `turnspan …args` in `cwd` with these variables and no others. */
export async function turnspanAtTerminal(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  cwd: string,
): Promise<Terminal> {
  const folder = temporaryFolder();
  const [socket, recording, begun] = ['sock', 'recording', 'begun'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  const tmux = async (...words: readonly string[]) =>
    (await promisify(execFile)('tmux', ['-S', socket, '-f', '/dev/null', ...words], { encoding: 'utf8' }))
      .stdout;
  const variables = Object.entries({ TERM: 'xterm-256color', LANG: 'C.UTF-8', ...env }).map(
    ([name, value]) => `${name}=${value}`,
  );
  // It begins when its terminal is recorded, and the terminal stays when it has ended.
  const wait = 'while [ ! -e "$0" ]; do sleep 0.05; done; "$@"; echo "ended with $?"; read -r _';
  const command = [
    '/bin/sh',
    '-c',
    wait,
    begun,
    'env',
    '-i',
    ...variables,
    process.execPath,
    bundle,
    ...args,
  ];
  const place = ['-s', 'turnspan', '-x', '120', '-y', '60', '-c', cwd];
  await tmux('new-session', '-d', ...place, ...command);
  started.push(async () => {
    await tmux('kill-server').catch(() => {}); // it may have ended by itself
  });
  await tmux('pipe-pane', '-t', 'turnspan', `cat > '${recording}'`);
  await until(
    () => existsSync(recording),
    () => 'the terminal is not recorded',
  );
  spawnSync('touch', [begun]);

  const see = async (text: string): Promise<string> => {
    let now = '';
    await until(
      async () => (now = await tmux('capture-pane', '-p', '-t', 'turnspan')).includes(text),
      () => `not seen in the terminal: ${text}\n${now}`,
    );
    return now;
  };
  return {
    type: async (text) => {
      await tmux('send-keys', '-t', 'turnspan', '-l', text);
    },
    press: async (...keys) => {
      await tmux('send-keys', '-t', 'turnspan', ...keys);
    },
    see,
    ended: async () => Number(/ended with (\d+)/.exec(await see('ended with '))?.[1]),
    written: () => readFileSync(recording, 'utf8'),
  };
}

const PATIENCE_MS = 20_000;

async function until(isSo: () => boolean | Promise<boolean>, fault: () => string): Promise<void> {
  const end = Date.now() + PATIENCE_MS;
  while (!(await isSo())) {
    if (Date.now() > end) throw new Error(fault());
    await sleep(30);
  }
}
