// The output of a background task was asked for: how the task stands, and its exit code once it has one.
import { Tool } from '../semconv.ts';
import type { ToolExtractor } from '../tool-extractor.ts';

const STATUSES = ['pending', 'running', 'completed', 'failed', 'killed', 'stopped'];

export const taskOutput: ToolExtractor = {
  tools: ['TaskOutput'],
  describe: ({ result }) => {
    const task = result.object('task');
    return {
      facts: {
        [Tool.taskStatus]: task.oneOf('status', STATUSES),
        [Tool.exitCode]: task.number('exitCode'),
      },
    };
  },
};
