// `npm run bench`: measures what the README quotes and holds it to what is promised. `-- --only NAME` measures one thing.
// Always: ends with 1 when a figure is above its bound, with 2 on a wrong command line. All that it writes is in a
// temporary folder that it removes.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { benchCommand } from './command.ts';
import { benchExport } from './export.ts';
import { benchHook, printHookFigures } from './hook.ts';
import { benchLoad, printLoadFigures } from './load.ts';
import { benchMemory } from './memory.ts';
import { broken, machine, printFigures, type Figure } from './outcome.ts';
import { benchReading } from './reading.ts';
import { benchWakeUp } from './wake-up.ts';

/** Measures in a folder of its own and prints; gives one line for each bound that was not kept. */
type Bench = (folder: string) => Promise<string[]>;

const benches: Readonly<Record<string, Bench>> = {
  command: table('The command: a cold process each time, median of 25', benchCommand),
  export: table(
    'Export of real sessions against reading them alone: median of 15, interleaved',
    benchExport,
    'skipped: the corpus is not beside this checkout',
  ),
  reading: table(
    'Reading a new turn of 5 lines in a transcript that was read before: median of 300',
    benchReading,
  ),
  'wake-up': table('A whole wake-up for such a turn: median of 51', benchWakeUp),
  memory: table('Memory: the peak of a process', benchMemory),
  hook: async () => {
    const figures = await benchHook();
    printHookFigures(figures);
    const promised = figures.rows.filter((row) => row.promised);
    return broken(
      promised.map(({ shell, name, over }) => ({
        name: `${shell}, ${name}`,
        value: over,
        unit: 'ms',
        bound: figures.limitMs,
      })),
    );
  },
  load: async (folder) => {
    const figures = await benchLoad(folder);
    if (figures === undefined)
      console.log('Load on a Collector\n  skipped: `npm run load` builds one and measures it');
    else printLoadFigures(figures);
    return [];
  },
};

void main(process.argv.slice(2));

async function main(args: string[]): Promise<void> {
  const names = namesToRun(args);
  if (names === undefined) {
    console.error(`Usage: npm run bench [-- --only ${Object.keys(benches).join('|')}]`);
    process.exitCode = 2;
    return;
  }
  console.log(`${machine()}\n`);
  const misses: string[] = [];
  for (const name of names) misses.push(...(await inFolder(name)));
  for (const miss of misses) console.error(`Promise not kept: ${miss}`);
  if (misses.length > 0) process.exitCode = 1;
  else console.log('Every promise was kept.');
}

/** All of them, or the one that is asked for; undefined where there is none of that name. */
function namesToRun(args: string[]): string[] | undefined {
  try {
    const { only } = parseArgs({ args, options: { only: { type: 'string' } } }).values;
    if (only === undefined) return Object.keys(benches);
    return Object.hasOwn(benches, only) ? [only] : undefined;
  } catch {
    return undefined;
  }
}

async function inFolder(name: string): Promise<string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'turnspan-bench-'));
  const remove = (): void => {
    rmSync(folder, { recursive: true, force: true });
  };
  // It may hold gigabytes.
  const interrupted = (): never => {
    remove();
    process.exit(130);
  };
  process.once('SIGINT', interrupted);
  try {
    mkdirSync(join(folder, name));
    const misses = await benches[name]?.(join(folder, name));
    console.log('');
    return misses ?? [];
  } finally {
    process.off('SIGINT', interrupted);
    remove();
  }
}

function table(title: string, measure: (folder: string) => Promise<Figure[]>, without = 'no figures'): Bench {
  return async (folder) => {
    const figures = await measure(folder);
    if (figures.length === 0) console.log(`${title}\n  ${without}`);
    else printFigures(title, figures);
    return broken(figures);
  };
}
