// The report of `turnspan doctor`: its form, which `--json` prints, and its text.
// Always: documented in docs/doctor.md; what is added later is added beside what is there.
import * as z from 'zod';
import { counted } from './shown.ts';

const finding = z.strictObject({
  /** Stays the same from version to version. */
  name: z.string(),
  level: z.enum(['error', 'warning']),
  title: z.string(),
  detail: z.string().optional(),
  remedy: z.string(),
});

const check = z.strictObject({
  name: z.string(),
  /** What is true where nothing is found. */
  holds: z.string(),
  status: z.enum(['ok', 'findings', 'failed']),
  findings: z.array(finding),
  /** Of a check that could not be made: a system's error code, or the kind of fault. */
  why: z.string().optional(),
});

/** What `turnspan doctor --json` prints. */
export const reportSchema = z.strictObject({
  version: z.literal(1),
  /** The version of Turnspan. */
  turnspan: z.string(),
  /** `failed`: at least one check could not be made. */
  status: z.enum(['ok', 'findings', 'failed']),
  checks: z.array(check),
});

export type Report = z.infer<typeof reportSchema>;
export type CheckReport = Report['checks'][number];

/** 0 nothing found, 1 findings, 2 it could not run. */
export function exitCodeOf({ status }: Report): 0 | 1 | 2 {
  return status === 'ok' ? 0 : status === 'findings' ? 1 : 2;
}

/** A line a check; under it what was found and what mends it. */
export function reportText({ turnspan, checks }: Report): string {
  const width = Math.max(...checks.map(({ name }) => name.length));
  return [
    `Turnspan ${turnspan}`,
    '',
    ...checks.flatMap((report) => linesOf(report, width)),
    '',
    summary(checks),
  ].join('\n');
}

function linesOf({ name, holds, status, findings, why }: CheckReport, width: number): string[] {
  const line = (word: string, text: string): string => `${word.padEnd(7)}  ${name.padEnd(width)}  ${text}`;
  if (status === 'ok') return [line('ok', holds)];
  if (status === 'failed') return [line('failed', `could not be checked (${why ?? 'unknown'})`)];
  const indent = ' '.repeat(11 + width);
  return findings.flatMap((one) => [
    line(one.level, one.title),
    ...(one.detail === undefined ? [] : [`${indent}${one.detail}`]),
    `${indent}→ ${one.remedy}`,
    `${indent}  [${one.name}]`,
  ]);
}

function summary(checks: readonly CheckReport[]): string {
  const findings = checks.flatMap((report) => report.findings);
  const failed = checks.filter(({ status }) => status === 'failed').length;
  const count = (level: string): number => findings.filter((one) => one.level === level).length;
  if (findings.length === 0 && failed === 0) return 'Nothing was found.';
  return [
    counted(count('error'), 'error'),
    counted(count('warning'), 'warning'),
    ...(failed > 0 ? [`${counted(failed, 'check')} could not be made`] : []),
  ].join(', ');
}
