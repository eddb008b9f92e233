// A response as the tests of prices need it: a model, what was used, when.
import type { Generation } from '../../../src/session/model.ts';
import type { Used } from '../../../src/telemetry/cost/rates.ts';

/** 2026-11-21, after all changes of prices that the list knows of Claude. */
export const NOW = Date.UTC(2026, 10, 21);

export function answered(
  model: string,
  used: Partial<Used> = {},
  more: Partial<Generation> = {},
): Generation {
  return {
    id: 'msg_1',
    messageId: 'msg_1',
    model,
    startedAt: NOW,
    startInferred: false,
    endedAt: NOW + 1000,
    endInferred: false,
    usage: { inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheCreationTokens: 0, ...used },
    isCutOff: false,
    usageIncomplete: false,
    input: [],
    output: [],
    retries: [],
    ...more,
  };
}
