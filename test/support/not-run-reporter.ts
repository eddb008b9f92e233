// Says at the end of `npm test` what it did not run.
import type { Reporter } from 'vitest/node';

/** One line, behind vitest's own. */
export function notRunReporter(): Reporter {
  return {
    onTestRunEnd: () => {
      process.stdout.write(
        'Not run here: real backends (npm run test:backends), the real Claude Code (npm run test:real).\n\n',
      );
    },
  };
}
