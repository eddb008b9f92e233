// The one shape of a command. Adding one means one file and one line in `commands.ts`.

/** A command of the command line. */
export interface Command {
  readonly name: string;
  /** One line for the list of commands. */
  readonly summary: string;
  readonly usage: string;
  /** Gives the exit code: 0 all right, 1 findings or failures, 2 wrong command line. */
  run(args: readonly string[]): Promise<number>;
}

/** A wrong command line: told with the command's usage, exit code 2. */
export class UsageError extends Error {}
