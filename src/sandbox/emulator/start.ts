/** Starts the emulator on a free loopback port and ends only that process. */
import { spawn } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import http from 'node:http'
import net from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { GuardError } from '../../runtime/domain/base/guard-error.ts'
import { sidecarSource } from './sidecar.ts'

const START_MS_MAX = 60_000
/** Nobody listens there: the emulator would else start containers for functions that we run ourselves. */
const DOCKER_HOST = 'tcp://127.0.0.1:9'

export interface Emulator {
  readonly url: string
  /** Undefined when the emulator was not started by us. */
  readonly pid: number | undefined
  stop(): Promise<void>
}

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const probe = net.createServer()
    probe.on('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as net.AddressInfo
      probe.close(() => resolve(port))
    })
  })

const answers = (url: string): Promise<boolean> =>
  new Promise((resolve) => {
    const request = http.get(`${url}/moto-api/config`, { agent: false, timeout: 5_000 }, (response) => {
      response.resume()
      resolve((response.statusCode ?? 500) < 300)
    })
    request.on('error', () => resolve(false))
    request.on('timeout', () => request.destroy())
  })

/** `folder` is the sandbox's temporary folder: the emulator removes it when its parent dies without a word. */
export async function startEmulator(program: string, folder: string, clockFile: string): Promise<Emulator> {
  const sidecar = join(folder, 'python')
  mkdirSync(sidecar, { recursive: true })
  writeFileSync(join(sidecar, 'sitecustomize.py'), sidecarSource(folder, clockFile))
  const port = await freePort()
  const { PATH, HOME, PYENV_ROOT, PYENV_VERSION } = process.env
  const environment = {
    PATH,
    HOME,
    PYENV_ROOT,
    PYENV_VERSION,
    PYTHONPATH: sidecar,
    COST_GUARD_SANDBOX_CHILD: '1',
    DOCKER_HOST,
  }
  const child = spawn(program, ['-H', '127.0.0.1', '-p', String(port)], {
    env: { ...environment, AWS_EC2_METADATA_DISABLED: 'true' },
    // Its own group: Ctrl-C reaches us first. The pipe on stdin is what ends it when we die.
    detached: true,
    stdio: ['pipe', 'ignore', 'pipe'],
  })
  let said = ''
  let ended: string | undefined
  child.stderr.on('data', (chunk: Buffer) => {
    said = (said + chunk.toString('utf8')).slice(-4_000)
  })
  child.stdin.on('error', () => undefined)
  child.on('error', (error) => {
    ended = error.message
  })
  child.on('exit', (code, signal) => {
    ended = `exit ${code ?? signal}`
  })
  const url = `http://127.0.0.1:${port}`
  const deadline = Date.now() + START_MS_MAX
  while (!(await answers(url))) {
    if (ended !== undefined || Date.now() > deadline) {
      child.kill('SIGKILL')
      throw new GuardError({
        code: 'emulator-did-not-start',
        fault: 'user',
        message: `the AWS emulator ${program} did not start: ${ended ?? `no answer in ${START_MS_MAX / 1000} s`}`,
        suggestions: [
          `run it to see why: ${program} -H 127.0.0.1 -p ${port}`,
          said.trim().split('\n').pop() ?? '',
        ].filter(Boolean),
      })
    }
    await sleep(40)
  }
  child.unref()
  return {
    url,
    pid: child.pid,
    stop: () =>
      new Promise((resolve) => {
        if (ended !== undefined) return resolve()
        child.ref()
        child.once('exit', () => resolve())
        child.kill('SIGKILL')
      }),
  }
}
