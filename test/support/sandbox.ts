import { afterAll, beforeAll } from 'vitest'
import { type Sandbox, type SandboxOptions, startSandbox } from '../../src/sandbox/index.ts'

/**
 * One sandbox for a test file: started before its tests, stopped after them. vitest gives every file its own worker
 * process, so this is also one per worker. Use the answered object inside tests only: it is empty before they start.
 */
export function sandboxForTests(options: SandboxOptions = {}): Sandbox {
  let running: Sandbox | undefined
  beforeAll(async () => {
    // Variables of a developer's shell must never decide where a test's clients go.
    for (const name of ['AWS_PROFILE', 'AWS_SESSION_TOKEN']) delete process.env[name]
    running = await startSandbox(options)
    Object.assign(process.env, running.env, { NODE_OPTIONS: process.env['NODE_OPTIONS'] ?? '' })
  })
  afterAll(async () => {
    await running?.stop()
  })
  return new Proxy({} as Sandbox, {
    get(_, key) {
      if (!running) throw new Error('the sandbox is used before beforeAll has started it')
      return Reflect.get(running, key)
    },
  })
}
