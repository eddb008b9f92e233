// In: a context and checks. Out: the report.
// Always: one check that could not be made stops no other; of what was thrown only its kind is told, never its text.
import { reasonOf } from '../platform/reason.ts';
import type { Check } from './check.ts';
import type { DoctorContext } from './context.ts';
import type { CheckReport, Report } from './report.ts';

/** One after the other: the hook is timed, and nothing else may run meanwhile. */
export async function runChecks(
  checks: readonly Check[],
  context: DoctorContext,
  turnspan: string,
): Promise<Report> {
  const reports: CheckReport[] = [];
  for (const check of checks) reports.push(await runCheck(check, context));
  const has = (status: CheckReport['status']): boolean => reports.some((report) => report.status === status);
  return {
    version: 1,
    turnspan,
    status: has('failed') ? 'failed' : has('findings') ? 'findings' : 'ok',
    checks: reports,
  };
}

async function runCheck(check: Check, context: DoctorContext): Promise<CheckReport> {
  const { name, holds } = check;
  try {
    const outcome = await check.run(context);
    if ('holds' in outcome) return { name, holds: outcome.holds, status: 'ok', findings: [] };
    const findings = outcome;
    return { name, holds, status: findings.length === 0 ? 'ok' : 'findings', findings: [...findings] };
  } catch (error) {
    return { name, holds, status: 'failed', findings: [], why: reasonOf(error) };
  }
}
