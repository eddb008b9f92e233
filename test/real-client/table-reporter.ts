// Prints the table when all is played; with `--write` it goes into docs/client-versions.md too, and a short one into the README,
// each between its marks.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Reporter } from 'vitest/node';
import { told } from './results.ts';
import { lastLine, notesOf, summaryOf, tableOf } from './table.ts';

const root = join(import.meta.dirname, '../..');
const begin = '<!-- table: written by `npm run test:real -- --write` -->';
const end = '<!-- end of the table -->';

/** Last of the reporters, so that its last line is the last. */
export function tableReporter(): Reporter {
  return {
    onTestRunEnd: () => {
      const results = told();
      if (results.length === 0) return;
      const notes = notesOf(results);
      process.stdout.write(`\n${[tableOf(results), ...notes, lastLine(results)].join('\n')}\n`);
      if (process.env['TURNSPAN_REAL_WRITE'] === '1') {
        const list = notes.map((note) => `- ${note}`).join('\n');
        write('docs/client-versions.md', `${tableOf(results)}\n\n${list}`);
        write('README.md', summaryOf(results));
      }
    },
  };
}

function write(document: string, text: string): void {
  const path = join(root, document);
  const before = readFileSync(path, 'utf8');
  const [from, to] = [before.indexOf(begin), before.indexOf(end)];
  if (from === -1 || to < from) throw new Error(`${document} has lost the marks around its table`);
  writeFileSync(path, `${before.slice(0, from + begin.length)}\n\n${text}\n\n${before.slice(to)}`);
}
