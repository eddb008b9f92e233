// The tests against real backends: `npm run test:backends`. They need minutes and big programs, so `npm test` leaves them out.
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    setupFiles: ['test/support/seed.ts'],
    include: ['test/backends/**/*.backend.ts'],
    testTimeout: 300_000,
    hookTimeout: 180_000,
    // Two cores, and each file starts several programs.
    fileParallelism: false,
    reporters: ['verbose'],
  },
});
