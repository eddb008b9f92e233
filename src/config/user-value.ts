// In: a value of the user's config file: a text, a variable's name or a command. Out: the text.
// Always: why there is none is told without any value. A project's variables count for nothing here.
import { commandOutput } from './command-output.ts';
import type { UserValue } from './user-config.ts';

/** Where secrets can be had. */
export interface SecretPlaces {
  /** A variable of the client's environment, of the user's settings or the administrator's. */
  readonly variable: (name: string) => string | undefined;
  /** Of the user who runs commands. */
  readonly home: string;
  /** False: `FROM_COMMAND` stands for what a command would print. */
  readonly runsCommands: boolean;
}

export type FoundValue =
  | { readonly status: 'ok'; readonly text: string }
  /** `why` goes on after the name of what was looked for. */
  | { readonly status: 'failed'; readonly why: string };

/** It can stand in a header and in an address. */
export const FROM_COMMAND = 'from-a-command';

/** The text, from where the user says that it is. */
export function valueOf(given: UserValue, { variable, home, runsCommands }: SecretPlaces): FoundValue {
  if (typeof given === 'string') return { status: 'ok', text: given };
  if ('command' in given) {
    if (!runsCommands) return { status: 'ok', text: FROM_COMMAND };
    const printed = commandOutput(given.command, home);
    return printed.status === 'ok'
      ? { status: 'ok', text: printed.text.trim() }
      : { status: 'failed', why: `whose command ${printed.why}` };
  }
  const text = variable(given.env);
  return text === undefined
    ? {
        status: 'failed',
        why: `from ${given.env}, which neither Claude Code's environment nor your settings have`,
      }
    : { status: 'ok', text };
}
