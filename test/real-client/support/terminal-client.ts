// Claude Code as people use it: full-screen, in a terminal that tmux plays on a socket of its own.
// In: an installed client and a stage. Out: a terminal that takes text and keys and can be looked at.
// Always: the client has the stage's environment (and TERM) and nothing else; `stop` ends this tmux server and with it
// the client, and touches no other.
import { execFile, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { ClientStage } from './client-stage.ts';
import type { InstalledClient } from './clients.ts';

/** A client in a terminal. */
export interface TerminalClient {
  readonly pid: number;
  /** Types text, as a person does who does not press Enter. */
  type(text: string): Promise<void>;
  /** Presses keys by tmux's names: `Enter`, `Escape`, `Up`, `C-c`, … */
  press(...keys: readonly string[]): Promise<void>;
  /** Types a line, sees it on the screen, and sends it off. */
  enter(text: string): Promise<void>;
  /** What is on the screen, without colours. */
  screen(): Promise<string>;
  /** Resolves to the screen as soon as it fits; rejects with the screen after `timeoutMs`. */
  see(fits: string | RegExp | ((screen: string) => boolean), timeoutMs?: number): Promise<string>;
  running(): boolean;
  /** Resolves when the client has ended; rejects after `timeoutMs`. */
  ended(timeoutMs?: number): Promise<void>;
  kill(signal: NodeJS.Signals): void;
  /** Closes the terminal, as a person closes the window: the client gets SIGHUP. Resolves when it has ended; SIGKILL if it does not. */
  stop(): Promise<void>;
}

const size = ['-x', '160', '-y', '50'];

/** Starts a client and waits until it takes input. `args` are such as `--continue`. Stop it in the end. */
export async function startTerminal(
  client: InstalledClient,
  stage: ClientStage,
  args: readonly string[] = [],
): Promise<TerminalClient> {
  const socket = join(stage.root, 'tmux.sock');
  const tmux = async (...words: readonly string[]) =>
    (await promisify(execFile)('tmux', ['-S', socket, '-f', '/dev/null', ...words], { encoding: 'utf8' }))
      .stdout;
  const env = Object.entries({ ...stage.env, TERM: 'xterm-256color' }).map(
    ([name, value]) => `${name}=${value}`,
  );
  const mode = args.includes('--permission-mode') ? [] : ['--permission-mode', 'default'];
  const command = ['env', '-i', ...env, client.executable, ...mode, ...args];
  const place = ['-s', 'client', ...size, '-c', stage.work];
  // Kept when its command ends, so that the last screen can still be read.
  const kept = ['set', '-g', 'remain-on-exit', 'on'];
  await tmux('new-session', '-d', ...place, ...command, ';', ...kept);
  const pid = Number(await tmux('display-message', '-p', '-t', 'client', '#{pane_pid}'));

  const screen = () => tmux('capture-pane', '-p', '-t', 'client');
  const see: TerminalClient['see'] = async (fits, timeoutMs = 30_000) => {
    const wanted = typeof fits === 'function' ? fits : (text: string) => literal(fits).test(text);
    const end = Date.now() + timeoutMs;
    let now = await screen();
    while (!wanted(now)) {
      if (Date.now() > end) throw new Error(`not seen in the terminal: ${String(fits)}\n${now}`);
      await sleep(50);
      now = await screen();
    }
    return now;
  };
  const press = async (...keys: readonly string[]) => {
    await tmux('send-keys', '-t', 'client', ...keys);
  };
  const type = async (text: string) => {
    await tmux('send-keys', '-t', 'client', '-l', text);
  };
  const running = () => isRunning(pid);
  const ended: TerminalClient['ended'] = async (timeoutMs = 15_000) => {
    const end = Date.now() + timeoutMs;
    while (running()) {
      if (Date.now() > end) throw new Error(`the client still runs\n${await screen().catch(() => '')}`);
      await sleep(50);
    }
  };

  const stop = async () => {
    await tmux('kill-server').catch(() => {}); // it may have ended by itself
    await ended().catch(() => {
      process.kill(pid, 'SIGKILL');
    });
  };

  try {
    await see(/[>❯]/);
    await settled(screen);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    pid,
    type,
    press,
    enter: async (text) => {
      await type(text);
      await see(text.slice(0, 60));
      // The client takes an Enter that follows at once for a part of pasted text.
      await sleep(400);
      await press('Enter');
    },
    screen,
    see,
    running,
    ended,
    kill: (signal) => {
      process.kill(pid, signal);
    },
    stop,
  };
}

/** One that tmux has not waited for yet has ended too. */
function isRunning(pid: number): boolean {
  const { stdout } = spawnSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' });
  return stdout.trim() !== '' && !stdout.startsWith('Z');
}

/** Until the screen stands still: before that, a client that starts may take Enter for a line break. */
async function settled(screen: () => Promise<string>): Promise<void> {
  for (let before = '', now = await screen(); now !== before; now = await screen()) {
    before = now;
    await sleep(500);
  }
}

function literal(text: string | RegExp): RegExp {
  return typeof text === 'string' ? new RegExp(text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')) : text;
}
