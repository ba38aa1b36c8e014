import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'
import { LongestFirst } from './test/support/sequencer.ts'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/nursery.ts', 'test/support/chromium-setup.ts'],
    pool: 'forks',
    sequence: { sequencer: LongestFirst },
    // Much of the time is waiting for the emulator: vitest alone would leave one of two cores idle, and a fourth brings nothing.
    maxWorkers: Math.max(3, availableParallelism() - 1),
    // Real processes, an emulator and a loaded machine: what fails twice is broken. Locally every failure is shown at once.
    retry: process.env['CI'] ? 1 : 0,
    // @oclif/test captures stdout itself.
    disableConsoleIntercept: true,
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
})
