// What a person waits for: the command's start, and the export of the recorded session, each in a process of its own.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { alternate } from './alternate.ts';
import { bundle, runChild } from './child.ts';
import type { Figure } from './outcome.ts';
import { EXAMPLE } from './recorded-turn.ts';

export async function benchCommand(folder: string): Promise<Figure[]> {
  mkdirSync(folder, { recursive: true });
  const turnspan = bundle('turnspan');
  const commands = [
    { name: 'node -e 0, for comparison', args: ['-e', '0'] },
    { name: 'turnspan --version', args: [turnspan, '--version'] },
    {
      name: 'turnspan export of the example, to a file',
      args: [turnspan, 'export', EXAMPLE, '--file', join(folder, 'out.jsonl')],
    },
  ];
  const times = await alternate(
    commands.map(
      ({ args }) =>
        () =>
          runChild(args),
    ),
    25,
    3,
  );
  return commands.map(({ name }, index) => ({ name, value: times[index] ?? NaN, unit: 'ms' }));
}
