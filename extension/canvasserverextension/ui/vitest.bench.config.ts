import { defineConfig } from 'vitest/config';

// Figures of the page in a browser: printed, never asserted. One after the other, so that they do not disturb each other.
export default defineConfig({
  test: {
    include: ['bench/**/*.bench.ts'],
    fileParallelism: false,
    disableConsoleIntercept: true,
    testTimeout: 600_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 120_000, interval: 50 } },
  },
});
