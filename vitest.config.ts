import { defineConfig } from 'vitest/config';
import { LongestFirst } from './test/support/longest-first.ts';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: 'test/support/global-setup.ts',
    pool: 'forks',
    // More than most machines have cores: many tests wait for a clock or for another process.
    maxWorkers: 6,
    sequence: { sequencer: LongestFirst },
    // Each process loads the product once, and not again for each of its test files.
    isolate: false,
    // Machines have other things to do: what has to be quick says so itself.
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
