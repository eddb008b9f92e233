// Files were looked for by name: how many were found, and whether there were more.
import { Tool } from '../semconv.ts';
import type { ToolExtractor } from '../tool-extractor.ts';

export const glob: ToolExtractor = {
  tools: ['Glob'],
  describe: ({ input, result }) => ({
    facts: {
      [Tool.files]: result.number('numFiles'),
      [Tool.truncated]: result.mark('truncated'),
    },
    texts: {
      [Tool.pattern]: input.text('pattern'),
      [Tool.path]: input.text('path'),
    },
  }),
};
