// Sums over generations, tool calls and agents. Pure arithmetic; nothing is estimated.
import type { Generation, RollUp, ToolCall } from './model.ts';
import { joinWork, noWork } from './work.ts';

export const emptyRollUp: RollUp = {
  generations: 0,
  toolCalls: 0,
  toolFailures: 0,
  agents: 0,
  retries: 0,
  inputTokens: 0,
  outputTokens: 0,
  cacheReadTokens: 0,
  cacheCreationTokens: 0,
  incomplete: false,
  cost: 0,
  unpriced: 0,
  work: noWork,
};

export function withGeneration(sum: RollUp, generation: Generation): RollUp {
  const { usage } = generation;
  return {
    generations: sum.generations + 1,
    toolCalls: sum.toolCalls,
    toolFailures: sum.toolFailures,
    agents: sum.agents,
    retries: sum.retries + generation.retries.length,
    inputTokens: sum.inputTokens + (usage?.inputTokens ?? 0),
    outputTokens: sum.outputTokens + (usage?.outputTokens ?? 0),
    cacheReadTokens: sum.cacheReadTokens + (usage?.cacheReadTokens ?? 0),
    cacheCreationTokens: sum.cacheCreationTokens + (usage?.cacheCreationTokens ?? 0),
    incomplete: sum.incomplete || generation.usageIncomplete,
    cost: sum.cost + (generation.cost ?? 0),
    unpriced: sum.unpriced + (generation.cost === undefined ? 1 : 0),
    work: sum.work,
  };
}

export function withToolCall(sum: RollUp, toolCall: ToolCall): RollUp {
  return {
    generations: sum.generations,
    toolCalls: sum.toolCalls + 1,
    toolFailures: sum.toolFailures + (toolCall.outcome === 'failed' ? 1 : 0),
    agents: sum.agents,
    retries: sum.retries,
    inputTokens: sum.inputTokens,
    outputTokens: sum.outputTokens,
    cacheReadTokens: sum.cacheReadTokens,
    cacheCreationTokens: sum.cacheCreationTokens,
    incomplete: sum.incomplete,
    cost: sum.cost,
    unpriced: sum.unpriced,
    work: sum.work,
  };
}

/** Adds an agent's own sums, and the agent. */
export function withAgent(sum: RollUp, agent: RollUp): RollUp {
  return {
    generations: sum.generations + agent.generations,
    toolCalls: sum.toolCalls + agent.toolCalls,
    toolFailures: sum.toolFailures + agent.toolFailures,
    agents: sum.agents + agent.agents + 1,
    retries: sum.retries + agent.retries,
    inputTokens: sum.inputTokens + agent.inputTokens,
    outputTokens: sum.outputTokens + agent.outputTokens,
    cacheReadTokens: sum.cacheReadTokens + agent.cacheReadTokens,
    cacheCreationTokens: sum.cacheCreationTokens + agent.cacheCreationTokens,
    incomplete: sum.incomplete || agent.incomplete,
    cost: sum.cost + agent.cost,
    unpriced: sum.unpriced + agent.unpriced,
    work: joinWork(sum.work, agent.work),
  };
}

/** Adds the sums of agents that finished below (already summed, with their number). */
export function withAgentsBelow(own: RollUp, below: RollUp): RollUp {
  return { ...withAgent(own, below), agents: own.agents + below.agents };
}
