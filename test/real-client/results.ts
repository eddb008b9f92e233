// What became of each scenario with each version, kept in a file while the tests run, for the table at their end.
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import type { Fault } from './evidence.ts';
import type { Delta } from './judge/times.ts';

/** What became of a scenario with a version. */
export interface Result {
  readonly name: string;
  readonly version: string;
  /** Of a scenario. */
  readonly mode?: 'headless' | 'terminal';
  /**
   * `unsteady`: faults that did not come again; `unknown`: that version does not know it; `skipped`: nobody knows, the client
   * could not be had.
   */
  readonly result: 'ok' | 'faults' | 'unsteady' | 'unknown' | 'skipped';
  readonly because?: string;
  readonly faults?: readonly Fault[];
  readonly hooks?: readonly HookTime[];
  readonly deltas?: readonly Delta[];
  /** Lines for below the table. */
  readonly notes?: readonly string[];
}

/** A run of a Stop hook as the client measured it. */
export interface HookTime {
  readonly command: string;
  readonly ms: number;
}

/** Keeps a result; where nobody asks for a table, nothing. */
export function tell(result: Result): void {
  const file = process.env['TURNSPAN_REAL_RESULTS'];
  if (file !== undefined) appendFileSync(file, `${JSON.stringify(result)}\n`);
}

/** All that was told so far. */
export function told(): Result[] {
  const file = process.env['TURNSPAN_REAL_RESULTS'];
  if (file === undefined || !existsSync(file)) return [];
  const lines = readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '');
  return lines.map((line) => JSON.parse(line) as Result); // `tell` wrote it
}
