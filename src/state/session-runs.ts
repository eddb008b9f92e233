// What is remembered of a session's beginnings, its ends and the sums between them, and its schema on disk.
// Always: what `telemetry/events/session-runs.ts` calls `SessionRuns`, to the letter; the compiler holds the two together.
import * as z from 'zod';

const count = z.number();
const counts = z.record(z.string(), count).readonly();
const names = z.object({ names: z.array(z.string()).readonly(), more: z.boolean() }).readonly();
const text = z.string().optional();

const sums = z
  .object({
    turns: count,
    turnsFailed: count,
    generations: count,
    toolCalls: count,
    toolFailures: count,
    agents: count,
    retries: count,
    compactions: count,
    inputTokens: count,
    outputTokens: count,
    cacheReadTokens: count,
    cacheCreationTokens: count,
    usageIncomplete: z.boolean(),
    cost: count,
    unpriced: count,
    linesAdded: count,
    linesRemoved: count,
    commands: count,
    models: counts,
    tools: counts,
    filesRead: names,
    filesModified: names,
    commits: names,
    pullRequests: names,
    first: z.object({ at: z.number(), clientVersion: text }).optional(),
    firstModel: z.object({ at: z.number(), model: z.string() }).optional(),
    lastAt: z.number().optional(),
    lastTurn: z
      .object({
        number: z.number(),
        at: z.number(),
        status: z.enum(['completed', 'failed', 'interrupted', 'lost']),
        title: text,
      })
      .optional(),
    forkedFrom: text,
  })
  .readonly();

export const sessionRuns = z
  .array(
    z
      .object({
        start: z.object({ at: z.number().optional(), source: text, model: text }).readonly(),
        end: z.object({ at: z.number().optional(), reason: text }).readonly().optional(),
        sums,
        startTold: z.boolean(),
        endTold: z.boolean(),
      })
      .readonly(),
  )
  .readonly();

/** From the oldest that is not told to the end. */
export type StoredRuns = z.infer<typeof sessionRuns>;
