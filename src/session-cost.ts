// In: a transcript. Out: what each of its responses and of its agents' cost, and what the client itself counted: the
// `cost-state` lines, which tell nothing that is sent. For `doctor`, which compares the two.
// Always: the transcript as a whole, with what a fork copied; nothing is written, and a broken line is passed over.
import { closeSync, openSync, statSync } from 'node:fs';
import * as z from 'zod';
import type { CostState, PricedResponse, ReadSessionCost, SessionCost } from './doctor/session-cost.ts';
import { readFinished, sessionIdOf } from './finished-session.ts';
import { silentLog } from './platform/log.ts';
import { errorCode } from './platform/reason.ts';
import type { Generation } from './session/model.ts';
import { listed, pricing, type CostOf } from './telemetry/cost/pricing.ts';
import { listAgentFiles } from './transcript/agent-files.ts';
import { readLines } from './transcript/lines.ts';

/** Looks for the client's own sums first: old clients write none, and then the session is not read. */
export const readSessionCost: ReadSessionCost = async (transcript, prices, mostBytes) => {
  try {
    return await read(transcript, pricing(prices), mostBytes);
  } catch (error) {
    // Gone meanwhile, or another user's.
    if (errorCode(error) !== undefined) return { status: 'silent' };
    throw error;
  }
};

async function read(transcript: string, costOf: CostOf, mostBytes: number): Promise<SessionCost> {
  if (bytesOf(transcript) > mostBytes) return { status: 'too-large' };
  const states = costStates(transcript);
  if (states.length === 0) return { status: 'silent' };
  const responses: PricedResponse[] = [];
  for await (const completed of readFinished(transcript, { log: silentLog, onFault: () => {}, costOf })) {
    for (const one of completed) {
      const response = one.kind === 'generation' ? responseOf(one.generation, costOf) : undefined;
      if (response !== undefined) responses.push(response);
    }
  }
  return { status: 'read', responses, states };
}

function bytesOf(transcript: string): number {
  const paths = [transcript, ...listAgentFiles(transcript).map(({ path }) => path)];
  return paths.reduce((sum, path) => sum + (statSync(path, { throwIfNoEntry: false })?.size ?? 0), 0);
}

function responseOf(generation: Generation, costOf: CostOf): PricedResponse | undefined {
  const { model, usage, startedAt, endedAt, isCutOff, usageIncomplete } = generation;
  if (model === undefined || usage === undefined) return undefined;
  return {
    model,
    startedAt,
    endedAt,
    used: {
      input: usage.inputTokens,
      output: usage.outputTokens,
      cacheRead: usage.cacheReadTokens,
      cacheCreation: usage.cacheCreationTokens,
      webSearches: usage.webSearches ?? 0,
    },
    cost: costOf(generation),
    listed: listed(generation),
    isCutOff: isCutOff || usageIncomplete,
  };
}

const amount = z.number().nonnegative();
const costState = z.object({
  type: z.literal('cost-state'),
  sessionId: z.string(),
  totalCostUSD: amount,
  startTime: amount,
  modelUsage: z.record(
    z.string(),
    z.object({
      inputTokens: amount,
      outputTokens: amount,
      cacheReadInputTokens: amount,
      cacheCreationInputTokens: amount,
      webSearchRequests: amount,
      costUSD: amount,
    }),
  ),
  hasUnknownModelCost: z.boolean().optional(),
});

/** Those of this session that can be read, in their order. */
function costStates(transcript: string): CostState[] {
  const states: CostState[] = [];
  /** How many of them have a time behind them. */
  let ended = 0;
  const fd = openSync(transcript, 'r');
  try {
    for (const lines of readLines(fd, 0, { takeLast: true })) {
      for (const line of lines) {
        if (line.kind === 'too-long') continue;
        if (line.text.includes('"type":"cost-state"')) {
          const state = costStateIn(line.text, sessionIdOf(transcript));
          if (state !== undefined) states.push(state);
        } else if (ended < states.length) {
          const until = timeIn(line.text);
          if (until === undefined) continue;
          for (let place = ended; place < states.length; place += 1) {
            const state = states[place];
            if (state !== undefined) states[place] = { ...state, until };
          }
          ended = states.length;
        }
      }
    }
  } finally {
    closeSync(fd);
  }
  return states;
}

function costStateIn(text: string, sessionId: string): CostState | undefined {
  const read = costState.safeParse(jsonIn(text));
  if (!read.success || read.data.sessionId !== sessionId) return undefined;
  const { totalCostUSD, startTime, modelUsage, hasUnknownModelCost } = read.data;
  return {
    startedAt: startTime,
    until: Infinity,
    cost: nanodollars(totalCostUSD),
    models: new Map(
      Object.entries(modelUsage).map(([model, one]) => [
        model,
        {
          used: {
            input: one.inputTokens,
            output: one.outputTokens,
            cacheRead: one.cacheReadInputTokens,
            cacheCreation: one.cacheCreationInputTokens,
            webSearches: one.webSearchRequests,
          },
          cost: nanodollars(one.costUSD),
        },
      ]),
    ),
    isGuessed: hasUnknownModelCost === true,
  };
}

const timed = z.object({ timestamp: z.iso.datetime() });

function timeIn(text: string): number | undefined {
  const read = timed.safeParse(jsonIn(text));
  return read.success ? Date.parse(read.data.timestamp) : undefined;
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function nanodollars(dollars: number): number {
  return Math.round(dollars * 1e9);
}
