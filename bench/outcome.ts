// What a bench found, how it is printed, and whether it keeps what is promised.
import { cpus, release, totalmem, type } from 'node:os';

export type Unit = 'ms' | 'MB' | '×';

/** One number. With a `bound`, it must not be above it. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: Unit;
  readonly bound?: number;
}

/** Prints a table under `title`. */
export function printFigures(title: string, figures: readonly Figure[]): void {
  console.log(title);
  const width = Math.max(...figures.map(({ name }) => name.length));
  for (const { name, value, unit, bound } of figures) {
    const promise = bound === undefined ? '' : `   at most ${bound} ${unit}`;
    console.log(
      `  ${name.padEnd(width)}  ${show(value, unit).padStart(7)} ${unit.padEnd(2)}${promise}`.trimEnd(),
    );
  }
}

/** One line for each figure above its bound. */
export function broken(figures: readonly Figure[]): string[] {
  return figures.flatMap(({ name, value, unit, bound }) =>
    bound !== undefined && !(value <= bound)
      ? [`${name}: ${show(value, unit)} ${unit}, promised at most ${bound} ${unit}`]
      : [],
  );
}

/** The kind of machine that the figures are from. */
export function machine(): string {
  const [first, ...others] = cpus();
  const memory = Math.round(totalmem() / 1024 ** 3);
  return `${others.length + 1} × ${first?.model.trim() ?? 'unknown'}, ${memory} GB, ${type()} ${release()}, Node ${process.versions.node}`;
}

function show(value: number, unit: Unit): string {
  return value.toFixed(unit === 'MB' ? 0 : unit === 'ms' && value >= 20 ? 1 : 2);
}
