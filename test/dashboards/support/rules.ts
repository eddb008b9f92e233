// The alert rules as they are shipped.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import * as z from 'zod';

/** Where they lie. */
export const RULES_FILE = join(import.meta.dirname, '../../../collector/alerts.yaml');

const alert = z.strictObject({
  alert: z.string().regex(/^Turnspan[A-Za-z]+$/),
  expr: z.string(),
  labels: z.strictObject({ severity: z.enum(['info', 'warning']) }),
  annotations: z.strictObject({
    summary: z.string().min(1),
    description: z.string().min(1),
    runbook: z.string().min(1),
  }),
});
const recording = z.strictObject({ record: z.string().regex(/^turnspan:\w+:\w+$/), expr: z.string() });
const file = z.strictObject({
  groups: z.array(z.strictObject({ name: z.string(), rules: z.array(z.union([alert, recording])) })),
});

/** A rule that raises something. */
export type AlertRule = z.infer<typeof alert>;
/** A rule that only keeps a series for others. */
export type RecordingRule = z.infer<typeof recording>;

/** All rules, in their order. */
export function readRules(): (AlertRule | RecordingRule)[] {
  return file.parse(parse(readFileSync(RULES_FILE, 'utf8'))).groups.flatMap(({ rules }) => rules);
}

/** Those that raise something. */
export function readAlerts(): AlertRule[] {
  return readRules().filter((rule) => 'alert' in rule);
}
