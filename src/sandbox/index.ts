/** A small AWS on the laptop: an emulator, and in front of it what the emulator lacks and a guard needs. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { GuardError } from '../runtime/domain/base/guard-error.ts'
import { createClock, type SandboxClock } from './clock.ts'
import { control } from './control.ts'
import { listen } from './door/listen.ts'
import type { Door } from './door/open.ts'
import { findEmulator } from './emulator/find.ts'
import { type Emulator, startEmulator } from './emulator/start.ts'
import type { Keys } from './iam/callers.ts'
import { createParts, type Parts } from './parts.ts'
import type { Sandbox, SandboxOptions } from './types.ts'

export type { Call, Invocation } from './calls.ts'
export type { Fault } from './faults.ts'
export type { Keys } from './iam/callers.ts'
export type { Mail } from './mail/mail.ts'
export type { SignedIn } from './page.ts'
export type { Fired } from './schedule/scheduler.ts'
export type { Sandbox, SandboxOptions } from './types.ts'

const IDLE_MS_MAX = 120_000
const TICK_MS = 1_000

/** An emulator that runs already is used as it is; else one is found (or installed once) and started. */
async function emulatorFor(options: SandboxOptions, folder: string, clock: SandboxClock): Promise<Emulator> {
  const given = options.emulator ?? process.env['COST_GUARD_E2E_ENDPOINT']
  if (given) return { url: given.replace(/\/$/, ''), pid: undefined, stop: async () => undefined }
  const program = await findEmulator({ environment: process.env, log: options.log ?? (() => undefined) })
  return startEmulator(program, folder, clock.file)
}

/** Empties the emulator and makes the administrator. */
async function prepare({ world, people }: Parts): Promise<Keys> {
  try {
    await world.upstream.post('/moto-api/reset', '')
    await world.upstream.post('/moto-api/config', '{"lambda":{"use_docker":false}}')
    return await people.createAdmin()
  } catch (cause) {
    throw new GuardError({
      code: 'emulator-does-not-answer',
      fault: 'user',
      message: `the emulator at ${world.upstream.url} does not answer as AWS would: ${cause instanceof Error ? cause.message : String(cause)}`,
      suggestions: ['start it again, or give no endpoint: the sandbox then starts its own'],
      cause,
    })
  }
}

const exportsFor = ({ world, door }: Parts, keys: Keys): Readonly<Record<string, string>> => ({
  AWS_ENDPOINT_URL: door.endpoint,
  AWS_ENDPOINT_URL_BEDROCK_RUNTIME: door.endpoint,
  AWS_ACCESS_KEY_ID: keys.accessKeyId,
  AWS_SECRET_ACCESS_KEY: keys.secretAccessKey,
  ...(keys.sessionToken ? { AWS_SESSION_TOKEN: keys.sessionToken } : {}),
  AWS_REGION: world.region,
  AWS_DEFAULT_REGION: world.region,
  AWS_EC2_METADATA_DISABLED: 'true',
  AWS_CONFIG_FILE: '/dev/null',
  AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
  NODE_OPTIONS: world.clock.nodeOptions,
})

function sandboxOf(parts: Parts, admin: Keys, emulatorPid: number | undefined, stop: () => Promise<void>): Sandbox {
  const { world, people, host, mailBox, scheduler, faults, gateway } = parts
  const idle = () => world.work.idle(IDLE_MS_MAX)
  const envOf = (keys: Keys) => exportsFor(parts, keys)
  const thenIdle = async <T>(work: Promise<T>): Promise<T> => {
    const done = await work
    await idle()
    return done
  }
  return {
    endpoint: parts.door.endpoint,
    account: world.account,
    region: world.region,
    admin,
    emulatorPid,
    env: envOf(admin),
    envOf,
    createUser: (name, how) => people.createUser(name, how),
    createRole: (name, how) => people.createRole(name, how),
    assume: (role, session) => people.assume(role, session),
    now: world.clock.now,
    setTime(to) {
      const at = new Date(to).getTime()
      if (Number.isNaN(at)) throw new Error(`${String(to)} is not a time`)
      world.clock.set(at)
      scheduler.setBack(at)
    },
    advance: (milliseconds) => world.clock.advance(milliseconds),
    tick: () => thenIdle(scheduler.tick()),
    fire: (name) => thenIdle(scheduler.force(name)),
    judgeAlarms: () => parts.metrics.judge(),
    idle,
    mails: () => mailBox.mails(),
    clearMails: () => mailBox.clear(),
    confirmMail: (address) => mailBox.confirm(address),
    confirmationLink: (address) => mailBox.confirmationLink(address),
    unsubscribeMail: (address) => mailBox.unsubscribe(address),
    pageUrl: (name) => parts.page.url(name),
    signInAs: (who, url) => parts.page.signIn(who, url),
    canSignIn: () => parts.signIn.isThere(),
    passwordMailed: (address) => parts.invitations.passwordMailed(address),
    setPassword: (address, password) => parts.page.setPassword(address, password),
    ageTokens: (milliseconds) => parts.signIn.age(milliseconds),
    calls: () => gateway.calls(),
    clearCalls: () => gateway.clear(),
    invocations: () => [...parts.invocations],
    problems: () => world.work.problems,
    inject: (fault) => faults.inject(fault),
    async reset() {
      await idle()
      await Promise.all([host.stop(), parts.dataPlane.stop(), parts.signIn.stop()])
      parts.forget()
      await prepare(parts)
      gateway.clear()
    },
    stop,
  }
}

/** Starts the sandbox. Never reads the user's AWS configuration, never leaves the loopback interface. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const folder = mkdtempSync(join(tmpdir(), 'cost-guard-sandbox-'))
  const sweep = () => rmSync(folder, { recursive: true, force: true })
  process.once('exit', sweep)
  const clock = createClock(folder)
  let emulator: Emulator | undefined
  let parts: Parts | undefined
  let door: Door | undefined
  let ticking: NodeJS.Timeout | undefined
  const stop = async () => {
    clearInterval(ticking)
    await door?.close()
    await Promise.all([parts?.host.stop(), parts?.dataPlane.stop(), parts?.signIn.stop()])
    parts?.world.upstream.close()
    await emulator?.stop()
    sweep()
    process.off('exit', sweep)
  }
  try {
    emulator = await emulatorFor(options, folder, clock)
    const { region = 'us-east-1', propagation = 0, refuseUnauthorised = true } = options
    const say = options.log ?? (() => undefined)
    const made = createParts({ region, emulatorUrl: emulator.url, folder, clock, propagation, refuseUnauthorised, say })
    parts = made
    door = await listen({ port: options.port ?? 0, now: clock.now }, (request) => {
      if (request.path.startsWith('/moto-api/')) return made.world.upstream.forward(request)
      return request.path.startsWith('/_sandbox/') ? control(sandbox, request) : made.gateway.handle(request)
    })
    made.door.endpoint = `http://127.0.0.1:${door.port}`
    const admin = await prepare(made)
    const sandbox = sandboxOf(made, admin, emulator.pid, stop)
    if (options.live) {
      ticking = setInterval(() => made.world.work.start('schedules', () => made.scheduler.tick()), TICK_MS)
      ticking.unref()
    }
    return sandbox
  } catch (error) {
    await stop()
    throw error
  }
}
