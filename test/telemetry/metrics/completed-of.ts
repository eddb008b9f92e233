// What is complete in sessions, each thing once, as the ledger sees to it; and a price that a person can check.
import { readSession } from '../../../src/read-session.ts';
import type { Completed, Generation } from '../../../src/session/model.ts';
import { incrementsOf, type IncrementOptions } from '../../../src/telemetry/metrics/increments.ts';
import type { Increment } from '../../../src/telemetry/metrics/increment.ts';
import { spanIdOf } from '../../../src/telemetry/span-id-of.ts';

/** Of several sessions together: what a fork copied counts once. */
export async function completedOf(transcripts: readonly string[]): Promise<Completed[]> {
  const things = new Map<string, Completed>();
  for (const transcript of transcripts) {
    for (const one of (await readSession(transcript)).completed) {
      const id = spanIdOf(one);
      if (!things.has(id)) things.set(id, one);
    }
  }
  return [...things.values()];
}

/** A made-up price: a thousand nanodollars a token, and none for a model that is not Claude. */
export function costOf({ model, usage }: Generation): number | undefined {
  if (usage === undefined || model?.startsWith('claude-') !== true) return undefined;
  return (usage.inputTokens + usage.cacheReadTokens + usage.cacheCreationTokens + usage.outputTokens) * 1000;
}

export function incrementsOfAll(
  completed: readonly Completed[],
  options: Partial<IncrementOptions> = {},
): Increment[] {
  return completed.flatMap((one) => incrementsOf(one, { costOf, ...options }));
}
