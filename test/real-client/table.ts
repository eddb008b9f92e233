// In: results. Out: the table scenarios × versions in Markdown, and a short one; the faults by name, times and the hook's cost;
// and one line that says at once what was not tried.
import { groupBy } from './judge/parts.ts';
import { medianOf } from './judge/times.ts';
import type { Result } from './results.ts';
import { isSince } from './versions.ts';

/** The table, padded as Prettier wants it, and what is to be said of its cells. */
export function tableOf(results: readonly Result[]): string {
  const versions = newestFirst(results.map(({ version }) => version));
  const rows = [...groupBy(results, ({ name }) => name)].map(([name, found]) => [
    name,
    ...versions.map((version) => cellOf(found.find((result) => result.version === version))),
  ]);
  return padded(['scenario', ...versions], rows);
}

/** Each version once. */
function newestFirst(versions: readonly string[]): string[] {
  return [...new Set(versions)].sort((one, other) => (isSince(one, other) ? -1 : 1));
}

function padded(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = header.map((_, column) =>
    Math.max(3, ...[header, ...rows].map((row) => row[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  const rule = line(widths.map((width) => '-'.repeat(width)));
  return [line(header), rule, ...rows.map(line)].join('\n');
}

/** The short table: how many scenarios of each kind a version came through. */
export function summaryOf(results: readonly Result[]): string {
  const rows = newestFirst(results.map(({ version }) => version)).map((version) => {
    const found = results.filter((one) => one.version === version);
    const count = (mode: Result['mode']): string => {
      const played = found.filter(
        (one) => one.mode === mode && ['ok', 'faults', 'unsteady'].includes(one.result),
      );
      const right = played.filter(({ result }) => result === 'ok');
      return played.length === 0 ? '-' : `${right.length} of ${played.length}`;
    };
    return [version, count('headless'), count('terminal')];
  });
  return padded(['Claude Code', 'without a terminal', 'in a terminal'], rows);
}

/** A line for each fault, each reason why something was not played, and each figure. */
export function notesOf(results: readonly Result[]): string[] {
  return [
    ...results.flatMap(({ name, version, faults = [] }) =>
      faults.map(({ rule, what }) => `${version}, ${name}: ${rule}: ${firstLine(what)}`),
    ),
    ...new Set(
      results.flatMap(({ version, result, because = '' }) =>
        result === 'skipped' ? [`${version}: skipped, ${because}`] : [],
      ),
    ),
    ...new Set(
      results.flatMap(({ name, result, because = '' }) =>
        result === 'unknown' ? [`${name}: ${because}`] : [],
      ),
    ),
    ...timesOf(results),
    ...hooksOf(results),
    ...results.flatMap(({ notes = [] }) => notes),
  ];
}

/** What counts, in one line. */
export function lastLine(results: readonly Result[]): string {
  const count = (kind: Result['result']) => results.filter(({ result }) => result === kind).length;
  const skipped = [
    ...new Set(results.flatMap(({ version, result }) => (result === 'skipped' ? [version] : []))),
  ];
  const clients = skipped.length === 0 ? '' : ` (not to be had: ${skipped.join(', ')})`;
  return `Real client: ${count('ok')} ok, ${count('faults')} with faults, ${count('unsteady')} UNSTEADY, ${count('skipped')} SKIPPED${clients}, ${count('unknown')} not known to that version.`;
}

function cellOf(result: Result | undefined): string {
  if (result === undefined) return '';
  const { length } = result.faults ?? [];
  const faults = length === 1 ? '1 fault' : `${length} faults`;
  return { ok: 'ok', unknown: '-', skipped: 'skipped', faults, unsteady: `${faults} in 1 of 3` }[
    result.result
  ];
}

/** How far told times lie from seen ones: per version and kind, the median and the most. */
function timesOf(results: readonly Result[]): string[] {
  const deltas = results.flatMap(({ version, deltas: found = [] }) =>
    found.map((delta) => ({ version, ...delta })),
  );
  return [...groupBy(deltas, ({ version, kind }) => `${version}, ${kind}`)].map(([title, found]) => {
    const off = found.map(({ ms }) => ms).toSorted((one, other) => one - other);
    const [least = 0, most = 0] = [off[0], off.at(-1)];
    return `${title}: off by ${medianOf(off).toFixed(0)} ms at the median (${least.toFixed(0)} to ${most.toFixed(0)}, ${off.length} times)`;
  });
}

function hooksOf(results: readonly Result[]): string[] {
  const runs = results.flatMap(({ version, hooks = [] }) => hooks.map((hook) => ({ version, ...hook })));
  return [...groupBy(runs, ({ version }) => version)].map(([version, found]) => {
    const median = (isBare: boolean) =>
      medianOf(found.filter(({ command }) => (command === ':') === isBare).map(({ ms }) => ms));
    return `${version}, the Stop hook as the client measures it: ${median(false)} ms at the median, a hook that is \`:\` ${median(true)} ms`;
  });
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? '';
}
