import { defineConfig } from 'vitest/config';

/** Two workers suit the smallest machine this runs on; nothing in a test depends on how long it takes. */
export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});
