import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { LongFirst } from './packages/testkit/src/long-first.ts';
import { readPropertySettings } from './packages/testkit/src/property/settings.ts';

export default defineConfig({
  test: {
    include: ['packages/*/src/**/*.test.ts', 'launch/**/*.test.ts', 'tests/**/*.test.ts'],
    globalSetup: ['packages/server/src/database/embedded/vitest-global-setup.ts'],
    // Tests share one PostgreSQL, and each file has a database of its own in it.
    pool: 'forks',
    // As packages/cli/src/steady-wasm.ts sets it for the program, and for the same reason.
    execArgv: ['--wasm-wrapper-tiering-budget=1000000000'],
    // A test and the database mostly wait for each other, so two fit on two cores.
    maxWorkers: Math.max(2, Math.ceil(availableParallelism() / 2)),
    sequence: { sequencer: LongFirst },
    testTimeout: 20_000 * Math.max(1, readPropertySettings(process.env).factor),
    hookTimeout: 60_000,
  },
});
