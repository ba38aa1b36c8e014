/** A moto_server of our own for one test file: a free port, ended by its own process id. */
import { type ChildProcess, spawn } from 'node:child_process'
import { createServer } from 'node:net'
import { findEmulator } from '../../src/sandbox/emulator/find.ts'

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
  const command = await findEmulator({ environment: process.env, log })
  const port = await freePort()
  const child = spawn(command, ['-H', '127.0.0.1', '-p', String(port)], { stdio: 'ignore' })
  const endpoint = `http://127.0.0.1:${port}`
  await ready(endpoint, child)
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
    stop: () =>
      new Promise((resolve) => {
        child.once('exit', () => resolve())
        child.kill()
      }),
  }
}

async function ready(endpoint: string, child: ChildProcess): Promise<void> {
  let failed: Error | undefined
  child.once('error', (error) => {
    failed = error
  })
  for (let attempt = 0; attempt < 200; attempt += 1) {
    if (failed) throw new Error(`${child.spawnfile} cannot be started`, { cause: failed })
    if (await answers(endpoint)) return
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  child.kill()
  throw new Error('moto_server did not answer within 20 s')
}

const answers = async (endpoint: string): Promise<boolean> => {
  try {
    return (await fetch(`${endpoint}/moto-api/data.json`)).ok
  } catch (error) {
    if (error instanceof TypeError) return false
    throw error
  }
}

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })
