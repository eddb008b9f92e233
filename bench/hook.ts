// What the hook costs: median wall time of the entry's own command under `sh -c`, over `sh -c :`.
// In: the bundles in dist/, beside which this file's own bundle lies. Out: figures. All that it starts it stops, and all
// that it writes is in a temporary folder that it removes.
// The rows take turns, so that a busy moment of the machine touches all of them alike.
import { cpus, loadavg, release, type } from 'node:os';
import { median } from './alternate.ts';
import { startBackends } from './hook-support/backends.ts';
import { benchCases, type BenchCase } from './hook-support/cases.ts';
import { makeBenchFolder } from './hook-support/folder.ts';

export interface HookFigures {
  readonly machine: string;
  readonly runs: number;
  readonly limitMs: number;
  readonly rows: readonly HookFigure[];
}

/** Times are medians in milliseconds. `over` is `median` less that of `sh -c :` under the same shell. */
export interface HookFigure {
  readonly shell: string;
  readonly name: string;
  readonly median: number;
  readonly over: number;
  /** Whether `limitMs` is promised of this row. */
  readonly promised: boolean;
}

/** What the issue promises of the entry's command. */
const LIMIT_MS = 5;

/** Takes some two minutes. */
export async function benchHook(runs = 200): Promise<HookFigures> {
  const folder = makeBenchFolder();
  const backends = await startBackends();
  try {
    const cases = benchCases(folder, backends.urls);
    const times = cases.map((): number[] => []);
    for (let run = 0; run < runs; run += 1) cases.forEach((each, index) => times[index]?.push(each.run()));
    return { machine: machineName(), runs, limitMs: LIMIT_MS, rows: figures(cases, times) };
  } finally {
    backends.stop();
    folder.remove();
  }
}

/** Prints a table, and says whether the promise held. */
export function printHookFigures({ machine, runs, limitMs, rows }: HookFigures): void {
  console.log(`The hook: median of ${runs} interleaved runs, ms. ${machine}`);
  console.log(`${'shell'.padEnd(6)}${'what'.padEnd(58)}${'median'.padStart(8)}${'over :'.padStart(8)}`);
  for (const { shell, name, median, over } of rows) {
    console.log(
      `${shell.padEnd(6)}${name.padEnd(58)}${median.toFixed(2).padStart(8)}${over.toFixed(2).padStart(8)}`,
    );
  }
  const most = Math.max(...rows.filter((row) => row.promised).map((row) => row.over));
  console.log(
    `At most ${limitMs} ms over \`sh -c :\`: ${most <= limitMs ? 'held' : 'NOT held'} (worst ${most.toFixed(2)}).`,
  );
}

function figures(cases: readonly BenchCase[], times: readonly number[][]): HookFigure[] {
  const medians = times.map(median);
  return cases.map(({ shell, name, promised }, index) => {
    const base = medians[cases.findIndex((each) => each.shell === shell)] ?? NaN;
    const own = medians[index] ?? NaN;
    return { shell, name, promised, median: own, over: own - base };
  });
}

function machineName(): string {
  const [first, ...others] = cpus();
  const load = loadavg()[0]?.toFixed(1) ?? '?';
  return `${others.length + 1} × ${first?.model ?? 'unknown'}, ${type()} ${release()}, Node ${process.versions.node}, load ${load}`;
}
