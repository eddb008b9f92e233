// One question on the terminal, and whether there is one.
import { createInterface } from 'node:readline/promises';

export type Answer = 'yes' | 'no' | 'nobody-there';

/** Whether someone can be asked: at a terminal whose cursor can be moved. */
export function isPersonThere(): boolean {
  return process.stdin.isTTY && process.stdout.isTTY && process.env['TERM'] !== 'dumb';
}

/** Yes only for `y` or `yes`. Where no person sits at the terminal, nobody is asked. */
export async function ask(question: string): Promise<Answer> {
  if (!process.stdin.isTTY || !process.stdout.isTTY) return 'nobody-there';
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  // Ctrl+D ends the input without an answer, and Ctrl+C the question.
  const ended = new Promise<string>((resolve) =>
    terminal.once('close', () => {
      resolve('');
    }),
  );
  terminal.once('SIGINT', () => {
    terminal.close();
  });
  const answer = await Promise.race([terminal.question(`${question} [y/N] `), ended]);
  terminal.close();
  return /^y(es)?$/i.test(answer.trim()) ? 'yes' : 'no';
}
