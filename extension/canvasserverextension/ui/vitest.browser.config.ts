import { defineConfig } from 'vitest/config';

// One browser, one collector: what the tests share is slow to start, so they run one after the other.
export default defineConfig({
  test: {
    include: ['browser/**/*.test.ts'],
    fileParallelism: false,
    testTimeout: 60_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 20_000, interval: 50 } },
  },
});
