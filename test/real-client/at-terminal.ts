// The terminal counterpart of play.ts: a person at one client in a terminal, with an eye on the backend.
// Always: each step waits for something that can be seen (the screen, the backend, the client's process), never for a time;
// what a drive says to have arrived must have come at that moment, without anything further being done.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { SpanRow } from '../../collector/model.ts';
import { isAgent, isTurn } from './judge/parts.ts';
import type { Play } from './play.ts';
import { bash, type Block } from './support/model-script.ts';
import type { TerminalClient } from './support/terminal-client.ts';

/** When the trace of a turn must be complete, at the latest. */
export type Moment =
  'its end' | 'the next prompt' | 'the next answer' | 'the end of its client' | 'the next session';

export interface Person extends Pick<TerminalClient, 'enter' | 'type' | 'press' | 'see'> {
  readonly play: Play;
  /** Enters a prompt and sees the answer. */
  ask(prompt: string, answer: string): Promise<void>;
  /** Presses Esc and sees that the turn is interrupted. */
  interrupt(): Promise<void>;
  /**
   * Resolves when the roots of so many turns (and runs of agents), and with them all that is theirs, have come to the
   * backend. Rejects when they do not come by themselves, or when there are more.
   */
  arrived(turns: number, moment: Moment, and?: { readonly agents: number }): Promise<void>;
  /** Lets a person's time pass, where that is what is tried. */
  wait(ms: number): Promise<void>;
  /** Resolves when this file of the work folder is there. */
  hasFile(name: string): Promise<void>;
  /** Resolves when this stands in a transcript: a client that is killed takes with it what it has not written. */
  isWritten(text: string): Promise<void>;
  /** Lets a tool go on that `waitsFor` this. */
  give(name: string): void;
  /** Leaves with `/exit`. */
  exit(): Promise<void>;
  /** Closes the window; the client gets SIGHUP. */
  closeWindow(): Promise<void>;
  /** SIGKILL. */
  kill(): Promise<void>;
}

/** The user lets the tools of these scenarios run without a question. */
export const allowTools = { permissions: { allow: ['Bash', 'Read', 'Edit', 'Write', 'Agent', 'Task'] } };

/** A command that runs until it is given what it waits for; for half a minute at most, whatever becomes of the client. */
export function waitsFor(name: string): Block {
  return bash(`for i in $(seq 300); do [ -e ${name} ] && break; sleep 0.1; done; echo ${name}`);
}

/** Sits down at a terminal with a client that takes input. */
export async function atTerminal(play: Play, args: readonly string[] = []): Promise<Person> {
  const terminal = await play.terminal(args);
  const { enter, type, press, see } = terminal;
  return {
    ...{ play, enter, type, press, see },
    ask: async (prompt, answer) => {
      await enter(prompt);
      await see(answer);
    },
    interrupt: async () => {
      await press('Escape');
      await see('Interrupted');
    },
    arrived: (turns, moment, and) => arrived(play, turns, moment, and?.agents ?? 0),
    wait: (ms) => sleep(ms),
    hasFile: (name) =>
      until(
        () => existsSync(join(play.stage.work, name)),
        () => `there is no ${name}`,
      ),
    isWritten: (text) =>
      until(
        () => transcripts(play).some((path) => readFileSync(path, 'utf8').includes(text)),
        () => `no transcript holds ${text}`,
      ),
    give: (name) => {
      writeFileSync(join(play.stage.work, name), '');
    },
    exit: async () => {
      await enter('/exit');
      await terminal.ended();
      await terminal.stop();
    },
    closeWindow: () => terminal.stop(),
    kill: async () => {
      terminal.kill('SIGKILL');
      await terminal.ended();
      await terminal.stop();
    },
  };
}

/** Roots come last: with a turn's root all of it is there, but for agents that outlive it. */
async function arrived({ receiver }: Play, turns: number, moment: Moment, agents: number): Promise<void> {
  const count = (which: (span: SpanRow) => boolean) => receiver.spans().filter(which).length;
  await until(
    () => count(isTurn) >= turns && count(isAgent) >= agents,
    () =>
      `turn ${turns} should have arrived at ${moment}; ${count(isTurn)} turns and ${count(isAgent)} agents did`,
  );
  if (count(isTurn) > turns)
    throw new Error(`${count(isTurn)} turns have arrived where ${turns} could be complete`);
}

function transcripts({ stage }: Play): string[] {
  const folder = join(stage.config, 'projects');
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return names.filter((name) => name.endsWith('.jsonl')).map((name) => join(folder, name));
}

const PATIENCE_MS = 20_000;

async function until(isSo: () => boolean, fault: () => string): Promise<void> {
  const end = Date.now() + PATIENCE_MS;
  while (!isSo()) {
    if (Date.now() > end) throw new Error(fault());
    await sleep(50);
  }
}
