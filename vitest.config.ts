import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: 'test/global-setup.ts',
    pool: 'forks',
    maxWorkers: 3,
    // Each process loads the product once, and not again for each of its test files.
    isolate: false,
    // Machines have other things to do: what has to be quick says so itself.
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
