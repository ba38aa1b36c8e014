/** An emulator of our own for one test file, without the sandbox before it. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createClock } from '../../src/sandbox/clock.ts'
import { findEmulator } from '../../src/sandbox/emulator/find.ts'
import { startEmulator } from '../../src/sandbox/emulator/start.ts'

export interface Moto {
  readonly endpoint: string
  /** Empties it; takes milliseconds. */
  reset(): Promise<void>
  stop(): Promise<void>
}

export const TEST_KEYS = { accessKeyId: 'AKIATESTTESTTESTTEST', secretAccessKey: 'test' }

/** Also points this process's SDK at it: `AWS_ENDPOINT_URL`, fake keys, one attempt. */
export async function startMoto(): Promise<Moto> {
  const log = (line: string): void => void process.stderr.write(`${line}\n`)
  const program = await findEmulator({ environment: process.env, log })
  const folder = mkdtempSync(join(tmpdir(), 'cost-guard-moto-'))
  const emulator = await startEmulator(program, folder, createClock(folder).file)
  const endpoint = emulator.url
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: endpoint,
    AWS_ACCESS_KEY_ID: TEST_KEYS.accessKeyId,
    AWS_SECRET_ACCESS_KEY: TEST_KEYS.secretAccessKey,
    AWS_REGION: 'us-east-1',
    AWS_MAX_ATTEMPTS: '1',
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
  })
  return {
    endpoint,
    reset: async () => {
      await fetch(`${endpoint}/moto-api/reset`, { method: 'POST' })
    },
    async stop() {
      await emulator.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
