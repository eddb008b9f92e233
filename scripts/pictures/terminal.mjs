// A person at a shell: `sh` in a pseudo terminal, which tmux plays on a socket of its own.
// In: the shell's whole environment and folder. Out: a terminal that takes keys and gives its screen, colours and all.
// Always: each step waits for what can be seen, never for a time; no other tmux server is touched.
import { execFile } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

export const COLUMNS = 108;
const PROMPT = '~/shop $';
const PATIENCE_MS = 30_000;

/** A tmux server on this socket; `stop` ends it and every terminal in it. */
export function terminalsOn(socket) {
  const tmux = async (...words) =>
    (await promisify(execFile)('tmux', ['-u', '-S', socket, '-f', '/dev/null', ...words])).stdout;
  let count = 0;
  return {
    open: async (env, cwd) => {
      const name = `picture-${++count}`;
      const all = { TERM: 'xterm-256color', LANG: 'C.UTF-8', PS1: `\x1b[32m~/shop\x1b[0m $ `, ...env };
      const variables = Object.entries(all).map(([key, value]) => `${key}=${value}`);
      const size = ['-x', String(COLUMNS), '-y', '70'];
      await tmux(
        'new-session',
        '-d',
        '-s',
        name,
        ...size,
        '-c',
        cwd,
        'env',
        '-i',
        ...variables,
        '/bin/sh',
        '-i',
      );
      return terminal(tmux, name);
    },
    stop: () => tmux('kill-server').catch(() => {}), // it may never have begun
  };
}

function terminal(tmux, name) {
  const plain = () => tmux('capture-pane', '-p', '-J', '-t', name);
  const until = async (isSo, what) => {
    const end = Date.now() + PATIENCE_MS;
    for (let screen = await plain(); !isSo(screen); screen = await plain()) {
      if (Date.now() > end) throw new Error(`not seen in the terminal: ${what}\n${screen}`);
      await sleep(30);
    }
  };
  const type = (text) => tmux('send-keys', '-t', name, '-l', text);
  const press = (...keys) => tmux('send-keys', '-t', name, ...keys);
  return {
    type,
    press,
    see: (text) => until((screen) => screen.includes(text), text),
    /** Types a command, when the shell is ready for it. */
    enter: async (command) => {
      await until((screen) => screen.trimEnd() === PROMPT, 'the first prompt');
      await type(command);
      await press('Enter');
    },
    /** The command has ended: the next prompt is there. */
    ended: () => until((screen) => screen.trimEnd().endsWith(`\n${PROMPT}`), 'the next prompt'),
    /** What is on it, with its escape codes: lines that the terminal wrapped are one, the next prompt is cut off. */
    screen: async () => {
      const text = (await tmux('capture-pane', '-p', '-e', '-J', '-t', name)).trimEnd();
      const lines = text.split('\n');
      // Without its colours.
      const isPrompt = (line) => line?.replaceAll(/\x1b\[[\d;]*m/g, '').trim() === PROMPT;
      return (isPrompt(lines.at(-1)) ? lines.slice(0, -1) : lines).join('\n').trimEnd();
    },
  };
}
