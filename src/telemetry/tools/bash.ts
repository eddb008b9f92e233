// A command was run. The client records no exit code but in the text of an error, so a success has none.
import { Tool } from '../semconv.ts';
import type { ToolExtractor } from '../tool-extractor.ts';

export const bash: ToolExtractor = {
  tools: ['Bash'],
  describe: ({ input, result, failure }) => ({
    facts: {
      [Tool.timeoutMs]: input.number('timeout'),
      [Tool.exitCode]: exitCode(failure),
      [Tool.interrupted]: result.mark('interrupted'),
      [Tool.background]: result.text('backgroundTaskId') !== undefined || undefined,
    },
    texts: {
      [Tool.command]: input.text('command'),
      [Tool.description]: input.text('description'),
    },
  }),
};

function exitCode(failure: string | undefined): number | undefined {
  const code = /^Exit code (\d{1,10})(?:\n|$)/.exec(failure ?? '')?.[1];
  return code === undefined ? undefined : Number(code);
}
