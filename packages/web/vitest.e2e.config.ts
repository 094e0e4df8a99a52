import { defineConfig } from 'vitest/config';

/** The browser tests: a real Magpie, a real Chromium. The page must have been built. */
export default defineConfig({
  test: {
    include: ['packages/web/e2e/**/*.test.ts'],
    globalSetup: ['packages/server/src/database/embedded/vitest-global-setup.ts'],
    root: new URL('../../', import.meta.url).pathname,
    pool: 'forks',
    // As packages/cli/src/steady-wasm.ts sets it for the program, and for the same reason.
    execArgv: ['--wasm-wrapper-tiering-budget=1000000000'],
    // One browser at a time: timings on a small machine would not mean anything otherwise.
    maxWorkers: 1,
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});
