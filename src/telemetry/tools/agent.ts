// A subagent was launched: which kind, for what, and whether it goes on in the background.
import { writtenName } from '../../privacy/safe-text.ts';
import { Tool } from '../semconv.ts';
import type { ToolExtractor } from '../tool-extractor.ts';

/** `Task` until 2.1.62. */
export const agent: ToolExtractor = {
  tools: ['Agent', 'Task'],
  describe: (call) => ({
    facts: {
      [Tool.agentType]: writtenName(call.result.text('agentType') ?? call.input.text('subagent_type')),
      [Tool.background]: call.result.mark('isAsync'),
    },
    texts: { [Tool.description]: call.input.text('description') },
  }),
};
