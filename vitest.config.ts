import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    pool: 'forks',
    // Half of the tests wait for other processes; vitest would use one worker on two cores.
    maxWorkers: 3,
    // Much of the time is waiting for the emulator; vitest alone would leave one of two cores idle.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    // @oclif/test captures stdout itself.
    disableConsoleIntercept: true,
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
})
