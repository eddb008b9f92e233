// A plan was put to the user: the file in which it lies.
import { Tool } from '../semconv.ts';
import type { ToolExtractor } from '../tool-extractor.ts';

export const exitPlanMode: ToolExtractor = {
  tools: ['ExitPlanMode'],
  describe: ({ result }) => ({ texts: { [Tool.filePath]: result.text('filePath') } }),
};
