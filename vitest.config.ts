import { defineConfig } from 'vitest/config';
import { notRunReporter } from './test/support/not-run-reporter.ts';

export default defineConfig({
  test: {
    setupFiles: ['test/support/seed.ts'],
    include: ['test/**/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Two cores; many tests start processes of their own.
    maxWorkers: 2,
    reporters: ['default', notRunReporter()],
  },
});
