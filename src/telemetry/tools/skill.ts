// A skill or a slash command was called by the model. Users name these, so the name is content, and so is what follows it.
import { Tool } from '../semconv.ts';
import type { ToolExtractor } from '../tool-extractor.ts';

/** `SlashCommand` before it became `Skill`; its input is the whole line. */
export const skill: ToolExtractor = {
  tools: ['Skill', 'SlashCommand'],
  describe: ({ input, result }) => ({
    texts: {
      [Tool.skill]:
        result.text('commandName') ??
        input.text('skill') ??
        /^\/?(\S+)/.exec(input.text('command') ?? '')?.[1],
    },
  }),
};
