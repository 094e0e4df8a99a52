import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['packages/*/src/**/*.test.ts', 'launch/**/*.test.ts', 'tests/**/*.test.ts'],
    globalSetup: ['packages/server/src/database/embedded/vitest-global-setup.ts'],
    // Tests share one PostgreSQL, and each file has a database of its own in it.
    pool: 'forks',
    maxWorkers: '50%',
    testTimeout: 20_000,
    hookTimeout: 60_000,
  },
});
