// The tests that drive the real Claude Code: `npm run test:real`. They take minutes, so `npm test` leaves them out.
import { defineConfig } from 'vitest/config';
import { tableReporter } from './test/real-client/table-reporter.ts';

export default defineConfig({
  test: {
    include: ['test/real-client/**/*.real.ts'],
    // A play is given up after 90 s; some are played three times.
    testTimeout: 400_000,
    hookTimeout: 300_000,
    // Two cores: more clients side by side would shift the times that are judged.
    maxConcurrency: 2,
    fileParallelism: false,
    reporters: ['verbose', tableReporter()],
  },
});
