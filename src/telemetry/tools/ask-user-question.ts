// The user was asked: how many questions, and how many of them were answered.
import { Tool } from '../semconv.ts';
import type { ToolExtractor } from '../tool-extractor.ts';

export const askUserQuestion: ToolExtractor = {
  tools: ['AskUserQuestion'],
  describe: ({ input, result }) => ({
    facts: {
      [Tool.questions]: input.list('questions')?.length,
      [Tool.answers]: result.object('answers').size,
    },
  }),
};
