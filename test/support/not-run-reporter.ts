// Says at the end of `npm test` what it did not run.
import type { Reporter, Vitest } from 'vitest/node';

/** One line, behind vitest's own; none where only some files were asked for. */
export function notRunReporter(): Reporter {
  let vitest: Vitest | undefined;
  let isWhole = false;
  return {
    onInit: (context) => {
      vitest = context;
    },
    onTestRunStart: async (asked) => {
      isWhole = asked.length === (await vitest?.globTestSpecifications())?.length;
    },
    onTestRunEnd: () => {
      if (!isWhole) return;
      process.stdout.write(
        'Not run here: real backends (npm run test:backends), the real Claude Code (npm run test:real).\n\n',
      );
    },
  };
}
